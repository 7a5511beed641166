import { type Clock, type FramerailError, onAbort, type TrimRequest } from '@framerail/lifecycle';
import type { ResourceStats } from '../resources/resource-stats.js';
import { errorOf, recordOf } from './error-record.js';
import {
  closedRunnerError,
  crashError,
  endedError,
  memoryError,
  startError,
  startTimeoutError,
} from './runner-errors.js';
import type { TaskRun } from './task-runner.js';
import type { StartWorker, WorkerEnd, WorkerLink } from './worker-link.js';
import type { WorkerReport } from './worker-messages.js';

/** What a worker needs to know of its pool. */
export interface WorkerTerms {
  /** For messages: `threads`. */
  readonly runner: string;
  readonly module: string;
  readonly start: StartWorker;
  readonly clock: Clock;
  readonly graceMs: number;
  readonly startTimeoutMs: number;
  readonly maxMemoryBytes: number | undefined;
  /** Called once when it ended. `isCrash`: nobody had asked for it. */
  onEnd(worker: PooledWorker, isCrash: boolean): void;
}

interface ActiveRun {
  readonly number: number;
  readonly run: TaskRun;
  settle(error: Error | undefined, result: string): void;
}

/** After a worker was told to end at once: a thread in native code may never come to it. */
const KILL_PATIENCE_MS = 2000;

/** One worker of a pool: its attempts, one at a time, its age, its end. */
export class PooledWorker {
  /** Settles when it has its handlers, with their names. */
  readonly ready: Promise<readonly string[]>;
  readonly bornMs: number;
  tasks = 0;
  resources: readonly ResourceStats[] = [];
  resourcesAtMs = 0;
  readonly #terms: WorkerTerms;
  readonly #link: WorkerLink;
  readonly #exited = Promise.withResolvers<void>();
  #settleReady: { resolve(names: readonly string[]): void; reject(error: Error): void } | undefined;
  #active: ActiveRun | undefined;
  #verdict: FramerailError | undefined;
  #isEnding = false;
  #hasEnded = false;
  #runs = 0;

  constructor(terms: WorkerTerms) {
    const { clock, startTimeoutMs, module } = terms;
    this.#terms = terms;
    this.bornMs = clock.now();
    this.ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    this.ready.catch(() => {});
    const cancel = clock.setTimer(
      () => this.#refuse(startTimeoutError(module, startTimeoutMs)),
      startTimeoutMs,
    );
    void this.ready.then(cancel, cancel);
    this.#link = terms.start({
      onReport: (report) => this.#hear(report),
      onEnd: (end) => this.#onEnd(end),
      onTooMuchMemory: (bytes) => this.#onTooMuchMemory(bytes),
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get isBusy(): boolean {
    return this.#active !== undefined;
  }

  /** Does one attempt; it is idle and ready. */
  run(run: TaskRun): Promise<string> {
    const { clock, graceMs } = this.#terms;
    const number = ++this.#runs;
    this.tasks += 1;
    return new Promise((resolve, reject) => {
      let off = (): void => {};
      let cancelGrace = (): void => {};
      this.#active = {
        number,
        run,
        settle: (error, result) => {
          this.#active = undefined;
          off();
          cancelGrace();
          if (!this.#hasEnded) this.#link.setBusy(false);
          if (error === undefined) resolve(result);
          else reject(error);
        },
      };
      const { id, name, lane, group, key, attempts: attempt, maxAttempts, data } = run.task;
      this.#link.setBusy(true);
      this.#link.send({
        kind: 'run',
        run: number,
        task: { id, name, lane, group, key, attempt, maxAttempts },
        data,
      });
      run.onStart?.();
      off = onAbort(run.signal, () => {
        this.#link.send({ kind: 'abort', run: number, reason: recordOf(run.signal.reason) });
        cancelGrace = clock.setTimer(() => this.#kill(endedError(name, graceMs, run.signal.reason)), graceMs);
      });
    });
  }

  /** Asks it to give up what is loaded and unused. */
  trim(request: TrimRequest): void {
    if (!this.#hasEnded) this.#link.send({ kind: 'trim', request });
  }

  /** Keeps it, idle, from keeping the process alive. */
  rest(): void {
    if (!this.#hasEnded) this.#link.setBusy(false);
  }

  /** Lets it end by itself, within `graceMs`; an attempt that runs rejects at once. */
  async end(): Promise<void> {
    if (!this.#isEnding && !this.#hasEnded) {
      const { clock, graceMs, runner } = this.#terms;
      this.#isEnding = true;
      this.#settleReady?.reject(closedRunnerError(runner));
      this.#active?.settle(closedRunnerError(runner), '');
      // Its end is awaited, and until then the process has to live.
      this.#link.setBusy(true);
      this.#link.send({ kind: 'end' });
      const cancel = clock.setTimer(() => this.#kill(undefined), graceMs);
      void this.#exited.promise.then(cancel);
    }
    await this.#exited.promise;
  }

  #hear(report: WorkerReport): void {
    const active = this.#active;
    switch (report.kind) {
      case 'ready':
        this.#settleReady?.resolve(report.names);
        return;
      case 'refused':
        this.#refuse(errorOf(report.error));
        return;
      case 'resources':
        this.resources = report.resources;
        this.resourcesAtMs = this.#terms.clock.now();
        return;
    }
    if (active === undefined || active.number !== report.run) return;
    switch (report.kind) {
      case 'progress':
        this.#link.send({ kind: 'taken', run: report.run });
        active.run.onProgress(JSON.parse(report.progress));
        return;
      case 'completed':
        active.settle(undefined, report.result);
        return;
      case 'failed':
        active.settle(errorOf(report.error), '');
        return;
    }
  }

  #refuse(error: Error): void {
    this.#settleReady?.reject(error);
    this.#isEnding = true;
    this.#kill(undefined);
  }

  #onTooMuchMemory(bytes: number): void {
    const { maxMemoryBytes = 0, module } = this.#terms;
    this.#kill(memoryError(this.#active?.run.task.name ?? module, bytes, maxMemoryBytes));
  }

  #kill(verdict: FramerailError | undefined): void {
    if (this.#hasEnded) return;
    this.#verdict ??= verdict;
    const never = { exitCode: null, signal: null, error: undefined, stderr: '', isOutOfMemory: false };
    const cancel = this.#terms.clock.setTimer(() => this.#onEnd(never), KILL_PATIENCE_MS);
    void this.#exited.promise.then(cancel);
    this.#link.kill();
  }

  #onEnd(end: WorkerEnd): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const { module } = this.#terms;
    this.#settleReady?.reject(this.#verdict ?? startError(module, end));
    const active = this.#active;
    active?.settle(this.#verdict ?? crashError(active.run.task.name, end), '');
    this.#exited.resolve();
    this.#terms.onEnd(this, !this.#isEnding);
  }
}
