import type { EventSource } from '@framerail/lifecycle';
import type { TaskQuery } from '../engines/task-engine.js';
import type { Flow } from '../flow/flow-graph.js';
import type { TaskHandle } from '../handle/task-handle.js';
import type { Explanation } from '../observation/explanation.js';
import type { QueueStats } from '../observation/queue-stats.js';
import type { TaskSnapshot } from '../observation/task-snapshot.js';
import type { RepeatOptions, ScheduleSnapshot } from '../schedule/repeat-options.js';
import type { TaskState } from '../task/task-state.js';
import type { TaskHandler } from '../workers/task-handler.js';
import type { RunnerResources, TaskRunner } from '../workers/task-runner.js';
import type { AddOptions, BulkTask } from './add-options.js';
import type { DefineOptions } from './define-options.js';
import type { QueueEvents } from './queue-events.js';

/** A task, or its id. */
export type TaskReference = string | { readonly id: string };

/** A query: everything that is set has to agree; pages are by id. */
export type ListQuery = Omit<TaskQuery, 'limit'> & {
  /** Tasks of a page, 1 to 1,000; default 100. */
  readonly limit?: number | undefined;
};

/**
 * Background work. Every call may reject with FramerailError `E_QUEUE_CLOSED` once the queue is closed, with the engine's errors, and with
 * `E_INVALID_ARGUMENT` for what can't be meant.
 */
export interface TaskQueue extends EventSource<QueueEvents>, AsyncDisposable {
  /** For reports. */
  readonly name: string;
  /** What handlers that are functions keep warm. Give it to a memory manager. */
  readonly resources: RunnerResources;
  /** Opens the engine. Every other call does so by itself; this one says at once what is wrong. */
  open(): Promise<void>;
  /**
   * Says how tasks of a name are done. From then on this process takes such tasks. Once for a name; the handler's data are not checked.
   *
   * @param handler - a function of this process, or a runner that knows the name (`threads({ module })`, `children({ module })`), which the caller closes
   * @throws FramerailError `E_INVALID_ARGUMENT`
   */
  define<Data, Result>(
    name: string,
    handler: TaskHandler<Data, Result> | TaskRunner,
    options?: DefineOptions<Data>,
  ): void;
  /**
   * Adds a task. When the promise resolves the engine has it, as durably as it promises.
   *
   * Rejects with `E_TASK_DATA`, `E_TASK_DATA_TOO_LARGE`, `E_QUEUE_FULL`, `E_TASK_UNKNOWN` and `E_TASK_DEPENDENCY` for tasks in `after` that are
   * unknown, or ended without completion.
   */
  add<Result = unknown>(name: string, data?: unknown, options?: AddOptions): Promise<TaskHandle<Result>>;
  /**
   * Adds many tasks. All are checked before any is added. Work is cut into slices, so that the event loop goes on; engines that survive the process
   * add them in one step where they fit into one of its batches.
   *
   * @returns handles in the order of the tasks
   */
  addBulk(tasks: Iterable<BulkTask>): Promise<readonly TaskHandle[]>;
  /**
   * Adds tasks that come after one another, all or none.
   *
   * Rejects as `add` does, and with `E_TASK_CIRCULAR`, naming a circle.
   *
   * @returns handles by the names of nodes
   */
  flow<Names extends string>(flow: Flow<Names>): Promise<Readonly<Record<Names, TaskHandle>>>;
  /** The handle of a task that was added before, here or elsewhere. Whether there is such a task shows when it is used. */
  handle<Result = unknown>(id: string): TaskHandle<Result>;
  /** Where a task stands. Questions of one turn of the event loop are one question to the engine. Rejects with `E_TASK_UNKNOWN`. */
  status(task: TaskReference): Promise<TaskSnapshot>;
  /** A page of tasks, by id ascending. */
  list(query?: ListQuery): Promise<readonly TaskSnapshot[]>;
  /** Why a task doesn't run now, in words and data. Rejects with `E_TASK_UNKNOWN`. */
  explain(task: TaskReference): Promise<Explanation>;
  /** Figures as they are now. */
  stats(): Promise<QueueStats>;
  /** Cancels tasks. @returns their states then; `undefined`: unknown */
  cancel(tasks: TaskReference | readonly TaskReference[]): Promise<readonly (TaskState | undefined)[]>;
  /** Lets `failed` and `cancelled` tasks begin anew. @returns whether each was such, and may */
  retry(tasks: TaskReference | readonly TaskReference[]): Promise<readonly boolean[]>;
  /** Changes the priority of tasks that haven't begun. @returns whether each was such */
  prioritise(tasks: TaskReference | readonly TaskReference[], priority: number): Promise<readonly boolean[]>;
  /** Nothing of a lane, or nothing at all, is begun any more, in any process, until it is resumed; what runs goes on. Outlives the process where tasks do. */
  pause(lane?: string): Promise<void>;
  /** Undoes `pause` of the same. */
  resume(lane?: string): Promise<void>;
  /**
   * Adds a task again and again. Over all processes exactly one is added each time; times that were missed are made up for by one.
   * The id names the schedule: a second call of it changes it.
   */
  repeat(id: string, name: string, data: unknown, options: RepeatOptions): Promise<void>;
  /** Ends a schedule; tasks that were added stay. @returns whether there was one */
  unrepeat(id: string): Promise<boolean>;
  /** All schedules. */
  schedules(): Promise<readonly ScheduleSnapshot[]>;
  /** Resolves when nothing of a lane, or nothing at all, is blocked, delayed, waiting or active. Rejects with `E_ABORTED`. */
  drain(options?: {
    readonly lane?: string | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<void>;
  /**
   * Ends: nothing more is begun; what runs gets `graceMs` to end by itself, then its signal aborts, and what ended then begins again next
   * time, at no cost of attempts. What waits stays in engines that survive the process.
   *
   * @param options - milliseconds, default 0: signals abort at once
   */
  close(options?: { readonly graceMs?: number | undefined }): Promise<void>;
}
