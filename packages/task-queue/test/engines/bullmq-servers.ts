// A Redis of a test's own, and engines over queues in it that nobody else has.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import {
  type RedisServer,
  type RedisServerOptions,
  startRedisServer,
} from '../../../../scripts/testing/redis-server.js';
import { type BullmqOptions, bullmq } from '../../src/bullmq.js';
import type { TaskEngine } from '../../src/index.js';

/** A server, and engines over it. */
export interface BullmqServer extends AsyncDisposable {
  readonly server: RedisServer;
  /** A queue's name that was not given before. */
  queue(): string;
  /** An engine, of a new queue unless one is named; without a thread unless `program` is given. */
  engine(options?: Partial<BullmqOptions>): TaskEngine;
  /** The program of the thread that renews leases; nothing where the built package is tested. */
  program(): Promise<{ readonly program?: string }>;
}

/** Starts a server. */
export async function startBullmqServer(options?: RedisServerOptions): Promise<BullmqServer> {
  const server = await startRedisServer(options);
  let folder: string | undefined;
  let last = 0;
  const queue = (): string => {
    last += 1;
    return `queue-${last}`;
  };
  return {
    server,
    queue,
    engine: (given) => bullmq({ connection: server.url, queue: queue(), thread: false, ...given }),
    async program() {
      if (process.env['TEST_BUILT'] === '1') return {};
      folder ??= await mkdtemp(join(tmpdir(), 'framerail-bullmq-'));
      return { program: await bundled(folder) };
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The program for plain Node, which doesn't read this package's sources: as CommonJS, which ioredis is. */
async function bundled(folder: string): Promise<string> {
  const outfile = join(folder, 'bullmq-worker.cjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../../src/bullmq-worker.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    logLevel: 'error',
  });
  return outfile;
}
