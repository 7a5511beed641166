import { placeOf } from '../../order/fair-order.js';
import { MAX_FAILURES, type TaskFailure } from '../../task/task-record.js';
import {
  ACTIVE,
  BLOCKED,
  CANCELLED,
  COMPLETED,
  DELAYED,
  type FinalState,
  idOf,
  stateName,
  WAITING,
} from '../task-number.js';
import type { Statements } from './statements.js';
import type { StoreLedger } from './store-ledger.js';
import { failuresOf, type Row } from './task-row.js';

/** What a change of a task has to know of it, changed in place and written by the step that does it. */
export interface TaskChange {
  readonly seq: number;
  readonly name: string;
  readonly lane: string;
  readonly group: string;
  readonly key: string | undefined;
  readonly share: number;
  readonly priority: number;
  readonly maxAttempts: number;
  readonly token: number;
  readonly owner: string | undefined;
  state: number;
  tag: number;
  attempts: number;
  notBeforeMs: number;
  startedAtMs: number | null;
  isCancelRequested: boolean;
}

const COLUMNS =
  'seq, name, lane, grp, key, share, priority, max_attempts, token, owner, state, tag, attempts, not_before, started, cancel';

const SAVE = `UPDATE tasks SET state = ?, rank = ?, tag = ?, attempts = ?, not_before = ?, started = ?, finished = ?,
  owner = NULL, cancel = 0 WHERE seq = ?`;

/** Tasks of a transaction, and their ways from state to state: what `TaskStore` is to the memory engine. */
export class StoreTasks {
  readonly #sql: Statements;
  readonly #ledger: StoreLedger;
  #hasEdges: boolean | undefined;

  constructor(sql: Statements, ledger: StoreLedger) {
    this.#sql = sql;
    this.#ledger = ledger;
  }

  /** The task of a number. */
  find(seq: number): TaskChange | undefined {
    if (seq < 0) return undefined;
    const row = this.#sql.row(`SELECT ${COLUMNS} FROM tasks WHERE seq = ?`, seq);
    return row === undefined ? undefined : changeOf(row);
  }

  /** The tasks of a condition on `tasks`, in order. */
  where(condition: string, ...values: readonly (string | number)[]): TaskChange[] {
    return this.#sql.rows(`SELECT ${COLUMNS} FROM tasks ${condition}`, ...values).map(changeOf);
  }

  /** Lets a task come after another one. */
  connect(task: number, before: number): void {
    this.#hasEdges = true;
    this.#sql.run('INSERT OR IGNORE INTO edges (before, task) VALUES (?, ?)', before, task);
  }

  /** Where a task goes that isn't held up by others: its state and what that is ordered by. Its turn is taken when it waits first. */
  placed(
    task: {
      readonly lane: string;
      readonly group: string;
      readonly share: number;
      readonly priority: number;
    },
    tag: number,
    notBeforeMs: number,
    nowMs: number,
  ): { readonly state: number; readonly rank: number; readonly tag: number } {
    if (notBeforeMs > nowMs) return { state: DELAYED, rank: notBeforeMs, tag };
    const own = tag < 0 ? this.#ledger.takeTurn(task.lane, task.group, task.share) : tag;
    return { state: WAITING, rank: placeOf(own, task.priority), tag: own };
  }

  /** Lets a task wait, or be delayed until its time. */
  begin(task: TaskChange, nowMs: number): void {
    const { state, rank, tag } = this.placed(task, task.tag, task.notBeforeMs, nowMs);
    task.tag = tag;
    this.#save(task, state, rank, null);
  }

  /** Adds to a task's history. */
  note(seq: number, failure: TaskFailure): void {
    const row = this.#sql.row('SELECT failures FROM tasks WHERE seq = ?', seq);
    const failures = [...failuresOf(row?.[0]).slice(1 - MAX_FAILURES), failure];
    this.#sql.run('UPDATE tasks SET failures = ? WHERE seq = ?', JSON.stringify(failures), seq);
  }

  /** Gives an active task's attempt up: it begins again, or ends where it is to end. */
  giveUp(task: TaskChange, nowMs: number): void {
    if (task.isCancelRequested) this.end(task, CANCELLED, nowMs);
    else this.begin(task, nowMs);
  }

