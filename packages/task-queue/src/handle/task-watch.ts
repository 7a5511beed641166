import type { TaskEngine } from '../engines/task-engine.js';
import { progressOf } from '../progress/progress-note.js';
import { TurnBatch } from '../queue/turn-batch.js';
import type { TaskRecord } from '../task/task-record.js';
import { cancelledError, failedError, noSuchTask } from './task-errors.js';
import { type HandleHost, type TaskEnd, TrackedTask } from './tracked-task.js';

/**
 * Handles of tasks for which nobody waits are forgotten beyond so many, the oldest first; they still work, by asking the engine. Not
 * where the engine has the tasks in this memory anyway.
 */
const MAX_TRACKED = 100_000;
/** Tasks of one question to the engine. */
const MAX_ASKED = 1000;

/** Knows the handles of tasks that haven't ended, and tells them what becomes of their tasks. */
export class TaskWatch {
  readonly #host: HandleHost;
  readonly #tracked = new Map<string, TrackedTask>();
  readonly #watched = new Map<string, TrackedTask>();
  readonly #asking: TurnBatch<string, TaskRecord | undefined>;
  readonly #onChange: () => void;
  readonly #maxTracked: number;
  #stays = 0;

  /** @param onChange - called when somebody begins to wait, and when nobody does any more */
  constructor(engine: TaskEngine, host: Omit<HandleHost, 'watch'>, onChange: () => void) {
    this.#host = {
      status: (id) => host.status(id),
      cancelOne: (id) => host.cancelOne(id),
      watch: (task) => this.#watch(task),
    };
    this.#onChange = onChange;
    this.#maxTracked = engine.limits.isShared ? MAX_TRACKED : Number.POSITIVE_INFINITY;
    this.#asking = new TurnBatch((ids) => engine.get(ids), MAX_ASKED);
  }

  /** Tasks that somebody waits for, and other waits. */
  get watching(): number {
    return this.#watched.size + this.#stays;
  }

  /** Somebody waits for something else than a task. @returns says that nobody does any more */
  stay(): () => void {
    this.#stays += 1;
    this.#onChange();
    return () => {
      this.#stays -= 1;
      this.#onChange();
    };
  }

  /** The record of a task; questions of one turn are one call. */
  record(id: string): Promise<TaskRecord | undefined> {
    return this.#asking.ask(id);
  }

  /**
   * The handle of a task.
   *
   * @param isFresh - whether it was added just now, here: whatever becomes of it will be told
   */
  handle(id: string, isFresh = false): TrackedTask {
    const known = this.#tracked.get(id);
    if (known !== undefined) return known;
    const task = new TrackedTask(id, isFresh, this.#host);
    this.#tracked.set(id, task);
    if (this.#tracked.size > this.#maxTracked) this.#forgetOldest();
    return task;
  }

  /** The handle of a task that is tracked already. */
  tracked(id: string): TrackedTask | undefined {
    return this.#tracked.get(id);
  }

  /** A task ended. */
  finish(id: string, end: TaskEnd): void {
    const task = this.#tracked.get(id);
    if (task === undefined) return;
    this.#tracked.delete(id);
    if (this.#watched.size > 0) this.#unwatch(id);
    task.finish(end);
  }

  /** Asks how tasks stand that somebody waits for; `ids`: only of those. Failures are for whoever asks next. */
  recheck(ids?: readonly string[]): Promise<void> {
    return this.#checkAll(
      ids === undefined ? [...this.#watched.keys()] : ids.filter((id) => this.#watched.has(id)),
    );
  }

  /** As {@link TaskWatch.recheck}, of those that end without anybody's saying so here. */
  recheckUntold(): Promise<void> {
    const untold: string[] = [];
    for (const task of this.#watched.values()) if (!task.isFresh) untold.push(task.id);
    return this.#checkAll(untold);
  }

  /** Ends the waiting for all of them. */
  close(error: Error): void {
    for (const id of [...this.#watched.keys()]) this.finish(id, { state: 'gone', error });
    this.#tracked.clear();
  }

  #watch(task: TrackedTask): void {
    const isTold = task.isFresh && this.#tracked.get(task.id) === task;
    // It may have been forgotten; from now on it is told again.
    this.#tracked.set(task.id, task);
    this.#watched.set(task.id, task);
    if (this.#watched.size === 1) this.#onChange();
    if (!isTold) void this.#check(task.id);
  }

  async #checkAll(wanted: readonly string[]): Promise<void> {
    for (let from = 0; from < wanted.length; from += MAX_ASKED)
      await Promise.all(wanted.slice(from, from + MAX_ASKED).map((id) => this.#check(id)));
  }

  async #check(id: string): Promise<void> {
    let record: TaskRecord | undefined;
    try {
      record = await this.record(id);
    } catch {
      // The engine is away: the next look will tell.
      return;
    }
    const task = this.#tracked.get(id);
    if (task === undefined) return;
    if (record === undefined) {
      this.finish(id, { state: 'gone', error: noSuchTask(id) });
      return;
    }
    const note = progressOf(record.progress);
    if (note !== undefined) task.note(note);
    const end = endOf(record);
    if (end !== undefined) this.finish(id, end);
    else if (!task.isWatched) this.#unwatch(id);
  }

  #unwatch(id: string): void {
    if (this.#watched.delete(id) && this.#watched.size === 0) this.#onChange();
  }

  #forgetOldest(): void {
    for (const id of this.#tracked.keys()) {
      if (this.#watched.has(id)) continue;
      this.#tracked.delete(id);
      return;
    }
  }
}

/** How a record's task ended; `undefined`: it hasn't. */
function endOf(record: TaskRecord): TaskEnd | undefined {
  if (record.state === 'completed') return { state: 'completed', result: record.result ?? 'null' };
  if (record.state === 'failed') return { state: 'failed', error: failedError(record, undefined) };
  if (record.state === 'cancelled') return { state: 'cancelled', error: cancelledError(record) };
  return undefined;
}
