import { abortError, type Clock, FramerailError, onAbort } from '@framerail/lifecycle';
import type { MapBuffer } from '../buffer-mapping.js';
import type { GpuContext } from '../context/gpu-context.js';
import { type GpuHost, hostOf } from '../gpu-host.js';
import type { BatchBounds } from './batch-size.js';
import { createFence, type Fence, type GpuTimes } from './fence.js';
import { type FlightOptions, followBatch } from './flight.js';
import type {
  Admission,
  AdmissionRule,
  GpuQueueName,
  GpuScheduler,
  GpuSchedulerStats,
  GpuSubmission,
  GpuTask,
  SchedulerState,
  TaskAnalysis,
} from './gpu-scheduler.js';
import { GpuMeter } from './meter.js';
import { QueueLine } from './queue-line.js';
import { queueFull, refused, tooLarge } from './scheduler-errors.js';
import { submitBatch } from './submit-batch.js';
import { expectAnalysis, expectTask, movedBytesOf, type TaskEntry } from './task-entry.js';
import type { Verdict } from './task-lines.js';

/** What a {@link LiveScheduler} is put together from. */
export interface SchedulerParts {
  readonly context: GpuContext;
  readonly limits: {
    readonly maxInFlight: number;
    readonly maxInFlightBytes: number;
    readonly maxQueued: number;
  };
  readonly batch: BatchBounds;
  readonly admit: AdmissionRule | undefined;
  readonly timestamps: boolean;
  readonly mapBuffer: MapBuffer | undefined;
  readonly clock: Clock;
}

/** Tasks of one queue that go together. */
interface Batch {
  readonly queue: QueueLine;
  readonly entries: readonly TaskEntry[];
}

/** A rule that makes tasks wait may go by something that no submission of ours changes. */
const ASK_AGAIN_MS = 50;

