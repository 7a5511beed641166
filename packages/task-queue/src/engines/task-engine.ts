import type { LeaseRenewal } from '../leases/lease-renewal.js';
import type { TaskCost, TaskFailure, TaskRecord } from '../task/task-record.js';
import type { TaskState } from '../task/task-state.js';

/** A task to be added. Times are milliseconds since 1970. */
export interface NewTask {
  /** As in {@link TaskRecord}; a well-formed string that is not empty. */
  readonly name: string;
  /** As in {@link TaskRecord}; a well-formed string that is not empty. */
  readonly lane: string;
  /** As in {@link TaskRecord}; a well-formed string. */
  readonly group: string;
  /** As in {@link TaskRecord}; a well-formed string. */
  readonly key: string | undefined;
  /** As in {@link TaskRecord}. */
  readonly data: string;
  /** As in {@link TaskRecord}. */
  readonly priority: number;
  /** As in {@link TaskRecord}. */
  readonly reserve: TaskCost | undefined;
  /** As in {@link TaskRecord}. */
  readonly maxAttempts: number;
  /** Not before this; 0: at once. */
  readonly notBeforeMs: number;
  /** Ids of tasks that have to be completed before; unknown ones are refused. */
  readonly after: readonly string[];
  /** Places in the same batch, of earlier or later tasks, that have to be completed before. Circles are refused: `E_TASK_CIRCULAR`. */
  readonly afterBatch: readonly number[];
  /** How much of its group's turn it takes, above 0 and at most a million; 1 is an ordinary task. See `order/fair-order.ts`. */
  readonly share: number;
}

/** What became of a {@link NewTask}. */
export type AddOutcome =
  /** It was added under this id. */
  | { readonly id: string; readonly outcome: 'added' }
  /** One of its key is there and not final, or earlier in the batch: that is it. */
  | { readonly id: string; readonly outcome: 'exists' }
  /** The task of this id, which it comes after (perhaps through others of its batch), is unknown, or ended without completion: it was not added. */
  | { readonly id: string; readonly outcome: 'unknownDependency' | 'failedDependency' };

/** What a claim asks for. */
export interface ClaimRequest {
  /** The lane. */
  readonly lane: string;
  /** How many at most, 1 or more. */
  readonly limit: number;
  /** Names that this process can't begin now (limits, capacity). */
  readonly exceptNames: readonly string[];
  /**
   * What is free of the machine; what isn't set isn't short. Tasks whose `reserve` is more, each by itself, aren't given by engines that
   * can tell (`limits.filtersByReserve`); others may give them, and get them back by `release`.
   */
  readonly free: TaskCost | undefined;
  /** Who claims: names a process and what tells it from a later one of the same pid. */
  readonly owner: string;
  /** The time now. */
  readonly nowMs: number;
  /** The lease ends then unless it is renewed. */
  readonly leaseUntilMs: number;
}

/** A lease: who holds it may settle the task, until the lease is taken away. */
export interface TaskLease {
  /** The task. */
  readonly id: string;
  /** The fencing token. */
  readonly token: number;
}

/** How an attempt ended. Only the holder of the latest token may say so. */
export type Settlement = TaskLease & {
  /** The time now. */
  readonly nowMs: number;
} & (
    | { readonly how: 'complete'; readonly result: string }
    /**
     * The attempt failed; it is tried again from `retryAtMs` on, or becomes a dead letter where that is `undefined` or it was the
     * last attempt. One that is to end becomes `cancelled` instead of being tried again.
     */
    | { readonly how: 'fail'; readonly failure: TaskFailure; readonly retryAtMs: number | undefined }
    /** It was not begun after all, and this was no attempt: back to its place in the line, not before `notBeforeMs`; or `cancelled`, if it is to end. */
    | { readonly how: 'release'; readonly notBeforeMs: number }
    /** It ended because somebody cancelled it. */
    | { readonly how: 'cancel' }
  );

/** Whether a settlement took effect: `lost` says that the lease had been taken away, or the task was final. */
export type SettleOutcome = 'applied' | 'lost';

