import { abortError, type FramerailError, onAbort } from '@framerail/lifecycle';
import type { BatchBounds } from './batch-size.js';
import type { GpuQueueName, GpuQueueStats } from './gpu-scheduler.js';
import { QueueLine } from './queue-line.js';
import { refused } from './scheduler-errors.js';
import type { TaskEntry } from './task-entry.js';
import type { Verdict } from './task-lines.js';

/** Tasks of one queue that go together. */
export interface Batch {
  readonly queue: QueueLine;
  readonly entries: readonly TaskEntry[];
}

/** Everybody who waits: the two queues, and those whose batch was refused. */
export class WaitingRoom {
  readonly queues: Readonly<Record<GpuQueueName, QueueLine>>;
  /** Each goes by itself, before all others. */
  #retries: Batch[] = [];
  #lastServed: GpuQueueName = 'compute';

  constructor(bounds: BatchBounds) {
    this.queues = { render: new QueueLine(bounds), compute: new QueueLine(bounds) };
  }

  /** How many wait. */
  get size(): number {
    return this.queues.render.lines.size + this.queues.compute.lines.size + this.#retries.length;
  }

  /** Takes a task in; its signal takes it out again. Returns what takes the signal's listener off. */
  add(entry: TaskEntry): () => void {
    const queue = this.queues[entry.task.queue];
    queue.lines.add(entry);
    return onAbort(entry.signal, () => {
      if (queue.lines.remove(entry) || this.#removeRetry(entry)) this.#abort(queue, entry);
    });
  }

  /** Takes the tasks of a batch in again that the GPU has refused as a whole. */
  retry(queue: QueueLine, entries: readonly TaskEntry[]): void {
    const wanted = entries.filter((entry) => {
      if (entry.signal?.aborted) this.#abort(queue, entry);
      return !entry.signal?.aborted;
    });
    this.#retries.unshift(...wanted.map((entry) => ({ queue, entries: [entry] })));
  }

  /**
   * Takes the tasks of the next submission.
   *
   * @param judge - see `TaskLines.take`
   * @returns no batch if there is nothing to do, or no room for it; `skipped` if the rule made somebody wait
   */
  next(judge: (entry: TaskEntry) => Verdict): {
    readonly batch: Batch | undefined;
    readonly skipped: boolean;
  } {
    const [retry] = this.#retries;
    if (retry !== undefined) {
      // The rule has let it through before; it waits for room alone.
      const isFull = retry.entries.some((entry) => judge(entry) === 'full');
      return { batch: isFull ? undefined : this.#retries.shift(), skipped: false };
    }
    let skipped = false;
    for (const name of this.#order()) {
      const queue = this.queues[name];
      const found = queue.lines.take(queue.batch.size, judge);
      for (const entry of found.refused) {
        queue.failed += 1;
        entry.reject(refused(entry.task));
      }
      skipped ||= found.skipped;
      if (found.taken.length > 0) {
        this.#lastServed = name;
        return { batch: { queue, entries: found.taken }, skipped };
      }
      // Whoever doesn't fit yet is not overtaken by those who do.
      if (found.isFull) break;
    }
    return { batch: undefined, skipped };
  }

  /** Sends everybody away. */
  rejectAll(error: FramerailError): void {
    const queued = Object.values(this.queues).flatMap((queue) => queue.lines.clear());
    const retries = this.#retries.splice(0).flatMap(({ entries }) => entries);
    for (const { reject } of [...retries, ...queued]) reject(error);
  }

  /** An immutable snapshot. */
  stats(name: GpuQueueName): GpuQueueStats {
    const queue = this.queues[name];
    const retries = this.#retries.filter((retry) => retry.queue === queue).length;
    const stats = queue.stats();
    return Object.freeze({ ...stats, queued: stats.queued + retries });
  }

  /** The queue with the higher priority first; with equal ones they take turns. */
  #order(): GpuQueueName[] {
    const { render, compute } = this.queues;
    const lead = (render.lines.topPriority ?? -Infinity) - (compute.lines.topPriority ?? -Infinity);
    const renderFirst = lead > 0 || (!(lead < 0) && this.#lastServed === 'compute');
    return renderFirst ? ['render', 'compute'] : ['compute', 'render'];
  }

  #removeRetry(entry: TaskEntry): boolean {
    const place = this.#retries.findIndex(({ entries }) => entries[0] === entry);
    if (place >= 0) this.#retries.splice(place, 1);
    return place >= 0;
  }

  #abort(queue: QueueLine, entry: TaskEntry): void {
    queue.aborted += 1;
    entry.reject(abortError(entry.signal as AbortSignal, 'A GPU task'));
  }
}
