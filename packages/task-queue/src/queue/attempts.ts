import { type Clock, type Emitter, FramerailError, isFramerailError } from '@framerail/lifecycle';
import type { Settlement, SettleOutcome } from '../engines/task-engine.js';
import { failureOf } from '../handle/task-errors.js';
import type { TaskWatch } from '../handle/task-watch.js';
import type { Lane } from '../lanes/lane.js';
import type { NameState } from '../lanes/name-state.js';
import type { TimesBook } from '../observation/times-book.js';
import { ProgressTeller } from '../progress/progress-teller.js';
import type { TaskFailure, TaskRecord } from '../task/task-record.js';
import type { TaskRunner } from '../workers/task-runner.js';
import { Deadlines } from './deadlines.js';
import { type Definition, isRunner } from './define-options.js';
import { eventOf } from './event-of.js';
import type { QueueEvents } from './queue-events.js';
import type { QueueTime } from './queue-time.js';
import { backoffOf, isWorthRetrying } from './retry-options.js';
import { type EndingReason, type RunHost, RunningTask } from './running-task.js';
import type { Settling } from './settling.js';
import { tellEnd } from './tell-end.js';

/** What attempts need around them. */
export interface AttemptParts {
  readonly clock: Clock;
  readonly time: QueueTime;
  readonly random: () => number;
  readonly maxResultBytes: number;
  readonly events: Emitter<QueueEvents>;
  readonly watch: TaskWatch;
  readonly settling: Settling;
  readonly times: TimesBook;
  /** Where handlers run that are functions. */
  readonly inProcess: TaskRunner;
  /** A slot is free. */
  onSlotFree(run: RunningTask): void;
  /** The handler ended after so long. */
  onRan(run: RunningTask, runMs: number): void;
  /** A task may be claimed again, from a time on (milliseconds since 1970). */
  onAgain(task: TaskRecord, fromMs: number): void;
}

/** The attempts that run here: begins them, and says how they ended. */
export class Attempts implements RunHost {
  readonly #parts: AttemptParts;
  readonly #deadlines: Deadlines;
  readonly #running = new Map<string, RunningTask>();
  #slots = 0;
  #abandoned = 0;
  #lost = 0;
  #onIdle: (() => void)[] = [];

  constructor(parts: AttemptParts) {
    this.#parts = parts;
    this.#deadlines = new Deadlines(parts.clock);
  }

  /** Slots that are taken. */
  get slots(): number {
    return this.#slots;
  }

  /** Slots that are taken by handlers that were given up. */
  get abandoned(): number {
    return this.#abandoned;
  }

  /** Leases that were lost. */
  get lost(): number {
    return this.#lost;
  }

  /** Attempts that have not ended. */
  running(): IterableIterator<RunningTask> {
    return this.#running.values();
  }

  /** The attempt of a task; `undefined`: none runs here. */
  of(id: string): RunningTask | undefined {
    return this.#running.get(id);
  }

  /** Begins an attempt of a task that was claimed. */
  begin(
    record: TaskRecord,
    definition: Definition,
    lane: Lane,
    name: NameState,
    endReservation: ((nowMs: number) => void) | undefined,
    isAdjusted: boolean,
  ): void {
    const { clock, events, inProcess } = this.#parts;
    const run = new RunningTask(record, definition, lane, name, this, clock.now());
    run.endReservation = endReservation;
    this.#running.set(record.id, run);
    this.#slots += 1;
    lane.running += 1;
    name.running += 1;
    if (events.listenerCount('started') > 0)
      events.emit('started', { ...eventOf(record), attempt: record.attempts, isAdjusted });
    const runner = isRunner(definition.work) ? definition.work : inProcess;
    runner.run(run).then(
      (result) => this.#succeed(run, result),
      (error: unknown) => this.#fail(run, error),
    );
  }

