import { progressOf } from '../progress/progress-note.js';
import type { TaskCost, TaskFailure, TaskRecord } from '../task/task-record.js';
import type { TaskState } from '../task/task-state.js';

/** A task as it is now. Immutable, and as old as the call that gave it; can be written as JSON. Times are milliseconds since 1970. */
export interface TaskSnapshot {
  /** Unique in its engine; later ones compare greater. */
  readonly id: string;
  /** Which handler does it. */
  readonly name: string;
  /** Which workers do it. */
  readonly lane: string;
  /** Whose it is; `''`: nobody's in particular. */
  readonly group: string;
  /** While a task of this key is not final no other one of it is added. */
  readonly key: string | undefined;
  /** Where it stands. */
  readonly state: TaskState;
  /** Larger comes first. */
  readonly priority: number;
  /** What it works on. */
  readonly data: unknown;
  /** What it gave, once it is `completed`. */
  readonly result: unknown;
  /** The last progress that was told. */
  readonly progress: unknown;
  /** What it takes of the machine, where its adder said so. */
  readonly reserve: TaskCost | undefined;
  /** Ids of tasks that have to be completed before. */
  readonly after: readonly string[];
  /** Attempts that were begun, the running one included. */
  readonly attempts: number;
  /** Attempts that it gets altogether. */
  readonly maxAttempts: number;
  /** The last attempts that failed, oldest first. */
  readonly failures: readonly TaskFailure[];
  /** When it was added. */
  readonly createdAtMs: number;
  /** Before this it isn't begun; 0: no such time. */
  readonly notBeforeMs: number;
  /** When the last attempt was begun. */
  readonly startedAtMs: number | undefined;
  /** When it became final. */
  readonly finishedAtMs: number | undefined;
  /** Who does it, while it is `active`: a process. */
  readonly owner: string | undefined;
  /** Whether it was asked to end, and hasn't yet. */
  readonly isCancelRequested: boolean;
}

/** What callers of a queue see of a record of its engine. */
export function snapshotOf(record: TaskRecord): TaskSnapshot {
  return Object.freeze({
    id: record.id,
    name: record.name,
    lane: record.lane,
    group: record.group,
    key: record.key,
    state: record.state,
    priority: record.priority,
    data: JSON.parse(record.data) as unknown,
    result: record.result === undefined ? undefined : (JSON.parse(record.result) as unknown),
    progress: progressOf(record.progress)?.value,
    reserve: record.reserve,
    after: record.after,
    attempts: record.attempts,
    maxAttempts: record.maxAttempts,
    failures: record.failures,
    createdAtMs: record.createdAtMs,
    notBeforeMs: record.notBeforeMs,
    startedAtMs: record.startedAtMs,
    finishedAtMs: record.finishedAtMs,
    owner: record.owner,
    isCancelRequested: record.isCancelRequested,
  });
}
