import type { TaskFailure, TaskRecord } from '../../task/task-record.js';
import type { TaskState } from '../../task/task-state.js';

/** A record as scripts give it: an id, and values by `RECORD_FIELDS` with the failures after them. */
export type JobRow = readonly [id: string, values: readonly (string | null | readonly string[])[]];

const NOTHING: readonly never[] = Object.freeze([]);

/** The record of what a script gave. */
export function recordOfJob([id, values]: JobRow): TaskRecord {
  const text = (at: number): string => values[at] as string;
  const textOr = (at: number): string | undefined => (values[at] as string | null) ?? undefined;
  const numberOr = (at: number): number | undefined => (values[at] === null ? undefined : Number(values[at]));
  const isActive = text(7) === 'active';
  const failures = values[21] as readonly string[];
  const reserve = textOr(6);
  return {
    id,
    name: text(0),
    lane: text(1),
    group: text(2),
    key: textOr(3),
    data: text(4),
    priority: Number(text(5)),
    reserve: reserve === undefined ? undefined : JSON.parse(reserve),
    state: text(7) as TaskState,
    after: text(8) === '' ? NOTHING : text(8).split(','),
    attempts: Number(text(9)),
    maxAttempts: Number(text(10)),
    createdAtMs: Number(text(11)),
    notBeforeMs: Number(text(12)),
    startedAtMs: numberOr(13),
    finishedAtMs: numberOr(14),
    result: textOr(15),
    failures: failures.length === 0 ? NOTHING : failures.map((failure) => JSON.parse(failure) as TaskFailure),
    progress: textOr(16),
    owner: isActive ? text(17) : undefined,
    token: isActive ? Number(text(18)) : undefined,
    leaseUntilMs: isActive ? Number(text(19)) : undefined,
    isCancelRequested: isActive && values[20] === '1',
  };
}