/** The scheduler: tasks go from their lines into batches, and batches to the GPU. */
export class LiveScheduler implements GpuScheduler {
  readonly context: GpuContext;
  readonly #parts: SchedulerParts;
  readonly #queues: Readonly<Record<GpuQueueName, QueueLine>>;
  readonly #inFlight = new Map<readonly TaskEntry[], (error: FramerailError) => void>();
  readonly #off: (() => void)[];
  #fences: Fence[] = [];
  #meter = new GpuMeter();
  #host: GpuHost | undefined;
  #detachHost = (): void => {};
  #lastServed: GpuQueueName = 'compute';
  #pumpAsked = false;
  #submitting = false;
  #cancelAsking: (() => void) | undefined;
  #gone: FramerailError | undefined;
  #closed = false;
  #idle: (() => void)[] = [];
  #submissions = 0;
  #retriedAlone = 0;

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
    this.context = parts.context;
    this.#queues = { render: new QueueLine(parts.batch), compute: new QueueLine(parts.batch) };
    this.#settleOn(hostOf({ context: parts.context }));
    this.#off = [parts.context.on('rebuilt', () => this.#settleOn(hostOf({ context: parts.context })))];
  }

  schedule(
    task: GpuTask,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<GpuSubmission> {
    return new Promise((resolve, reject) => {
      expectTask(task);
      if (signal?.aborted) throw abortError(signal, 'A GPU task');
      if (this.#gone !== undefined) throw this.#gone;
      const { maxQueued, maxInFlightBytes } = this.#parts.limits;
      if (this.#queued >= maxQueued) throw queueFull(task, maxQueued);
      const movedBytes = movedBytesOf(task.analysis);
      const memoryBytes = task.analysis.memoryBytes ?? movedBytes;
      if (memoryBytes > maxInFlightBytes) throw tooLarge(task, memoryBytes, maxInFlightBytes);
      const queue = this.#queues[task.queue];
      const priority = task.priority ?? 0;
      const scheduledAtMs = this.#parts.clock.now();
      let off = (): void => {};
      const settle =
        <T>(how: (value: T) => void) =>
        (value: T): void => {
          off();
          how(value);
        };
      const entry: TaskEntry = {
        task,
        priority,
        memoryBytes,
        movedBytes,
        scheduledAtMs,
        resolve: settle(resolve),
        reject: settle(reject),
      };
      queue.lines.add(entry);
      off = onAbort(signal, () => {
        if (!queue.lines.remove(entry)) return;
        queue.aborted += 1;
        reject(abortError(signal as AbortSignal, 'A GPU task'));
      });
      this.reconsider();
    });
  }

  analyze(analysis: TaskAnalysis): TaskAnalysis {
    expectAnalysis(analysis);
    return Object.freeze({ ...analysis, expectedMs: this.#meter.expectedMs(movedBytesOf(analysis)) });
  }

  /** Tasks that are scheduled in one go find each other in one batch: the lines are looked at when the caller is done. */
  reconsider(): void {
    if (this.#pumpAsked) return;
    this.#pumpAsked = true;
    queueMicrotask(() => {
      this.#pumpAsked = false;
      void this.#pump();
    });
  }

  stats(): GpuSchedulerStats {
    const { render, compute } = this.#queues;
    return Object.freeze({
      render: render.stats(),
      compute: compute.stats(),
      inFlight: this.#inFlight.size,
      inFlightBytes: this.#inFlightBytes,
      submissions: this.#submissions,
      retriedAlone: this.#retriedAlone,
      busyMs: this.#meter.busyMs,
      busyBy: this.#hasTimestamps ? 'timestamps' : 'program',
      bytesPerSecond: this.#meter.bytesPerSecond,
    });
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      for (const off of this.#off) off();
      this.#gone ??= new FramerailError({
        code: 'E_CLOSED',
        message: 'The GPU scheduler is closed; make another one',
      });
      this.#rejectQueued(this.#gone);
    }
    if (this.#inFlight.size > 0 || this.#submitting) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
    this.#detachHost();
    this.#dropFences();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #queued(): number {
    return this.#queues.render.lines.size + this.#queues.compute.lines.size;
  }

  get #inFlightBytes(): number {
    return bytesOf([...this.#inFlight.keys()].flat());
  }

  get #hasTimestamps(): boolean {
    return this.#parts.timestamps && this.#host?.device.features.has('timestamp-query') === true;
  }

  #settleOn(host: GpuHost): void {
    if (this.#closed) return;
    this.#host = host;
    this.#gone = undefined;
    this.#meter = new GpuMeter();
    for (const queue of Object.values(this.#queues)) queue.measureAnew();
    this.#detachHost = host.attach((error) => this.#lose(error));
  }

  #lose(error: FramerailError): void {
    this.#host = undefined;
    this.#gone = error;
    this.#dropFences();
    this.#rejectQueued(error);
    for (const fail of [...this.#inFlight.values()]) fail(error);
  }

  #rejectQueued(error: FramerailError): void {
    this.#cancelAsking?.();
    this.#cancelAsking = undefined;
    for (const queue of Object.values(this.#queues))
      for (const { reject } of queue.lines.clear()) reject(error);
  }

  #dropFences(): void {
    for (const fence of this.#fences.splice(0)) fence.destroy();
  }

  /** Submits as long as there is something to submit and room for it; one submission at a time, so that order is kept. */
  async #pump(): Promise<void> {
    if (this.#submitting) return;
    this.#submitting = true;
    try {
      for (let batch = this.#nextBatch(); batch !== undefined; batch = this.#nextBatch()) {
        await this.#submit(batch, this.#host as GpuHost);
      }
    } finally {
      this.#submitting = false;
      this.#wakeIdle();
    }
  }

  #nextBatch(): Batch | undefined {
    this.#cancelAsking?.();
    this.#cancelAsking = undefined;
    if (this.#gone !== undefined || this.#inFlight.size >= this.#parts.limits.maxInFlight) return undefined;
    let skipped = false;
    for (const name of this.#order()) {
      const queue = this.#queues[name];
      const found = queue.lines.take(queue.batch.size, this.#judge());
      for (const entry of found.refused) {
        queue.failed += 1;
        entry.reject(refused(entry.task));
      }
      skipped ||= found.skipped;
      if (found.taken.length > 0) {
        this.#lastServed = name;
        return { queue, entries: found.taken };
      }
      // Whoever doesn't fit yet is not overtaken by those who do.
      if (found.isFull) return undefined;
    }
    if (skipped) this.#cancelAsking = this.#parts.clock.setTimer(() => this.reconsider(), ASK_AGAIN_MS);
    return undefined;
  }

  /** The queue with the higher priority first; with equal ones they take turns. */
  #order(): GpuQueueName[] {
    const { render, compute } = this.#queues;
    const lead = (render.lines.topPriority ?? -Infinity) - (compute.lines.topPriority ?? -Infinity);
    const renderFirst = lead > 0 || (!(lead < 0) && this.#lastServed === 'compute');
    return renderFirst ? ['render', 'compute'] : ['compute', 'render'];
  }

  /** Asks the rule, and counts what it lets through on the way to one batch. */
  #judge(): (entry: TaskEntry) => Verdict {
    const { limits, admit } = this.#parts;
    let accepted = 0;
    const inFlightBytes = this.#inFlightBytes;
    return ({ task, memoryBytes }) => {
      let verdict: Admission = 'run';
      try {
        const { queue, client, priority = 0, label } = task;
        const analysis = this.analyze(task.analysis);
        verdict = admit?.({ queue, client, priority, label, analysis }, this.#state()) ?? 'run';
      } catch {
        return 'refuse';
      }
      if (verdict !== 'run') return verdict;
      if (inFlightBytes + accepted + memoryBytes > limits.maxInFlightBytes) return 'full';
      accepted += memoryBytes;
      return 'run';
    };
  }

  #state(): SchedulerState {
    const { maxInFlight, maxInFlightBytes } = this.#parts.limits;
    const moved = [...this.#inFlight.keys()].flat().reduce((sum, entry) => sum + entry.movedBytes, 0);
    return Object.freeze({
      queued: this.#queued,
      inFlight: this.#inFlight.size,
      inFlightBytes: this.#inFlightBytes,
      maxInFlight,
      maxInFlightBytes,
      backlogMs: this.#meter.expectedMs(moved),
    });
  }

  async #submit({ queue, entries }: Batch, host: GpuHost): Promise<void> {
    let fence: Fence | undefined;
    const submittedAtMs = this.#parts.clock.now();
    // From here on they count, so that nothing else takes their room while the GPU answers.
    let fail = (_error: FramerailError): void => {};
    const lost = new Promise<never>((_, reject) => {
      fail = reject;
    });
    lost.catch(ignore);
    this.#inFlight.set(entries, fail);
    try {
      if (host.gone !== undefined) throw host.gone;
      fence = this.#fences.pop() ?? this.#makeFence(host);
      const outcome = await Promise.race([submitBatch(host.device, fence, entries), lost]);
      if (host.gone !== undefined) throw host.gone;
      for (const { entry, error } of outcome.failed) {
        queue.failed += 1;
        entry.reject(error);
      }
      const { submitted } = outcome;
      if (submitted.length > 0) {
        this.#submissions += 1;
        this.#watch({ queue, entries }, host, { submitted, fence, submittedAtMs, lost });
        return;
      }
      this.#inFlight.delete(entries);
      this.#fences.push(fence);
      for (const entry of outcome.toRetryAlone) {
        this.#retriedAlone += 1;
        await this.#submit({ queue, entries: [entry] }, host);
      }
    } catch (error) {
      this.#inFlight.delete(entries);
      fence?.destroy();
      for (const entry of entries) {
        queue.failed += 1;
        entry.reject(host.gone ?? error);
      }
    }
  }

  #makeFence(host: GpuHost): Fence {
    return createFence(host, this.#parts.mapBuffer ?? host.mapBuffer, this.#hasTimestamps);
  }

  /** Tells the tasks of a batch that they are submitted, and follows it until the GPU is done. */
  #watch(batch: Batch, host: GpuHost, flight: Omit<FlightOptions, 'clock' | 'onLanded'>): void {
    const { queue, entries } = batch;
    const { fence, submitted } = flight;
    const onLanded = (times: GpuTimes | undefined): void => {
      if (times === undefined || this.#host !== host) fence.destroy();
      else {
        this.#fences.push(fence);
        this.#learn(queue, submitted, times);
      }
      this.#inFlight.delete(entries);
      this.#wakeIdle();
      this.reconsider();
    };
    const submissions = followBatch({ ...flight, clock: this.#parts.clock, onLanded });
    submitted.forEach((entry, index) => {
      const submission = submissions[index] as GpuSubmission;
      queue.submitted += 1;
      queue.waits.add(submission.waitedMs);
      entry.resolve(submission);
    });
  }

  #learn(queue: QueueLine, submitted: readonly TaskEntry[], { beganMs, endedMs }: GpuTimes): void {
    const bytes = submitted.reduce((sum, { movedBytes }) => sum + movedBytes, 0);
    queue.batch.record(submitted.length, this.#meter.record(beganMs, endedMs, bytes));
  }

  #wakeIdle(): void {
    if (this.#inFlight.size > 0 || this.#submitting) return;
    for (const wake of this.#idle.splice(0)) wake();
  }
}

const ignore = (): void => {};
const bytesOf = (entries: readonly TaskEntry[]): number =>
  entries.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
