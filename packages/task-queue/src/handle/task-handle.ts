import type { TaskSnapshot } from '../observation/task-snapshot.js';
import type { TaskState } from '../task/task-state.js';

/** A task of a queue, in whichever process it is done. */
export interface TaskHandle<Result = unknown> {
  /** The task. */
  readonly id: string;
  /** Where it stands. @throws FramerailError `E_TASK_UNKNOWN` when it was dropped (`retention`) or never was, `E_QUEUE_CLOSED` */
  status(): Promise<TaskSnapshot>;
  /**
   * What its handler tells. Each reading begins with the last value there is, and ends with the task. Values of one stage (their
   * member `stage`) come ten times a second at most; the first and last value of each stage always come, except from attempts in other
   * processes, of which the first values of the last 32 stages come. Break off, or the reader is kept until the task ends.
   */
  readonly progress: AsyncIterable<unknown>;
  /**
   * What it gave. Each reading of the property is the same promise; nobody has to look at it.
   *
   * Rejects with FramerailError `E_TASK_FAILED` (the last failure in `details` and as the cause), `E_TASK_CANCELLED`, `E_TASK_UNKNOWN`, or
   * `E_QUEUE_CLOSED` when the queue was closed before.
   */
  readonly result: Promise<Result>;
  /** Cancels it: at once where it hasn't begun, otherwise its handler's signal aborts. @returns its state then @throws FramerailError `E_TASK_UNKNOWN` */
  cancel(): Promise<TaskState>;
}