/** What tasks a query is after; all that is set has to agree. */
export interface TaskQuery {
  /** Tasks in one of these states; none for an empty list. */
  readonly states?: readonly TaskState[] | undefined;
  /** Tasks of this name. */
  readonly name?: string | undefined;
  /** Tasks of this lane. */
  readonly lane?: string | undefined;
  /** Tasks of this group, in any lane unless one is named. */
  readonly group?: string | undefined;
  /** Tasks of this key, final ones too. */
  readonly key?: string | undefined;
  /** Tasks whose ids come after this one: the last id of the page before. */
  readonly afterId?: string | undefined;
  /** Tasks of a page, 1 to 1,000. */
  readonly limit: number;
}

/** Numbers of tasks, by state, of a lane and group. */
export interface TaskCounts {
  /** The lane. */
  readonly lane: string;
  /** One of its groups, with at least one task. */
  readonly group: string;
  /** How many tasks there are in each state. */
  readonly counts: Readonly<Record<TaskState, number>>;
}

/** What lanes and the whole queue may have been told to do. */
export interface PauseState {
  /** Whether everything is paused. */
  readonly all: boolean;
  /** Lanes that are paused. */
  readonly lanes: readonly string[];
}

/** A limit of how often tasks begin, over all processes of the engine. */
export interface RatePermit {
  /** What is limited: a lane's or a name's limit. */
  readonly key: string;
  /** How many at most in `perMs`. */
  readonly max: number;
  /** Milliseconds, 1 or more. */
  readonly perMs: number;
  /** How many are wanted. */
  readonly wanted: number;
  /** The time now. */
  readonly nowMs: number;
}

/** A task that is added again and again. */
export interface ScheduleRecord {
  /** The one name of the schedule. */
  readonly id: string;
  /** What is added, as JSON: the queue's own. */
  readonly definition: string;
  /** When it is due next. */
  readonly nextAtMs: number;
}

/** Which final tasks are dropped. */
export interface PruneRequest {
  /** `completed`, `failed`, `cancelled`. */
  readonly states: readonly TaskState[];
  /** How many of each state stay at most. */
  readonly keep: number;
  /** Those that finished then or before go, however few there are. */
  readonly olderThanMs: number;
  /** How many go at most. */
  readonly limit: number;
}

/** What can be heard of an engine. */
export type EngineEvents = {
  /** Tasks changed, here or in another process: which ones, where that is known, and new records of them where at hand. */
  readonly changed: { readonly ids: readonly string[] | undefined };
  /** What was kept before could not be used: it is where `path` says now, whole, and an empty store took its place. During `open`. */
  readonly setAside: { readonly path: string; readonly reason: string };
};

/** What an engine can do. Data, so that a caller can plan. */
export interface EngineLimits {
  /** Bytes of a task's `data` or `result` as UTF-8. */
  readonly maxDataBytes: number;
  /** Tasks of one `add`. */
  readonly maxBatch: number;
  /** Tasks that are kept, final ones included; more are refused: `E_QUEUE_FULL`. */
  readonly maxTasks: number;
  /** Whether tasks survive the process. */
  readonly isDurable: boolean;
  /** Whether several processes may share it. */
  readonly isShared: boolean;
  /** Whether `claim` leaves out tasks whose `reserve` is more than is free. */
  readonly filtersByReserve: boolean;
}

/**
 * Where tasks are kept and handed out, once each. Contract suite: `taskEngineContract` in `./testing`. What a settled promise says
 * is done as durably as the engine promises. Every method may be called by several processes at once where `isShared`.
 * Times come from the caller, never from the engine's own clock, and may go back.
 */
