import type { Clock, FramerailError } from '@framerail/lifecycle';
import type { MapBuffer } from '../buffer-mapping.js';
import type { GpuHost } from '../gpu-host.js';
import { createFence, type Fence } from './fence.js';
import { type FlightOptions, followBatch, type Landing } from './flight.js';
import type { GpuSubmission } from './gpu-scheduler.js';
import { GpuMeter } from './meter.js';
import { submitBatch } from './submit-batch.js';
import type { TaskEntry } from './task-entry.js';
import type { Batch } from './waiting-room.js';

/** What a {@link FlightDeck} takes. */
export interface FlightDeckOptions {
  readonly host: GpuHost;
  readonly mapBuffer: MapBuffer | undefined;
  readonly timestamps: boolean;
  readonly clock: Clock;
  /** Called when a submission is done, or couldn't be made. */
  readonly onLanded: () => void;
}

/** What is in flight on one device, with what tells when it is done. */
export class FlightDeck {
  readonly host: GpuHost;
  readonly meter = new GpuMeter();
  readonly #seen = new GpuMeter();
  readonly hasTimestamps: boolean;
  readonly #options: FlightDeckOptions;
  readonly #inFlight = new Map<readonly TaskEntry[], (error: FramerailError) => void>();
  readonly #fences: Fence[] = [];
  #submissions = 0;

  constructor(options: FlightDeckOptions) {
    this.#options = options;
    this.host = options.host;
    this.hasTimestamps = options.timestamps && options.host.device.features.has('timestamp-query');
  }

  /** Submissions that the GPU isn't done with. */
  get size(): number {
    return this.#inFlight.size;
  }

  /** Submissions that were made. */
  get submissions(): number {
    return this.#submissions;
  }

  /** Bytes that tasks in flight keep. */
  get memoryBytes(): number {
    return this.#sum(({ memoryBytes }) => memoryBytes);
  }

  /** Bytes that tasks in flight move. */
  get movedBytes(): number {
    return this.#sum(({ movedBytes }) => movedBytes);
  }

  /**
   * Submits a batch and tells its tasks.
   *
   * @returns the tasks that have to be tried one by one, since the GPU refused them together
   */
  async submit({ queue, entries }: Batch): Promise<readonly TaskEntry[]> {
    const { host } = this;
    const submittedAtMs = this.#options.clock.now();
    let fail = (_error: FramerailError): void => {};
    const lost = new Promise<never>((_, reject) => {
      fail = reject;
    });
    lost.catch(ignore);
    // From here on they count, so that nothing else takes their room while the GPU answers.
    this.#inFlight.set(entries, fail);
    let fence: Fence | undefined;
    try {
      if (host.gone !== undefined) throw host.gone;
      fence = this.#fences.pop() ?? this.#makeFence();
      const { submitted, failed, toRetryAlone } = await Promise.race([
        submitBatch(host.device, fence, entries),
        lost,
      ]);
      if (host.gone !== undefined) throw host.gone;
      for (const { entry, error } of failed) {
        queue.failed += 1;
        entry.reject(error);
      }
      if (submitted.length > 0) this.#watch({ queue, entries }, { submitted, fence, submittedAtMs, lost });
      else this.#land(entries, fence);
      return toRetryAlone;
    } catch (error) {
      fence?.destroy();
      this.#land(entries, undefined);
      for (const entry of entries) {
        queue.failed += 1;
        entry.reject(host.gone ?? error);
      }
      return [];
    }
  }

  /** The device is gone, and with it what was in flight. */
  fail(error: FramerailError): void {
    this.dropFences();
    for (const fail of [...this.#inFlight.values()]) fail(error);
  }

  /** Destroys the fences that nobody waits for. */
  dropFences(): void {
    for (const fence of this.#fences.splice(0)) fence.destroy();
  }

  /** Tells the tasks of a batch that they are submitted, and follows it until the GPU is done. */
  #watch({ queue, entries }: Batch, flight: Omit<FlightOptions, 'clock' | 'onLanded'>): void {
    const { fence, submitted } = flight;
    this.#submissions += 1;
    const onLanded = (landing: Landing | undefined): void => {
      if (landing === undefined) fence.destroy();
      else {
        const bytes = submitted.reduce((sum, { movedBytes }) => sum + movedBytes, 0);
        const { seen, measured = seen } = landing;
        this.meter.record(measured.beganMs, measured.endedMs, bytes);
        // What batches save is around the work, where the GPU's clock doesn't look.
        queue.batch.record(submitted.length, this.#seen.record(seen.beganMs, seen.endedMs, bytes));
      }
      this.#land(entries, landing === undefined ? undefined : fence);
    };
    const submissions = followBatch({ ...flight, clock: this.#options.clock, onLanded });
    submitted.forEach((entry, index) => {
      const submission = submissions[index] as GpuSubmission;
      queue.submitted += 1;
      queue.waits.add(submission.waitedMs);
      entry.resolve(submission);
    });
  }

  #land(entries: readonly TaskEntry[], fence: Fence | undefined): void {
    this.#inFlight.delete(entries);
    if (fence !== undefined) this.#fences.push(fence);
    if (this.host.gone !== undefined) this.dropFences();
    this.#options.onLanded();
  }

  #makeFence(): Fence {
    return createFence(this.host, this.#options.mapBuffer ?? this.host.mapBuffer, this.hasTimestamps);
  }

  #sum(bytesOf: (entry: TaskEntry) => number): number {
    return [...this.#inFlight.keys()].flat().reduce((sum, entry) => sum + bytesOf(entry), 0);
  }
}

const ignore = (): void => {};
