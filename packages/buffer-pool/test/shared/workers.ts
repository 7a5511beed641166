import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import type { BorrowerOrder, BorrowerReport } from './borrower.js';

/** Starts borrowers, of the sources bundled once; ends them and removes the bundle when it is disposed. */
export class Borrowers implements AsyncDisposable {
  readonly #folder: string;
  readonly #workers = new Set<Worker>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(): Promise<Borrowers> {
    const folder = await mkdtemp(join(tmpdir(), 'framerail-shared-pool-'));
    await build({
      entryPoints: [fileURLToPath(new URL('borrower.ts', import.meta.url))],
      outfile: join(folder, 'borrower.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node22',
      logLevel: 'error',
    });
    return new Borrowers(folder);
  }

  /** Starts one, which takes part in the pool when this resolves. */
  async start(order: BorrowerOrder): Promise<Worker> {
    const worker = new Worker(join(this.#folder, 'borrower.mjs'), { workerData: order });
    this.#workers.add(worker);
    worker.once('exit', () => this.#workers.delete(worker));
    await once(worker, 'message');
    return worker;
  }

  /** What one found, once it has done what it was to do. */
  async report(worker: Worker): Promise<BorrowerReport> {
    const [report] = (await once(worker, 'message')) as [BorrowerReport];
    return report;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.terminate()));
    await rm(this.#folder, { recursive: true });
  }
}
