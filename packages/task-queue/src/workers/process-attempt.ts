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
}

/** The attempts of a runner. */
export class ProcessAttempts {
  readonly host: ProcessAttemptHost;
  readonly #active: ProcessAttempt[] = [];
  #fresh: ProcessAttempt[] = [];

  constructor(host: ProcessAttemptHost) {
    this.host = host;
  }

  /** Those whose handlers haven't ended. */
  get active(): readonly ProcessAttempt[] {
    return this.#active;
  }

  /** Takes one in that begins. */
  add(attempt: ProcessAttempt): void {
    attempt.place = this.#active.push(attempt) - 1;
  }

  /** Lets one go that ended. */
  delete(attempt: ProcessAttempt): void {
    const last = this.#active.pop() as ProcessAttempt;
    if (last === attempt) return;
    last.place = attempt.place;
    this.#active[attempt.place] = last;
  }

  /** Has one watch its signal unless its handler ends in this turn: watching costs more than what only looks asynchronous. */
  watchSoon(attempt: ProcessAttempt): void {
    if (this.#fresh.push(attempt) > 1) return;
    setImmediate(() => {
      const fresh = this.#fresh;
      this.#fresh = [];
      for (const each of fresh) each.watch();
    });
  }
}

/** An attempt in the process, which can be given up but not ended. */
export class ProcessAttempt implements AttemptEnd, AttemptOrder {
  /** Where it is among the active ones. */
  place = 0;
  readonly #run: TaskRun;
  readonly #attempts: ProcessAttempts;
  readonly #end: AttemptEnd;
  readonly #work: Attempt;
  #state: 'runs' | 'given up' | 'ended' = 'runs';
  #offAbort: (() => void) | undefined;
  #cancelGrace: (() => void) | undefined;

  constructor(run: TaskRun, attempts: ProcessAttempts, end: AttemptEnd) {
    this.#run = run;
    this.#attempts = attempts;
    this.#end = end;
    this.#work = new Attempt(this, attempts.host.resources);
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
    this.#attempts.add(this);
    this.#run.onStart?.();
    this.#work.perform(handler, this);
    if (this.#state === 'runs') this.#attempts.watchSoon(this);
  }

  done(error: Error | undefined, result: string): void {
    const wasGivenUp = this.#state === 'given up';
    this.#state = 'ended';
    this.#offAbort?.();
    this.#cancelGrace?.();
    this.#attempts.delete(this);
    if (wasGivenUp) this.#run.onLateEnd?.();
    else this.#end.done(error, result);
  }

  /** Sees to it that the handler is given up if it ignores its signal. */
  watch(): void {
    if (this.#state !== 'runs') return;
    const { clock, graceMs } = this.#attempts.host;
    const { signal, task } = this.#run;
    this.#offAbort = onAbort(signal, () => {
      this.#cancelGrace = clock.setTimer(
        () => this.#abandon(abandonedError(task.name, graceMs, signal.reason)),
        graceMs,
      );
    });
  }

  /** Asks the handler to end, and waits for it no longer. */
  giveUp(error: Error): void {
    this.#work.abort(error);
    this.#abandon(error);
  }

  #abandon(error: Error): void {
    if (this.#state !== 'runs') return;
    this.#state = 'given up';
    this.#end.done(error, '');
  }
}
