// What workers run: plain Node reads neither this package's sources nor the tests'.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Files in a folder that is removed in the end. */
export interface WorkerFiles extends AsyncDisposable {
  readonly folder: string;
  /** The option of `threads` and `children`: this package's sources; nothing where the built package is tested. */
  readonly program: { readonly program?: string };
  /** The program of workers made of this package's sources. */
  readonly ownProgram: string;
  /** Bundles a module beside this file. */
  bundle(name: string, format?: 'esm' | 'cjs'): Promise<string>;
}

/** Makes the folder, with the program of workers in it. */
export async function workerFiles(): Promise<WorkerFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'framerail-workers-'));
  const bundle = async (source: string, name: string, format: 'esm' | 'cjs'): Promise<string> => {
    const path = join(folder, `${name}.${format === 'esm' ? 'mjs' : 'cjs'}`);
    await build({
      entryPoints: [fileURLToPath(new URL(source, import.meta.url))],
      outfile: path,
      bundle: true,
      platform: 'node',
      format,
      target: 'node22',
      logLevel: 'error',
    });
    return path;
  };
  const ownProgram = await bundle('../../src/worker.ts', 'worker', 'esm');
  const program = process.env['TEST_BUILT'] === '1' ? {} : { program: ownProgram };
  return {
    folder,
    program,
    ownProgram,
    bundle: (name, format = 'esm') => bundle(`${name}.ts`, name, format),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