export interface TaskEngine extends AsyncDisposable {
  /** For reports, such as `sqlite`. */
  readonly name: string;
  /** What it can do. */
  readonly limits: EngineLimits;
  /** How a thread of its own can renew leases while a handler keeps this one busy; `undefined` where leases end with the process. */
  readonly renewal?: LeaseRenewal | undefined;
  /** Opens files or connections; called once, before everything else. @throws FramerailError coded; may be tried again then */
  open(): Promise<void>;
  /**
   * Adds tasks, all in one step: after a crash all or none are there. Gives an outcome each, in order.
   *
   * @throws FramerailError `E_INVALID_ARGUMENT`, `E_TASK_DATA_TOO_LARGE`, `E_TASK_CIRCULAR`, `E_QUEUE_FULL`; nothing is added then
   */
  add(tasks: readonly NewTask[], nowMs: number): Promise<readonly AddOutcome[]>;
  /** Hands out tasks in the order of `order/fair-order.ts`, each under a new token: they are `active` then, with one more attempt. */
  claim(request: ClaimRequest): Promise<readonly TaskRecord[]>;
  /**
   * Ends attempts. What waits for completed tasks may begin; what waits for ones that ended otherwise is cancelled, with them as the
   * reason (a failure `E_TASK_DEPENDENCY`).
   *
   * @throws FramerailError `E_TASK_DATA_TOO_LARGE` for results; nothing is settled then
   */
  settle(settlements: readonly Settlement[]): Promise<readonly SettleOutcome[]>;
  /** Prolongs leases. `lost`: taken away; `cancel`: kept, and the task is to end; `held`: kept. */
  renew(leases: readonly TaskLease[], leaseUntilMs: number): Promise<readonly ('held' | 'cancel' | 'lost')[]>;
  /** Notes progress (JSON) of active tasks; without the lease nothing happens. Need not be durable. */
  progress(notes: readonly (TaskLease & { readonly progress: string })[]): Promise<void>;
  /**
   * Takes leases away that ended, or whose owners are dead: their tasks have a failure more (`E_TASK_LEASE_LOST`) and wait again, become
   * dead letters when that was the last attempt, or `cancelled` if they were to end. Also makes `delayed` tasks `waiting` whose time has come;
   * nothing else does. Gives how many changed.
   *
   * @param deadOwners - who is known not to live any more, such as some of {@link TaskEngine.owners}
   */
  expire(nowMs: number, deadOwners?: readonly string[]): Promise<number>;
  /** Owners of `active` tasks, each once. */
  owners(): Promise<readonly string[]>;
  /** Cancels: what isn't active ends at once, what is active is asked to. Gives the state of each afterwards; `undefined`: unknown. */
  cancel(ids: readonly string[], nowMs: number): Promise<readonly (TaskState | undefined)[]>;
  /**
   * Lets `failed` and `cancelled` tasks begin anew, with all their attempts and their history, at the end of their group's line.
   * Gives whether each was such and may: not where one of its key is there already, or a task that it comes after ended otherwise than
   * completed and isn't retried with it.
   */
  retry(ids: readonly string[], nowMs: number): Promise<readonly boolean[]>;
  /** Changes the priority of tasks that are `blocked`, `delayed` or `waiting`. Gives whether each was such. */
  prioritise(ids: readonly string[], priority: number): Promise<readonly boolean[]>;
  /** The tasks, in order of `ids`. */
  get(ids: readonly string[]): Promise<readonly (TaskRecord | undefined)[]>;
  /** A page of tasks, by id ascending. */
  list(query: TaskQuery): Promise<readonly TaskRecord[]>;
  /** Numbers of tasks; kept as they change, not counted at each call. */
  counts(): Promise<readonly TaskCounts[]>;
  /** When the next `delayed` task or lease is due; `undefined`: none. */
  nextDueMs(): Promise<number | undefined>;
  /** Pauses or resumes a lane, or everything where it is `undefined`. Paused lanes hand nothing out. */
  pause(lane: string | undefined, isPaused: boolean): Promise<void>;
  /** What is paused. */
  paused(): Promise<PauseState>;
  /** How many of those wanted may begin now, so that no `perMs` sees more than `max` begin; they are counted. */
  permit(permit: RatePermit): Promise<number>;
  /**
   * Keeps a schedule. With a time, only one whose `nextAtMs` is that; with `absent`, only where there is none of its id. So of several
   * processes one moves it on, and one makes it. Gives whether it did.
   */
  putSchedule(schedule: ScheduleRecord, ifNextAtMs: number | 'absent' | undefined): Promise<boolean>;
  /** Drops a schedule. Gives whether there was one. */
  deleteSchedule(id: string): Promise<boolean>;
  /** All schedules. */
  schedules(): Promise<readonly ScheduleRecord[]>;
  /** What past runs of a name took, as JSON: the queue's own. `undefined` reads. */
  profile(name: string, profile?: string): Promise<string | undefined>;
  /** Drops final tasks, those that finished first before others, except the newest `keep` of each state as far as they finished after `olderThanMs`. Gives how many. */
  prune(request: PruneRequest): Promise<number>;
  /** Listens. @returns stops listening */
  on<Name extends keyof EngineEvents>(name: Name, listener: (event: EngineEvents[Name]) => void): () => void;
  /** Closes. Harmless when called twice; everything else rejects with `E_QUEUE_CLOSED` afterwards. */
  close(): Promise<void>;
}
