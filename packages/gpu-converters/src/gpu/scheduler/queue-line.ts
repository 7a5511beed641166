import { type BatchBounds, BatchSize } from './batch-size.js';
import type { GpuQueueStats } from './gpu-scheduler.js';
import type { TaskEntry } from './task-entry.js';
import { TaskLines } from './task-lines.js';
import { WaitRecord } from './wait-times.js';

/** One of the two queues: who waits in it, how many go together, and what was counted. */
export class QueueLine {
  readonly lines = new TaskLines<TaskEntry>();
  readonly waits = new WaitRecord();
  readonly #bounds: BatchBounds;
  batch: BatchSize;
  submitted = 0;
  failed = 0;
  aborted = 0;

  constructor(bounds: BatchBounds) {
    this.#bounds = bounds;
    this.batch = new BatchSize(bounds);
  }

  /** Another device takes other times. */
  measureAnew(): void {
    this.batch = new BatchSize(this.#bounds);
  }

  /** An immutable snapshot. */
  stats(): GpuQueueStats {
    return Object.freeze({
      queued: this.lines.size,
      submitted: this.submitted,
      failed: this.failed,
      aborted: this.aborted,
      batchSize: this.batch.size,
      batchSettled: this.batch.settled,
      waitMs: this.waits.summary(),
    });
  }
}