  /** Completes an active task, if its lease is held. Gives whether it was. */
  complete(seq: number, token: number, result: string, nowMs: number): boolean {
    const row = this.#sql.row(
      `UPDATE tasks SET state = ${COMPLETED}, rank = ?, finished = ?, result = ?, owner = NULL, cancel = 0
       WHERE seq = ? AND state = ${ACTIVE} AND token = ? RETURNING lane, grp`,
      nowMs,
      nowMs,
      result,
      seq,
      token,
    );
    if (row === undefined) return false;
    this.#ledger.count(row[0] as string, row[1] as string, ACTIVE, COMPLETED);
    this.#release(seq, nowMs);
    return true;
  }

  /** Ends a task that isn't completed, and what comes after it. */
  end(first: TaskChange, state: FinalState, nowMs: number): void {
    this.#save(first, state, nowMs, nowMs);
    if (!this.#mayHaveEdges()) return;
    const ended = [first];
    for (let task = ended.pop(); task !== undefined; task = ended.pop()) {
      for (const [seq] of this.#sql.rows('SELECT task FROM edges WHERE before = ? ORDER BY task', task.seq)) {
        const one = this.find(seq as number);
        if (one === undefined || one.state !== BLOCKED) continue;
        const message = `The task ${idOf(task.seq)} (${task.name}), which this one comes after, was ${stateName(task.state)}`;
        this.note(one.seq, { attempt: one.attempts, atMs: nowMs, code: 'E_TASK_DEPENDENCY', message });
        this.#save(one, CANCELLED, nowMs, nowMs);
        ended.push(one);
      }
    }
  }

  /** Lets a failed or cancelled task begin anew. */
  revive(task: TaskChange, nowMs: number): void {
    task.attempts = 0;
    task.startedAtMs = null;
    task.tag = -1;
    if (this.unmet(task.seq).length > 0) this.#save(task, BLOCKED, 0, null);
    else this.begin(task, nowMs);
  }

  /** Numbers of those that a task comes after and that aren't completed. */
  unmet(seq: number): readonly number[] {
    if (!this.#mayHaveEdges()) return [];
    return this.#sql.rows('SELECT before FROM edges WHERE task = ?', seq).map(([before]) => before as number);
  }

  /** Drops a final task. */
  drop(task: TaskChange): void {
    this.#sql.run('DELETE FROM tasks WHERE seq = ?', task.seq);
    this.#sql.run('DELETE FROM payloads WHERE seq = ?', task.seq);
    if (this.#mayHaveEdges()) this.#sql.run('DELETE FROM edges WHERE task = ?', task.seq);
    this.#ledger.count(task.lane, task.group, task.state, undefined);
  }

  /** Lets those begin that waited for a completed task alone. */
  #release(seq: number, nowMs: number): void {
    if (!this.#mayHaveEdges()) return;
    const followers = this.#sql.rows('SELECT task FROM edges WHERE before = ? ORDER BY task', seq);
    if (followers.length === 0) return;
    this.#sql.run('DELETE FROM edges WHERE before = ?', seq);
    for (const [follower] of followers) {
      const task = this.find(follower as number);
      if (task?.state === BLOCKED && this.unmet(task.seq).length === 0) this.begin(task, nowMs);
    }
  }

  /** Most queues have no dependencies at all; then nothing is looked up. */
  #mayHaveEdges(): boolean {
    this.#hasEdges ??= this.#sql.row('SELECT 1 FROM edges LIMIT 1') !== undefined;
    return this.#hasEdges;
  }

  #save(task: TaskChange, state: number, rank: number, finishedAtMs: number | null): void {
    const { seq, tag, attempts, notBeforeMs, startedAtMs } = task;
    this.#sql.run(SAVE, state, rank, tag, attempts, notBeforeMs, startedAtMs, finishedAtMs, seq);
    this.#ledger.count(task.lane, task.group, task.state, state);
    task.state = state;
  }
}

function changeOf(row: Row): TaskChange {
  return {
    seq: row[0] as number,
    name: row[1] as string,
    lane: row[2] as string,
    group: row[3] as string,
    key: (row[4] ?? undefined) as string | undefined,
    share: row[5] as number,
    priority: row[6] as number,
    maxAttempts: row[7] as number,
    token: row[8] as number,
    owner: (row[9] ?? undefined) as string | undefined,
    state: row[10] as number,
    tag: row[11] as number,
    attempts: row[12] as number,
    notBeforeMs: row[13] as number,
    startedAtMs: row[14] as number | null,
    isCancelRequested: row[15] === 1,
  };
}