  /** Asks all attempts that pass to end. */
  end(ending: EndingReason, reason: unknown, passes: (run: RunningTask) => boolean = () => true): void {
    for (const run of [...this.#running.values()]) if (passes(run)) this.endOne(run, ending, reason);
  }

  /** Asks an attempt to end. One that lost its lease isn't ours any more. */
  endOne(run: RunningTask, ending: EndingReason, reason: unknown): void {
    if (ending === 'leaseLost' && run.ending !== 'leaseLost') this.#noteLost(run);
    run.end(ending, reason);
  }

  /** Resolves when nothing runs whose end isn't known. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  /** Lets go of what still runs: it begins again elsewhere, and what it gives here isn't taken. */
  abandonAll(): void {
    for (const run of [...this.#running.values()]) this.#settle(run, { how: 'release', notBeforeMs: 0 });
    this.#deadlines.close();
  }

  onStart(run: RunningTask): void {
    run.startedMs = this.#parts.clock.now();
    const { timeoutMs } = run.definition;
    if (timeoutMs !== undefined) this.#deadlines.add(run, timeoutMs);
  }

  onTimeout(run: RunningTask, timeoutMs: number): void {
    run.end(
      'timeout',
      new FramerailError({
        code: 'E_TIMEOUT',
        message: `Task ${run.task.id}, ${run.task.name}, ran longer than its ${timeoutMs} ms`,
        details: { id: run.task.id, timeoutMs },
      }),
    );
  }

  onProgress(run: RunningTask, value: unknown): void {
    if (run.isSettled) return;
    const { clock, events, settling, watch } = this.#parts;
    const { task } = run;
    run.teller ??= new ProgressTeller(clock, task.attempts, (told) => {
      watch.tracked(task.id)?.tell(told);
      if (events.listenerCount('progress') > 0)
        events.emit('progress', { ...eventOf(task), attempt: task.attempts, value: told.value });
      settling.note({ id: task.id, token: task.token as number }, run.teller?.note() ?? 'null');
    });
    // The handler may go on to change it.
    run.teller.report(JSON.parse(JSON.stringify(value ?? null)));
  }

  onLateEnd(run: RunningTask): void {
    if (!run.isGivenUp) return;
    run.isGivenUp = false;
    this.#abandoned -= 1;
    this.#freeSlot(run);
  }

  #succeed(run: RunningTask, result: string): void {
    if (run.ending !== undefined) this.#endAsked(run, undefined);
    else if (
      result.length * 3 > this.#parts.maxResultBytes &&
      Buffer.byteLength(result) > this.#parts.maxResultBytes
    )
      this.#fail(run, resultTooLarge(Buffer.byteLength(result), this.#parts.maxResultBytes));
    else this.#settle(run, { how: 'complete', result });
  }

  #fail(run: RunningTask, error: unknown): void {
    if (isFramerailError(error, 'E_TASK_ABANDONED')) this.#giveUp(run);
    if (run.ending !== undefined) this.#endAsked(run, error);
    // The runner was closed before the queue was: nobody's fault, and no attempt.
    else if (isFramerailError(error, 'E_QUEUE_CLOSED'))
      this.#settle(run, { how: 'release', notBeforeMs: this.#parts.time.now() + 1000 });
    else this.#settleFailure(run, error);
  }

  /** It ended after it was asked to. */
  #endAsked(run: RunningTask, error: unknown): void {
    if (run.ending === 'timeout') {
      const wasEnded = isFramerailError(error, 'E_TASK_ENDED') || isFramerailError(error, 'E_TASK_ABANDONED');
      this.#settleFailure(run, wasEnded ? timedOutAnd(run.reason, error) : run.reason);
    } else if (run.ending === 'cancelled') this.#settle(run, { how: 'cancel' });
    else if (run.ending === 'closing') this.#settle(run, { how: 'release', notBeforeMs: 0 });
    else this.#finishRun(run);
  }

  #settleFailure(run: RunningTask, error: unknown): void {
    const { time, random } = this.#parts;
    const { task, definition } = run;
    const nowMs = time.now();
    const failure = failureOf(error, task.attempts, nowMs);
    const mayRetry =
      task.attempts < task.maxAttempts && isWorthRetrying(definition.retries, error, task.attempts);
    const retryAtMs = mayRetry ? nowMs + backoffOf(definition.retries, task.attempts, random) : undefined;
    this.#settle(run, { how: 'fail', failure, retryAtMs }, failure, error);
  }

