import { type Clock, expectNumber, onAbort, systemClock } from '@framerail/lifecycle';
import type { AnyResource } from '../resources/resource-definition.js';
import { ResourceHost } from '../resources/resource-host.js';
import { Attempt } from './attempt.js';
import { abandonedError, closedRunnerError, unknownTaskError } from './runner-errors.js';
import { type AnyHandler, expectHandler, type HandlerSet } from './task-handler.js';
import type { RunnerStats, TaskRun, TaskRunner } from './task-runner.js';

/** Options of {@link inProcess}. */
export interface InProcessOptions {
  /** Milliseconds that a handler gets to end after its signal aborted, before it is given up; default 5,000. */
  readonly graceMs?: number | undefined;
  /** Default: the machine's. */
  readonly clock?: Clock | undefined;
}

/** A runner whose handlers are functions of this process. */
export interface InProcessRunner extends TaskRunner {
  /** Adds or replaces a handler; attempts that run go on. @throws FramerailError `E_INVALID_ARGUMENT` */
  define(name: string, handler: AnyHandler): void;
  /** Makes a resource known by its name. @throws FramerailError `E_INVALID_ARGUMENT` when another one has it */
  provide(resource: AnyResource): void;
}

const DEFAULT_GRACE_MS = 5000;

/**
 * Runs handlers in this process: the fastest way, for handlers that wait rather than compute, heed their signal and don't crash.
 *
 * @param set - handlers and resources to begin with; more can be defined later
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function inProcess(
  set: HandlerSet = { handlers: {}, resources: [] },
  { graceMs = DEFAULT_GRACE_MS, clock = systemClock }: InProcessOptions = {},
): InProcessRunner {
  return new ProcessRunner(set, expectNumber('graceMs', graceMs, { min: 0 }), clock);
}

class ProcessRunner implements InProcessRunner {
  readonly name = 'process';
  readonly slots = undefined;
  readonly resources: ResourceHost;
  readonly #handlers = new Map<string, AnyHandler>();
  readonly #active = new Map<Attempt, (error: Error) => void>();
  readonly #graceMs: number;
  readonly #clock: Clock;
  #abandoned = 0;
  #isClosed = false;

  constructor(set: HandlerSet, graceMs: number, clock: Clock) {
    this.#graceMs = graceMs;
    this.#clock = clock;
    this.resources = new ResourceHost({ name: 'resources of the process', clock });
    for (const [name, handler] of Object.entries(set.handlers)) this.define(name, handler);
    for (const resource of set.resources) this.provide(resource);
  }

  get names(): readonly string[] {
    return [...this.#handlers.keys()];
  }

  define(name: string, handler: AnyHandler): void {
    this.#handlers.set(name, expectHandler(name, handler));
  }

  provide(resource: AnyResource): void {
    this.resources.register(resource);
  }

  async run(run: TaskRun): Promise<string> {
    const { task } = run;
    if (this.#isClosed) throw closedRunnerError(this.name);
    const handler = this.#handlers.get(task.name);
    if (handler === undefined) throw unknownTaskError(task.name, this.#handlers.keys());
    const { id, name, lane, group, key, attempts: attempt, maxAttempts } = task;
    const order = {
      task: { id, name, lane, group, key, attempt, maxAttempts },
      data: task.data,
      signal: () => run.signal,
      onProgress: (progress: unknown) => run.onProgress(progress),
    };
    const work = new Attempt(order, this.resources);
    run.onStart?.();
    return this.#perform(run, work, handler);
  }

  #perform(run: TaskRun, work: Attempt, handler: AnyHandler): Promise<string> {
    return new Promise((resolve, reject) => {
      let state: 'runs' | 'given up' | 'ended' = 'runs';
      let off = (): void => {};
      let cancelGrace = (): void => {};
      work.perform(handler, (error, result) => {
        const wasGivenUp = state === 'given up';
        state = 'ended';
        off();
        cancelGrace();
        this.#active.delete(work);
        if (wasGivenUp) {
          this.#abandoned -= 1;
          run.onLateEnd?.();
        } else if (error === undefined) resolve(result);
        else reject(error);
      });
      // Its handler gave no promise, and is done.
      if ((state as string) === 'ended') return;
      const giveUp = (error: Error): void => {
        if (state !== 'runs') return;
        state = 'given up';
        this.#abandoned += 1;
        reject(error);
      };
      this.#active.set(work, giveUp);
      const onAborted = (): void => {
        cancelGrace = this.#clock.setTimer(
          () => giveUp(abandonedError(run.task.name, this.#graceMs, run.signal.reason)),
          this.#graceMs,
        );
      };
      // Handlers that only look asynchronous are over by then; watching their signal would cost more than they do.
      queueMicrotask(() => {
        if (state === 'runs') off = onAbort(run.signal, onAborted);
      });
    });
  }

  async warm(): Promise<void> {
    if (this.#isClosed) throw closedRunnerError(this.name);
  }

  stats(): RunnerStats {
    const [running, abandoned] = [this.#active.size, this.#abandoned];
    return Object.freeze({ workers: 1, running, waiting: 0, abandoned, started: 1, recycled: 0, crashed: 0 });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const error = closedRunnerError(this.name);
    for (const [work, giveUp] of this.#active) {
      work.abort(error);
      giveUp(error);
    }
    await this.resources.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
