import type { Settlement, SettleOutcome } from '../engines/task-engine.js';
import type { Lane } from '../lanes/lane.js';
import type { NameState } from '../lanes/name-state.js';
import type { ProgressTeller } from '../progress/progress-teller.js';
import type { TaskRecord } from '../task/task-record.js';
import type { AttemptEnd } from '../workers/attempt.js';
import type { TaskRun } from '../workers/task-runner.js';
import type { Timed } from './deadlines.js';
import type { Definition } from './define-options.js';
import type { Ticket } from './turn-batch.js';

/** Why an attempt is to end before its handler does by itself. */
export type EndingReason = 'cancelled' | 'timeout' | 'leaseLost' | 'closing';

/** What an attempt tells those around it. */
export interface RunHost {
  onStart(run: RunningTask): void;
  onProgress(run: RunningTask, value: unknown): void;
  onTimeout(run: RunningTask, timeoutMs: number): void;
  onLateEnd(run: RunningTask): void;
  onDone(run: RunningTask, error: Error | undefined, result: string): void;
  onSettled(run: RunningTask, outcome: SettleOutcome): void;
}

const NOTHING: Settlement = Object.freeze({ id: '', token: 0, nowMs: 0, how: 'cancel' });

/** An attempt that runs in this process, or in a worker of it. */
export class RunningTask implements TaskRun, AttemptEnd, Timed, Ticket<Settlement, SettleOutcome> {
  readonly task: TaskRecord;
  readonly definition: Definition;
  readonly lane: Lane;
  readonly name: NameState;
  readonly #host: RunHost;
  /** Why it is to end; `undefined`: it isn't. */
  ending: EndingReason | undefined = undefined;
  /** What its signal aborts with. */
  reason: unknown = undefined;
  /** Where it is among those that run. */
  place = 0;
  /** By the monotonic clock. */
  startedMs: number;
  deadlineMs = 0;
  /** Whether it has told its end, and holds its slot only. */
  isGivenUp = false;
  /** Whether its settlement was made. */
  isSettled = false;
  teller: ProgressTeller | undefined = undefined;
  /** Gives back what it reserved. */
  endReservation: ((nowMs: number) => void) | undefined = undefined;
  /** Once it has ended: what the engine is told. */
  item: Settlement = NOTHING;
  /** Once it has ended: what its handler threw. */
  error: unknown = undefined;
  /** Once it has ended: milliseconds that it ran. */
  runMs = 0;
  #controller: AbortController | undefined = undefined;

  constructor(
    task: TaskRecord,
    definition: Definition,
    lane: Lane,
    name: NameState,
    host: RunHost,
    startedMs: number,
  ) {
    this.task = task;
    this.definition = definition;
    this.lane = lane;
    this.name = name;
    this.#host = host;
    this.startedMs = startedMs;
  }

  /** Made when it is wanted: making one costs more than a short task. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.ending !== undefined) this.#controller.abort(this.reason);
    }
    return this.#controller.signal;
  }

  /** Asks it to end; the first reason counts. */
  end(ending: EndingReason, reason: unknown): void {
    if (this.ending !== undefined) return;
    this.ending = ending;
    this.reason = reason;
    this.#controller?.abort(reason);
  }

  onStart(): void {
    this.#host.onStart(this);
  }

  onProgress(value: unknown): void {
    this.#host.onProgress(this, value);
  }

  onDeadline(timeoutMs: number): void {
    this.#host.onTimeout(this, timeoutMs);
  }

  onLateEnd(): void {
    this.#host.onLateEnd(this);
  }

  done(error: Error | undefined, result: string): void {
    this.#host.onDone(this, error, result);
  }

  answer(outcome: SettleOutcome): void {
    this.#host.onSettled(this, outcome);
  }

  /** Only a queue that closes gives up settling; who waits for the task is told that it closed. */
  fail(): void {}
}
