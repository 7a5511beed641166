import type { Trimmable } from '@framerail/lifecycle';
import type { ResourceStats } from '../resources/resource-stats.js';
import type { TaskRecord } from '../task/task-record.js';

/** What a runner is to do: one attempt of a task. */
export interface TaskRun {
  /** The task, as it was claimed. */
  readonly task: TaskRecord;
  /** Aborts with the reason why the attempt is to end: cancelled, timed out, lease lost, closing. A getter may make it when it is wanted. */
  readonly signal: AbortSignal;
  /** Told whatever the handler reports: any value that JSON can express. Called synchronously. */
  onProgress(progress: unknown): void;
  /** Called once, when the handler begins: a timeout runs from there, not from waiting for a worker or its start. */
  onStart?(): void;
  /** Called when a handler that was given up (`E_TASK_ABANDONED`) ended after all: until then it took its share of the machine. */
  onLateEnd?(): void;
}

/** A snapshot of a runner. */
export interface RunnerStats {
  /** Workers (threads, processes) that are alive; 1 in the process. */
  readonly workers: number;
  /** Attempts that run now, those that were given up included. */
  readonly running: number;
  /** Attempts that wait for a worker. */
  readonly waiting: number;
  /** Handlers that were given up (`E_TASK_ABANDONED`) and haven't ended. */
  readonly abandoned: number;
  /** Workers that were started, since the beginning. */
  readonly started: number;
  /** Workers that were replaced for their age or the number of their tasks. */
  readonly recycled: number;
  /** Workers that died, or were ended because a handler ignored its signal or took too much memory. */
  readonly crashed: number;
}

/** What a runner's workers keep warm. Give it to a memory manager's `register`, with `bytes`. */
export interface RunnerResources extends Trimmable {
  /** Bytes of what is loaded, over all workers. Those of workers are as old as their last message. */
  readonly bytes: number;
  /** Gives up what is loaded and unused. What is in workers goes a moment later; its bytes are counted as given back. */
  trim: Trimmable['trim'];
  /** Figures by resource, summed over workers, those that ended included. */
  stats(): readonly ResourceStats[];
}

/**
 * Where handlers run: in the process, in worker threads, in child processes. Contract suite: `taskRunnerContract` in `./testing`.
 */
export interface TaskRunner extends AsyncDisposable {
  /** For reports: `process`, `threads`, `children`. */
  readonly name: string;
  /** Names of tasks that it has handlers of; `undefined`: no worker has told yet. */
  readonly names: readonly string[] | undefined;
  /** How many attempts it does at once; more wait for a worker, in order. `undefined`: any number. */
  readonly slots: number | undefined;
  /** What its workers keep warm. */
  readonly resources: RunnerResources;
  /**
   * Does one attempt. If the signal aborts and the handler doesn't end within the runner's `graceMs`, a runner that can ends the worker;
   * one that can't gives up waiting, and says so by the error's code.
   *
   * @returns what the handler gave, as JSON
   * @throws FramerailError `E_TASK_CRASHED` when the worker died, `E_TASK_RESULT` for a result that isn't JSON, `E_TASK_UNKNOWN` without
   *   a handler, `E_TASK_MODULE` when a worker can't load the handlers, `E_TASK_ENDED` when its worker was ended because it ignored the
   *   signal, `E_TASK_ABANDONED` when it was given up for the same reason and still runs, `E_ABORTED` when it was aborted before it began,
   *   `E_QUEUE_CLOSED`; what the handler threw otherwise, with its code, message and stack; always an `Error`
   */
  run(run: TaskRun): Promise<string>;
  /** Starts workers ahead of use. @throws FramerailError `E_TASK_MODULE`, `E_QUEUE_CLOSED` */
  warm(): Promise<void>;
  /** Figures as they are now. */
  stats(): RunnerStats;
  /** Ends all workers and disposes of what they kept warm; attempts that run reject with `E_QUEUE_CLOSED`. Harmless when called twice. */
  close(): Promise<void>;
}
