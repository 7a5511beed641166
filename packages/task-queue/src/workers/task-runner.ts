import type { TaskRecord } from '../task/task-record.js';

/** What a runner is to do: one attempt of a task. */
export interface TaskRun {
  /** The task, as it was claimed. */
  readonly task: TaskRecord;
  /** Aborts with the reason why the attempt is to end: cancelled, timed out, lease lost, closing. */
  readonly signal: AbortSignal;
  /** Told whatever the handler reports: any value that JSON can express. Called synchronously. */
  onProgress(progress: unknown): void;
}

/** A snapshot of a runner. */
export interface RunnerStats {
  /** Workers (threads, processes) that are alive; 1 in the process. */
  readonly workers: number;
  /** Attempts that run now. */
  readonly running: number;
  /** Workers that were started, ended by their age, and died, since the beginning. */
  readonly started: number;
  readonly recycled: number;
  readonly crashed: number;
}

/**
 * Where handlers run: in the process, in worker threads, in child processes. Contract suite: `taskRunnerContract` in `./testing`.
 */
export interface TaskRunner extends AsyncDisposable {
  /** For reports: `process`, `threads`, `children`. */
  readonly name: string;
  /** Names of tasks that it has handlers of; `undefined`: only running one tells. */
  readonly names: readonly string[] | undefined;
  /**
   * Does one attempt. If the signal aborts and the handler doesn't end within the runner's `graceMs`, a runner that can ends the worker;
   * one that can't gives up waiting, and says so by the error's code.
   *
   * @returns what the handler gave, as JSON
   * @throws FramerailError `E_TASK_CRASHED` when the worker died, `E_TASK_RESULT` for a result that isn't JSON, `E_TASK_UNKNOWN` without
   *   a handler; what the handler threw otherwise, with its code, message and stack
   */
  run(run: TaskRun): Promise<string>;
  /** Starts workers ahead of use. */
  warm(): Promise<void>;
  /** Figures as they are now. */
  stats(): RunnerStats;
  /** Ends all workers; attempts that run reject with `E_QUEUE_CLOSED`. */
  close(): Promise<void>;
}
