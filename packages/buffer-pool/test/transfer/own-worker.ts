// Worker threads that run this package's sources.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import type { Order } from './transfer-worker.js';

/** Bundles a program as one file that plain Node runs. */
export async function bundleProgram(program: URL): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'framerail-buffer-pool-'));
  const path = join(folder, 'program.mjs');
  await build({
    entryPoints: [fileURLToPath(program)],
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    logLevel: 'error',
  });
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** A thread that obeys. */
export interface OwnWorker extends AsyncDisposable {
  readonly worker: Worker;
  /**
   * Gives an order and waits for the answer.
   *
   * @throws Error with the thread's error as its message, and its `code`
   */
  tell(order: Order, transfer?: Transferred): Promise<unknown>;
}

/** What `postMessage` takes as its second argument. */
type Transferred = Parameters<Worker['postMessage']>[1];

/** Starts a thread, which ends with the scope that holds it. */
export function startWorker(path: string, workerData: unknown = {}): OwnWorker {
  const worker = new Worker(path, { workerData });
  const exited = once(worker, 'exit');
  return {
    worker,
    async tell(order, transfer = []) {
      const answered = once(worker, 'message');
      worker.postMessage(order, transfer);
      const [{ answer, code, text }] = await answered;
      if (text !== undefined) throw Object.assign(new Error(text), { code });
      return answer;
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate();
      await exited;
    },
  };
}
