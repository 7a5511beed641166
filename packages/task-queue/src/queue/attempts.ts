import { type Clock, type Emitter, FramerailError, isFramerailError } from '@framerail/lifecycle';
import type { SettleOutcome } from '../engines/task-engine.js';
import { leaseLostError } from '../handle/task-errors.js';
import type { TaskWatch } from '../handle/task-watch.js';
import type { Lane } from '../lanes/lane.js';
import type { NameState } from '../lanes/name-state.js';
import type { TimesBook } from '../observation/times-book.js';
import { ProgressTeller } from '../progress/progress-teller.js';
import type { TaskRecord } from '../task/task-record.js';
import type { InProcessRunner } from '../workers/in-process-runner.js';
import { type Ending, endingOf, type RunEnd, releaseOf } from './attempt-end.js';
import { Deadlines } from './deadlines.js';
import { type Definition, isRunner } from './define-options.js';
import { eventOf } from './event-of.js';
import type { QueueEvents } from './queue-events.js';
import type { QueueTime } from './queue-time.js';
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
  readonly inProcess: InProcessRunner;
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
  readonly #running: RunningTask[] = [];
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

  /** The latest attempt of a task; `undefined`: none runs here. */
  of(id: string): RunningTask | undefined {
    let latest: RunningTask | undefined;
    for (const run of this.#running)
      if (run.task.id === id && (latest === undefined || tokenOf(run) > tokenOf(latest))) latest = run;
    return latest;
  }

  /**
   * Begins an attempt of a task that was claimed.
   *
   * @param nowMs - by the monotonic clock
   */
  begin(
    record: TaskRecord,
    definition: Definition,
    lane: Lane,
    name: NameState,
    endReservation: ((nowMs: number) => void) | undefined,
    isAdjusted: boolean,
    nowMs: number,
  ): void {
    const { events, inProcess } = this.#parts;
    const run = new RunningTask(record, definition, lane, name, this, nowMs);
    run.endReservation = endReservation;
    // Whoever claims a task again has taken the lease away from the one before, though it be in this process.
    const before = tokenOf(run) > 1 ? this.of(record.id) : undefined;
    if (before !== undefined) this.endOne(before, 'leaseLost', leaseLostError(record.id));
    run.place = this.#running.push(run) - 1;
    this.#slots += 1;
    lane.running += 1;
    name.running += 1;
    if (events.listenerCount('started') > 0)
      events.emit('started', { ...eventOf(record), attempt: record.attempts, isAdjusted });
    if (!isRunner(definition.work)) inProcess.begin(run, run);
    else
      definition.work.run(run).then(
        (result) => this.#complete(run, result),
        (error: unknown) => this.#end(run, { error }),
      );
  }

  /** Asks all attempts that pass to end. */
  end(ending: EndingReason, reason: unknown, passes: (run: RunningTask) => boolean = () => true): void {
    for (const run of [...this.#running]) if (passes(run)) this.endOne(run, ending, reason);
  }

  /** Asks an attempt to end. One that lost its lease isn't ours any more. */
  endOne(run: RunningTask, ending: EndingReason, reason: unknown): void {
    if (ending === 'leaseLost' && run.ending !== 'leaseLost') this.#noteLost(run);
    run.end(ending, reason);
  }

  /** Resolves when nothing runs whose end isn't known. */
  async idle(): Promise<void> {
    while (this.#running.length > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  /** Lets go of what still runs: it begins again elsewhere, and what it gives here isn't taken. */
  abandonAll(): void {
    const { clock, time } = this.#parts;
    for (const run of [...this.#running]) this.#settle(run, releaseOf(run, time.now()), clock.now());
    this.#deadlines.close();
  }

  onStart(run: RunningTask): void {
    const { work, timeoutMs } = run.definition;
    // In the process it begins at once; elsewhere it may have waited for a worker.
    if (isRunner(work)) run.startedMs = this.#parts.clock.now();
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

  onDone(run: RunningTask, error: Error | undefined, result: string): void {
    if (error === undefined) this.#complete(run, result);
    else this.#end(run, { error });
  }

  onSettled(run: RunningTask, outcome: SettleOutcome): void {
    const { item, task, error, runMs } = run;
    if (outcome === 'lost') {
      this.#noteLost(run);
      return;
    }
    const { onAgain } = this.#parts;
    if (item.how === 'fail' && item.retryAtMs !== undefined) onAgain(task, item.retryAtMs);
    else if (item.how === 'release') onAgain(task, item.notBeforeMs);
    tellEnd(this.#parts, task, item, runMs, error);
  }

  onLateEnd(run: RunningTask): void {
    if (!run.isGivenUp) return;
    run.isGivenUp = false;
    this.#abandoned -= 1;
    this.#freeSlot(run, this.#parts.clock.now());
  }

  /** The way of almost all attempts; everything else takes the longer one. */
  #complete(run: RunningTask, result: string): void {
    const { clock, time, maxResultBytes } = this.#parts;
    if (run.ending !== undefined || run.isSettled || result.length * 3 > maxResultBytes) {
      this.#end(run, { result });
      return;
    }
    const monotonicMs = clock.now();
    const { id, token } = run.task;
    run.item = { id, token: token as number, nowMs: time.at(monotonicMs), how: 'complete', result };
    this.#finish(run, monotonicMs);
    this.#parts.settling.push(run);
  }

  #end(run: RunningTask, end: RunEnd): void {
    if ('error' in end && isFramerailError(end.error, 'E_TASK_ABANDONED')) this.#giveUp(run);
    if (run.isSettled) return;
    const { clock, time, random, maxResultBytes } = this.#parts;
    const monotonicMs = clock.now();
    const nowMs = time.at(monotonicMs);
    this.#settle(run, endingOf(run, end, { nowMs, maxResultBytes, random }), monotonicMs);
  }

  #settle(run: RunningTask, ending: Ending | undefined, monotonicMs: number): void {
    this.#finish(run, monotonicMs);
    if (ending === undefined) return;
    run.item = ending.settlement;
    run.error = ending.error;
    this.#parts.settling.push(run);
  }

  /** The attempt is over: its slot is free, unless its handler goes on regardless. */
  #finish(run: RunningTask, nowMs: number): void {
    const { times, onRan } = this.#parts;
    run.isSettled = true;
    run.teller?.end();
    if (run.definition.timeoutMs !== undefined) this.#deadlines.delete(run, run.definition.timeoutMs);
    const last = this.#running.pop() as RunningTask;
    if (last !== run) {
      last.place = run.place;
      this.#running[run.place] = last;
    }
    run.runMs = nowMs - run.startedMs;
    times.record(run.task, run.runMs, nowMs);
    run.lane.noteRun(run.runMs);
    onRan(run, run.runMs);
    if (!run.isGivenUp) this.#freeSlot(run, nowMs);
    if (this.#running.length === 0 && this.#onIdle.length > 0)
      for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  #freeSlot(run: RunningTask, nowMs: number): void {
    this.#slots -= 1;
    run.lane.running -= 1;
    run.name.running -= 1;
    run.endReservation?.(nowMs);
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

function tokenOf({ task }: RunningTask): number {
  return task.token as number;
}
