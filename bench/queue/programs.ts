import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '../..');
const SOURCES = join(ROOT, 'packages/task-queue/src');

/** Programs that plain Node runs. */
export interface Programs {
  readonly owner: string;
  readonly handlers: string;
  readonly resourceHandlers: string;
  readonly worker: string;
  readonly sqliteWorker: string;
  readonly bullmqWorker: string;
}

/**
 * Makes one file of each program, from the sources.
 *
 * @param folder where to; it gets a link to the installed packages, for those that aren't put into the files
 */
export async function bundlePrograms(folder: string): Promise<Programs> {
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  await build({
    entryPoints: {
      owner: join(import.meta.dirname, 'crash/owner.ts'),
      handlers: join(import.meta.dirname, 'crash/handlers.ts'),
      'resource-handlers': join(import.meta.dirname, 'resources/handlers.ts'),
      worker: join(SOURCES, 'worker.ts'),
      'sqlite-worker': join(SOURCES, 'sqlite-worker.ts'),
      'bullmq-worker': join(SOURCES, 'bullmq-worker.ts'),
    },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    external: ['bullmq', 'ioredis'],
    platform: 'node',
    format: 'esm',
    target: 'node22',
    tsconfig: join(ROOT, 'tsconfig.json'),
    logLevel: 'error',
  });
  const at = (name: string): string => join(folder, `${name}.mjs`);
  return {
    owner: at('owner'),
    handlers: at('handlers'),
    resourceHandlers: at('resource-handlers'),
    worker: at('worker'),
    sqliteWorker: at('sqlite-worker'),
    bullmqWorker: at('bullmq-worker'),
  };
}