  #settle(
    run: RunningTask,
    how:
      | { readonly how: 'complete'; readonly result: string }
      | { readonly how: 'fail'; readonly failure: TaskFailure; readonly retryAtMs: number | undefined }
      | { readonly how: 'release'; readonly notBeforeMs: number }
      | { readonly how: 'cancel' },
    failure?: TaskFailure,
    error?: unknown,
  ): void {
    if (run.isSettled) return;
    const { id, token } = run.task;
    const runMs = this.#finishRun(run);
    const { settling, time } = this.#parts;
    const item: Settlement = { id, token: token as number, nowMs: time.now(), ...how };
    settling.push({
      item,
      answer: (outcome: SettleOutcome) => {
        if (outcome === 'lost') {
          this.#noteLost(run);
          return;
        }
        if (item.how === 'fail' && item.retryAtMs !== undefined)
          this.#parts.onAgain(run.task, item.retryAtMs);
        else if (item.how === 'release') this.#parts.onAgain(run.task, item.notBeforeMs);
        tellEnd(this.#parts, run.task, item, runMs, failure, error);
      },
      // Only a queue that closes gives up; who waits is told that it closed.
      fail: () => {},
    });
  }

  /** The attempt is over: its slot is free, unless its handler goes on regardless. @returns milliseconds that it ran */
  #finishRun(run: RunningTask): number {
    const { clock, times, onRan } = this.#parts;
    run.isSettled = true;
    run.teller?.end();
    if (run.definition.timeoutMs !== undefined) this.#deadlines.delete(run, run.definition.timeoutMs);
    if (this.#running.get(run.task.id) === run) this.#running.delete(run.task.id);
    const nowMs = clock.now();
    const runMs = nowMs - run.startedMs;
    times.record(run.task, runMs, nowMs);
    run.lane.noteRun(runMs);
    onRan(run, runMs);
    if (!run.isGivenUp) this.#freeSlot(run);
    if (this.#running.size === 0 && this.#onIdle.length > 0)
      for (const resolve of this.#onIdle.splice(0)) resolve();
    return runMs;
  }

  #freeSlot(run: RunningTask): void {
    this.#slots -= 1;
    run.lane.running -= 1;
    run.name.running -= 1;
    run.endReservation?.(this.#parts.clock.now());
    this.#parts.onSlotFree(run);
  }

  #giveUp(run: RunningTask): void {
    run.isGivenUp = true;
    this.#abandoned += 1;
    this.#parts.events.emit('stalled', {
      ...eventOf(run.task),
      attempt: run.task.attempts,
      reason: 'abandoned',
    });
  }

  #noteLost(run: RunningTask): void {
    this.#lost += 1;
    this.#parts.events.emit('stalled', {
      ...eventOf(run.task),
      attempt: run.task.attempts,
      reason: 'leaseLost',
    });
  }
}

function resultTooLarge(bytes: number, maxBytes: number): FramerailError {
  return new FramerailError({
    code: 'E_TASK_RESULT',
    message: `Expected a result of at most ${maxBytes} bytes as JSON but received ${bytes}; write large things to files or an object store and give their names`,
    details: { bytes, maxBytes },
  });
}

function timedOutAnd(reason: unknown, ended: unknown): unknown {
  if (!isFramerailError(reason)) return reason;
  const why = (ended as Error).message;
  return new FramerailError({
    code: reason.code,
    message: `${reason.message}. ${why}`,
    cause: ended,
    details: reason.details,
  });
}
