import type { SQLOutputValue } from 'node:sqlite';
import type { TaskFailure, TaskRecord } from '../../task/task-record.js';
import { TASK_STATES } from '../../task/task-state.js';
import { ACTIVE, idOf } from '../task-number.js';

/** A row as SQLite gives it: values by place. */
export type Row = readonly SQLOutputValue[];

/** What a record is made of, in the order of {@link recordOfRow}. */
export const RECORD_COLUMNS = [
  'seq, name, lane, grp, key, coalesce(data, (SELECT p.data FROM payloads p WHERE p.seq = tasks.seq)), priority, reserve',
  'state, after, attempts, max_attempts, created, not_before, started, finished, result, failures, progress',
  'owner, token, rank, cancel',
].join(', ');

const NOTHING: readonly never[] = Object.freeze([]);

/** A record of a row of {@link RECORD_COLUMNS}. */
export function recordOfRow(row: Row): TaskRecord {
  const isActive = row[8] === ACTIVE;
  return {
    id: idOf(row[0] as number),
    name: row[1] as string,
    lane: row[2] as string,
    group: row[3] as string,
    key: (row[4] ?? undefined) as string | undefined,
    data: row[5] as string,
    priority: row[6] as number,
    reserve: row[7] === null ? undefined : JSON.parse(row[7] as string),
    state: TASK_STATES[row[8] as number] ?? 'failed',
    after: row[9] === null ? NOTHING : JSON.parse(row[9] as string),
    attempts: row[10] as number,
    maxAttempts: row[11] as number,
    createdAtMs: row[12] as number,
    notBeforeMs: row[13] as number,
    startedAtMs: (row[14] ?? undefined) as number | undefined,
    finishedAtMs: (row[15] ?? undefined) as number | undefined,
    result: (row[16] ?? undefined) as string | undefined,
    failures: failuresOf(row[17]),
    progress: (row[18] ?? undefined) as string | undefined,
    owner: isActive ? (row[19] as string) : undefined,
    token: isActive ? (row[20] as number) : undefined,
    leaseUntilMs: isActive ? (row[21] as number) : undefined,
    isCancelRequested: isActive && row[22] === 1,
  };
}

/** The history that a row keeps as JSON. */
export function failuresOf(text: SQLOutputValue | undefined): readonly TaskFailure[] {
  return typeof text === 'string' ? JSON.parse(text) : NOTHING;
}
