import { type Clock, expectNumber, systemClock } from '@framerail/lifecycle';
import type { AnyResource } from '../resources/resource-definition.js';
import { ResourceHost } from '../resources/resource-host.js';
import type { AttemptEnd } from './attempt.js';
import { ProcessAttempt, ProcessAttempts } from './process-attempt.js';
import { closedRunnerError, unknownTaskError } from './runner-errors.js';
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
  /** As `run`, without a promise: that would cost more than a short task. `end` may be told before this returns. */
  begin(run: TaskRun, end: AttemptEnd): void;
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
  readonly #attempts: ProcessAttempts;
  #isClosed = false;

  constructor(set: HandlerSet, graceMs: number, clock: Clock) {
    this.resources = new ResourceHost({ name: 'resources of the process', clock });
    this.#attempts = new ProcessAttempts({ resources: this.resources, clock, graceMs });
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

  run(run: TaskRun): Promise<string> {
    return new Promise((resolve, reject) => {
      this.begin(run, { done: (error, result) => (error === undefined ? resolve(result) : reject(error)) });
    });
  }

  begin(run: TaskRun, end: AttemptEnd): void {
    const { name } = run.task;
    const handler = this.#handlers.get(name);
    if (this.#isClosed) end.done(closedRunnerError(this.name), '');
    else if (handler === undefined) end.done(unknownTaskError(name, this.#handlers.keys()), '');
    else new ProcessAttempt(run, this.#attempts, end).start(handler);
  }

  async warm(): Promise<void> {
    if (this.#isClosed) throw closedRunnerError(this.name);
  }

  stats(): RunnerStats {
    const { active } = this.#attempts;
    const [running, abandoned] = [active.length, active.filter(({ isAbandoned }) => isAbandoned).length];
    return Object.freeze({ workers: 1, running, waiting: 0, abandoned, started: 1, recycled: 0, crashed: 0 });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const error = closedRunnerError(this.name);
    for (const attempt of [...this.#attempts.active]) attempt.giveUp(error);
    await this.resources.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
