import type { DatabaseSync } from 'node:sqlite';
import type { TaskRecord } from '../../task/task-record.js';
import { TASK_STATES } from '../../task/task-state.js';
import type { PauseState, ScheduleRecord, TaskCounts, TaskQuery } from '../task-engine.js';
import { ACTIVE, DELAYED, seqBefore, seqOf } from '../task-number.js';
import { Statements } from './statements.js';
import { RECORD_COLUMNS, recordOfRow } from './task-row.js';
import { searchesOf } from './task-search.js';

const GET = `SELECT ${RECORD_COLUMNS} FROM tasks WHERE seq = ?`;
const COUNTS = 'blocked, delayed, waiting, active, completed, failed, cancelled';

/** The reading side of a queue's file: a connection of its own, which never waits for writers. Synchronous. */
export class StoreReader {
  readonly #database: DatabaseSync;
  readonly #sql: Statements;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#sql = new Statements(database);
  }

  /** The tasks, in order of `ids`. */
  get(ids: readonly string[]): readonly (TaskRecord | undefined)[] {
    const read = (id: string): TaskRecord | undefined => {
      const seq = seqOf(id);
      const row = seq < 0 ? undefined : this.#sql.row(GET, seq);
      return row === undefined ? undefined : recordOfRow(row);
    };
    return ids.length > 1 ? this.#atOnce(() => ids.map(read)) : ids.map(read);
  }

  /** A page of tasks. */
  list(query: TaskQuery): readonly TaskRecord[] {
    return this.#atOnce(() => this.#list(query));
  }

  #list(query: TaskQuery): readonly TaskRecord[] {
    const after = seqBefore(query.afterId);
    const pages = searchesOf(this.#sql, query).map(({ by, where, values }) => {
      const conditions = [...where, 'seq > ?'].join(' AND ');
      const sql = `SELECT ${RECORD_COLUMNS} FROM tasks ${by} WHERE ${conditions} ORDER BY seq LIMIT ?`;
      return this.#sql.rows(sql, ...values, after, query.limit);
    });
    const rows = pages.flat();
    if (pages.length > 1) rows.sort((a, b) => (a[0] as number) - (b[0] as number));
    return rows.slice(0, query.limit).map(recordOfRow);
  }

  /** Numbers of tasks. */
  counts(): readonly TaskCounts[] {
    return this.#sql
      .rows(`SELECT lane, grp, ${COUNTS} FROM groups WHERE size > 0`)
      .map(([lane, group, ...counts]) => ({
        lane: lane as string,
        group: group as string,
        counts: Object.fromEntries(
          TASK_STATES.map((state, at) => [state, counts[at]]),
        ) as unknown as TaskCounts['counts'],
      }));
  }

  /** Owners of active tasks. */
  owners(): readonly string[] {
    const sql = `SELECT DISTINCT owner FROM tasks INDEXED BY tasks_state WHERE state = ${ACTIVE}`;
    return this.#sql.rows(sql).map(([owner]) => owner as string);
  }

  /** When the next delayed task or lease is due. */
  nextDueMs(): number | undefined {
    const times = [DELAYED, ACTIVE].flatMap((state) => {
      const sql = `SELECT rank FROM tasks INDEXED BY tasks_times WHERE state = ${state} AND state <> 2 AND state <> 0 ORDER BY rank LIMIT 1`;
      return this.#sql.rows(sql).map(([rank]) => rank as number);
    });
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** What is paused. */
  paused(): PauseState {
    const lanes = this.#sql.rows('SELECT lane FROM lanes WHERE paused = 1');
    return {
      all: this.#sql.row('SELECT paused FROM queue')?.[0] === 1,
      lanes: lanes.map(([lane]) => lane as string),
    };
  }

  /** All schedules. */
  schedules(): readonly ScheduleRecord[] {
    return this.#sql
      .rows('SELECT id, definition, next_at FROM schedules')
      .map(([id, definition, nextAtMs]) => ({
        id: id as string,
        definition: definition as string,
        nextAtMs: nextAtMs as number,
      }));
  }

  /** What past runs of a name took. */
  profile(name: string): string | undefined {
    return this.#sql.row('SELECT profile FROM profiles WHERE name = ?', name)?.[0] as string | undefined;
  }

  /** A number that changes with whatever other connections write. */
  version(): number {
    return this.#sql.row('PRAGMA data_version')?.[0] as number;
  }

  /** Several statements of one state of the file; the locks that each would take by itself are taken once. */
  #atOnce<T>(read: () => T): T {
    this.#sql.run('BEGIN');
    try {
      return read();
    } finally {
      if (this.#database.isTransaction) this.#sql.run('COMMIT');
    }
  }

  /** Closes the connection. */
  close(): void {
    this.#database.close();
  }
}
