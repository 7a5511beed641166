import type { TaskState } from './task-state.js';

/** What a task takes of the machine while it runs. Shares are of the whole machine, 0 to 1. What isn't set counts as 0. */
export interface TaskCost {
  /** Processor time, as a share of all cores: 0.5 is half of the machine. */
  readonly cpu?: number | undefined;
  /** Bytes of memory at its peak. */
  readonly memoryBytes?: number | undefined;
  /** Share of the GPU's time. */
  readonly gpu?: number | undefined;
  /** Share of storage's time. */
  readonly io?: number | undefined;
  /** Milliseconds that it is expected to run. */
  readonly durationMs?: number | undefined;
}

/** Why an attempt ended without a result. */
export interface TaskFailure {
  /** Counts from 1. */
  readonly attempt: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** A stable code, such as `E_TIMEOUT`, or `E_TASK_FAILED` for errors that have none. */
  readonly code: string;
  /** The error's message, at most 4,096 code units. */
  readonly message: string;
  /** Its stack, where there is one, at most 8,192 code units. */
  readonly stack?: string | undefined;
}

/** A task as an engine keeps it. A snapshot: immutable, and as old as the call that gave it. Times are milliseconds since 1970. */
export interface TaskRecord {
  /** Unique in its engine. Later ones compare greater as strings, in the order in which they were added. */
  readonly id: string;
  /** Which handler does it. */
  readonly name: string;
  /** Which workers do it. */
  readonly lane: string;
  /** Whose it is: groups of a lane are served in turn. `''`: nobody's in particular, a group like the others. */
  readonly group: string;
  /** While a task of this key isn't final no other one of it is added. */
  readonly key: string | undefined;
  /** What it works on, as JSON. */
  readonly data: string;
  /** Larger comes first; an integer from -1,000 to 1,000. */
  readonly priority: number;
  /** What it takes of the machine, where its adder said so. */
  readonly reserve: TaskCost | undefined;
  /** See {@link TaskState}. */
  readonly state: TaskState;
  /** Tasks that have to be completed before. */
  readonly after: readonly string[];
  /** Attempts that were begun, the running one included. */
  readonly attempts: number;
  /** Attempts that it gets altogether; 1 or more. */
  readonly maxAttempts: number;
  /** When it was added. */
  readonly createdAtMs: number;
  /** Before this it isn't begun; for `delayed`. */
  readonly notBeforeMs: number;
  /** When the last attempt was begun. */
  readonly startedAtMs: number | undefined;
  /** When it became final. */
  readonly finishedAtMs: number | undefined;
  /** What it gave, as JSON; of `completed` ones. */
  readonly result: string | undefined;
  /** The last attempts that failed, oldest first; at most {@link MAX_FAILURES}. */
  readonly failures: readonly TaskFailure[];
  /** The last progress that was told, as JSON. */
  readonly progress: string | undefined;
  /** Who does it, while `active`: the claim's `owner`. */
  readonly owner: string | undefined;
  /** While `active`: the fencing token of its lease. Grows with each claim of the task. */
  readonly token: number | undefined;
  /** While `active`: from when on the lease may be taken away. */
  readonly leaseUntilMs: number | undefined;
  /** Whether somebody wants an `active` one to end. */
  readonly isCancelRequested: boolean;
}

/** How many failures of a task are kept. */
export const MAX_FAILURES = 10;
