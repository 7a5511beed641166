import { abortError, type Clock, onAbort, throwIfAborted } from '@framerail/lifecycle';
import { PooledResources } from './pooled-resources.js';
import { PooledWorker, type WorkerTerms } from './pooled-worker.js';
import { closedRunnerError } from './runner-errors.js';
import type { RunnerStats, TaskRun, TaskRunner } from './task-runner.js';
import type { StartWorker } from './worker-link.js';

/** What a {@link WorkerPool} is made of. */
export interface WorkerPoolOptions {
  /** For reports: `threads`, `children`. */
  readonly name: string;
  readonly module: string;
  readonly start: StartWorker;
  readonly workers: number;
  readonly maxMemoryBytes: number | undefined;
  readonly maxTasksPerWorker: number;
  readonly maxAgeMs: number;
  readonly graceMs: number;
  readonly startTimeoutMs: number;
  readonly clock: Clock;
}

interface Waiting {
  take(worker: PooledWorker): void;
  fail(error: unknown): void;
}

/** Workers that each do one attempt at a time, started when they are wanted and replaced between attempts. */
export class WorkerPool implements TaskRunner {
  readonly name: string;
  readonly slots: number;
  readonly resources: PooledResources;
  readonly #options: WorkerPoolOptions;
  readonly #terms: WorkerTerms;
  readonly #alive = new Set<PooledWorker>();
  /** The last to have worked comes first: what it loaded is warm. */
  readonly #idle: PooledWorker[] = [];
  readonly #line: Waiting[] = [];
  #starting = 0;
  #names: readonly string[] | undefined;
  #started = 0;
  #recycled = 0;
  #crashed = 0;
  #closing: Promise<void> | undefined;

  constructor(options: WorkerPoolOptions) {
    const { name, module, start, clock, graceMs, startTimeoutMs, maxMemoryBytes } = options;
    this.name = name;
    this.slots = options.workers;
    this.#options = options;
    this.resources = new PooledResources({ name: `resources of ${name}`, clock, workers: this.#alive });
    this.#terms = {
      runner: name,
      module,
      start,
      clock,
      graceMs,
      startTimeoutMs,
      maxMemoryBytes,
      onEnd: (worker, isCrash) => this.#onEnd(worker, isCrash),
    };
  }

  get names(): readonly string[] | undefined {
    return this.#names;
  }

  async run(run: TaskRun): Promise<string> {
    if (this.#closing !== undefined) throw closedRunnerError(this.name);
    throwIfAborted(run.signal, `The task ${run.task.name}`);
    const worker = await this.#checkout(run);
    try {
      return await worker.run(run);
    } finally {
      this.#release(worker);
    }
  }

  async warm(): Promise<void> {
    if (this.#closing !== undefined) throw closedRunnerError(this.name);
    while (this.#alive.size < this.slots) void this.#start();
    await Promise.all([...this.#alive].map((worker) => worker.ready));
  }

  stats(): RunnerStats {
    return Object.freeze({
      workers: this.#alive.size,
      running: [...this.#alive].filter((worker) => worker.isBusy).length,
      waiting: this.#line.length,
      abandoned: 0,
      started: this.#started,
      recycled: this.#recycled,
      crashed: this.#crashed,
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    for (const waiting of this.#line.splice(0)) waiting.fail(closedRunnerError(this.name));
    await Promise.all([...this.#alive].map((worker) => worker.end()));
  }

  #checkout(run: TaskRun): Promise<PooledWorker> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        take(worker) {
          off();
          resolve(worker);
        },
        fail(error) {
          off();
          reject(error);
        },
      };
      const off = onAbort(run.signal, () => {
        const place = this.#line.indexOf(waiting);
        if (place < 0) return;
        this.#line.splice(place, 1);
        reject(abortError(run.signal, `The task ${run.task.name}`));
      });
      this.#line.push(waiting);
      this.#deal();
    });
  }

  /** Gives idle workers to those who wait, and starts as many as are missing. */
  #deal(): void {
    while (this.#line.length > 0) {
      const worker = this.#idle.pop();
      if (worker === undefined) break;
      if (this.#isDue(worker)) this.#recycle(worker);
      else if (!worker.hasEnded) this.#line.shift()?.take(worker);
    }
    while (this.#line.length > this.#starting && this.#alive.size < this.slots) void this.#start();
  }

  async #start(): Promise<void> {
    const worker = new PooledWorker(this.#terms);
    this.#alive.add(worker);
    this.#started += 1;
    this.#starting += 1;
    try {
      this.#names = await worker.ready;
      this.#starting -= 1;
      this.#release(worker);
    } catch (error) {
      this.#starting -= 1;
      // One who waits hears of it; the next gets a worker of its own, which may do better.
      this.#line.shift()?.fail(error);
    }
  }

  #release(worker: PooledWorker): void {
    if (worker.hasEnded || this.#closing !== undefined) return;
    if (this.#isDue(worker)) {
      this.#recycle(worker);
      return;
    }
    worker.rest();
    this.#idle.push(worker);
    this.#deal();
  }

  #isDue(worker: PooledWorker): boolean {
    const { maxTasksPerWorker, maxAgeMs, clock } = this.#options;
    return worker.tasks >= maxTasksPerWorker || (worker.tasks > 0 && clock.now() - worker.bornMs >= maxAgeMs);
  }

  #recycle(worker: PooledWorker): void {
    this.#recycled += 1;
    void worker.end();
  }

  #onEnd(worker: PooledWorker, isCrash: boolean): void {
    this.#alive.delete(worker);
    const place = this.#idle.indexOf(worker);
    if (place >= 0) this.#idle.splice(place, 1);
    if (isCrash) this.#crashed += 1;
    this.resources.onEnd(worker);
    if (this.#closing === undefined) this.#deal();
  }
}
