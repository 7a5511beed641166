import { type Clock, onAbort } from '@framerail/lifecycle';
import type { ResourceHost } from '../resources/resource-host.js';
import { Attempt, type AttemptEnd, type AttemptOrder } from './attempt.js';
import { abandonedError } from './runner-errors.js';
import type { AnyHandler, TaskInfo } from './task-handler.js';
import type { TaskRun } from './task-runner.js';

/** What a {@link ProcessAttempt} needs of its runner. */
export interface ProcessAttemptHost {
  readonly resources: ResourceHost;
  readonly clock: Clock;
  readonly graceMs: number;
  /** The handlers that haven't ended. */
  readonly active: Set<ProcessAttempt>;
}

/** An attempt in the process, which can be given up but not ended. */
export class ProcessAttempt implements AttemptEnd, AttemptOrder {
  readonly #run: TaskRun;
  readonly #host: ProcessAttemptHost;
  readonly #work: Attempt;
  readonly #resolve: (result: string) => void;
  readonly #reject: (error: Error) => void;
  #state: 'runs' | 'given up' | 'ended' = 'runs';
  #offAbort: (() => void) | undefined;
  #cancelGrace: (() => void) | undefined;

  constructor(
    run: TaskRun,
    host: ProcessAttemptHost,
    { resolve, reject }: { resolve(result: string): void; reject(error: Error): void },
  ) {
    this.#run = run;
    this.#host = host;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#work = new Attempt(this, host.resources);
  }

  get isAbandoned(): boolean {
    return this.#state === 'given up';
  }

  get task(): TaskInfo {
    const { id, name, lane, group, key, attempts: attempt, maxAttempts } = this.#run.task;
    return Object.freeze({ id, name, lane, group, key, attempt, maxAttempts });
  }

  get data(): string {
    return this.#run.task.data;
  }

  get signal(): AbortSignal {
    return this.#run.signal;
  }

  onProgress(progress: unknown): void {
    this.#run.onProgress(progress);
  }

  start(handler: AnyHandler): void {
    this.#host.active.add(this);
    this.#run.onStart?.();
    this.#work.perform(handler, this);
    // Handlers that only look asynchronous are over one turn later; watching their signal would cost more than they do.
    if (this.#state === 'runs') queueMicrotask(() => this.#watch());
  }

  done(error: Error | undefined, result: string): void {
    const wasGivenUp = this.#state === 'given up';
    this.#state = 'ended';
    this.#offAbort?.();
    this.#cancelGrace?.();
    this.#host.active.delete(this);
    if (wasGivenUp) this.#run.onLateEnd?.();
    else if (error === undefined) this.#resolve(result);
    else this.#reject(error);
  }

  /** Asks the handler to end, and waits for it no longer. */
  giveUp(error: Error): void {
    this.#work.abort(error);
    this.#abandon(error);
  }

  #watch(): void {
    if (this.#state !== 'runs') return;
    const { clock, graceMs } = this.#host;
    const { signal, task } = this.#run;
    this.#offAbort = onAbort(signal, () => {
      this.#cancelGrace = clock.setTimer(
        () => this.#abandon(abandonedError(task.name, graceMs, signal.reason)),
        graceMs,
      );
    });
  }

  #abandon(error: Error): void {
    if (this.#state !== 'runs') return;
    this.#state = 'given up';
    this.#reject(error);
  }
}
