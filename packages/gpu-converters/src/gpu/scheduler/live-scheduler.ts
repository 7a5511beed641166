import { abortError, type Clock, FramerailError } from '@framerail/lifecycle';
import type { MapBuffer } from '../buffer-mapping.js';
import type { GpuContext } from '../context/gpu-context.js';
import { hostOf } from '../gpu-host.js';
import type { BatchBounds } from './batch-size.js';
import { FlightDeck } from './flight-deck.js';
import type {
  Admission,
  AdmissionRule,
  GpuScheduler,
  GpuSchedulerStats,
  GpuSubmission,
  GpuTask,
  SchedulerState,
  TaskAnalysis,
} from './gpu-scheduler.js';
import { queueFull, tooLarge } from './scheduler-errors.js';
import { expectAnalysis, expectTask, movedBytesOf, type TaskEntry } from './task-entry.js';
import type { Verdict } from './task-lines.js';
import { WaitingRoom } from './waiting-room.js';

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

/** A rule that makes tasks wait may go by something that no submission of ours changes. */
const ASK_AGAIN_MS = 50;

/** The scheduler: tasks go from the waiting room into batches, and batches to the GPU. */
export class LiveScheduler implements GpuScheduler {
  readonly context: GpuContext;
  readonly #parts: SchedulerParts;
  readonly #room: WaitingRoom;
  readonly #offRebuilt: () => void;
  #deck: FlightDeck;
  #detach = (): void => {};
  #pumpAsked = false;
  #pumping = false;
  #cancelAsking: (() => void) | undefined;
  #gone: FramerailError | undefined;
  #closed = false;
  #idle: (() => void)[] = [];
  #retriedAlone = 0;
  /** What was counted on the devices before the present one. */
  #before = { submissions: 0, busyMs: 0 };

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
    this.context = parts.context;
    this.#room = new WaitingRoom(parts.batch);
    this.#deck = this.#openDeck();
    this.#offRebuilt = parts.context.on('rebuilt', () => {
      const { submissions, meter } = this.#deck;
      this.#before.submissions += submissions;
      this.#before.busyMs += meter.busyMs;
      this.#gone = undefined;
      for (const queue of Object.values(this.#room.queues)) queue.measureAnew();
      this.#deck = this.#openDeck();
    });
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
      if (this.#room.size >= maxQueued) throw queueFull(task, maxQueued);
      const movedBytes = movedBytesOf(task.analysis);
      const memoryBytes = task.analysis.memoryBytes ?? movedBytes;
      if (memoryBytes > maxInFlightBytes) throw tooLarge(task, memoryBytes, maxInFlightBytes);
      let off = (): void => {};
      const entry: TaskEntry = {
        task,
        signal,
        priority: task.priority ?? 0,
        memoryBytes,
        movedBytes,
        scheduledAtMs: this.#parts.clock.now(),
        resolve: (submission) => {
          off();
          resolve(submission);
        },
        reject: (error) => {
          off();
          reject(error);
        },
      };
      off = this.#room.add(entry);
      this.reconsider();
    });
  }

  analyze(analysis: TaskAnalysis): TaskAnalysis {
    expectAnalysis(analysis);
    const expectedMs = this.#deck.meter.expectedMs(movedBytesOf(analysis));
    return Object.freeze({ ...analysis, expectedMs });
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
    const { size, memoryBytes, submissions, meter, hasTimestamps } = this.#deck;
    return Object.freeze({
      render: this.#room.stats('render'),
      compute: this.#room.stats('compute'),
      inFlight: size,
      inFlightBytes: memoryBytes,
      submissions: this.#before.submissions + submissions,
      retriedAlone: this.#retriedAlone,
      busyMs: this.#before.busyMs + meter.busyMs,
      busyBy: hasTimestamps ? 'timestamps' : 'program',
      bytesPerSecond: meter.bytesPerSecond,
    });
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#offRebuilt();
      this.#gone ??= new FramerailError({
        code: 'E_CLOSED',
        message: 'The GPU scheduler is closed; make another one',
      });
      this.#sendAway(this.#gone);
    }
    if (this.#isBusy) await new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#detach();
    this.#deck.dropFences();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #isBusy(): boolean {
    return this.#deck.size > 0 || this.#pumping;
  }

  /** Takes the context's present device on. */
  #openDeck(): FlightDeck {
    const { context, mapBuffer, timestamps, clock } = this.#parts;
    const host = hostOf({ context });
    const deck = new FlightDeck({
      host,
      mapBuffer,
      timestamps,
      clock,
      onLanded: () => {
        this.#wakeIdle();
        this.reconsider();
      },
    });
    this.#detach = host.attach((error) => {
      this.#gone = error;
      this.#sendAway(error);
      deck.fail(error);
    });
    return deck;
  }

  #sendAway(error: FramerailError): void {
    this.#cancelAsking?.();
    this.#cancelAsking = undefined;
    this.#room.rejectAll(error);
  }

  /** Submits as long as there is something to submit and room for it; one submission at a time, so that order is kept. */
  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (;;) {
        this.#cancelAsking?.();
        this.#cancelAsking = undefined;
        const deck = this.#deck;
        if (this.#gone !== undefined || deck.size >= this.#parts.limits.maxInFlight) return;
        const { batch, skipped } = this.#room.next(this.#judge());
        if (batch === undefined) {
          if (skipped) this.#askAgain();
          return;
        }
        const refusedTogether = await deck.submit(batch);
        if (refusedTogether.length === 0) continue;
        this.#retriedAlone += refusedTogether.length;
        this.#room.retry(batch.queue, refusedTogether);
        // Whoever waits was sent away while the GPU answered.
        if (this.#gone !== undefined) this.#room.rejectAll(this.#gone);
      }
    } finally {
      this.#pumping = false;
      this.#wakeIdle();
    }
  }

  #askAgain(): void {
    this.#cancelAsking = this.#parts.clock.setTimer(() => this.reconsider(), ASK_AGAIN_MS);
  }

  /** Asks the rule, and counts what it lets through on the way to one batch. */
  #judge(): (entry: TaskEntry) => Verdict {
    const { limits } = this.#parts;
    let taken = this.#deck.memoryBytes;
    return (entry) => {
      const verdict = this.#admit(entry.task);
      if (verdict !== 'run') return verdict;
      if (taken + entry.memoryBytes > limits.maxInFlightBytes) return 'full';
      taken += entry.memoryBytes;
      return 'run';
    };
  }

  #admit({ queue, client, priority = 0, label, analysis }: GpuTask): Admission {
    const { admit } = this.#parts;
    if (admit === undefined) return 'run';
    try {
      return admit({ queue, client, priority, label, analysis: this.analyze(analysis) }, this.#state());
    } catch {
      return 'refuse';
    }
  }

  #state(): SchedulerState {
    const { maxInFlight, maxInFlightBytes } = this.#parts.limits;
    const { size, memoryBytes, movedBytes, meter } = this.#deck;
    return Object.freeze({
      queued: this.#room.size,
      inFlight: size,
      inFlightBytes: memoryBytes,
      maxInFlight,
      maxInFlightBytes,
      backlogMs: meter.expectedMs(movedBytes),
    });
  }

  #wakeIdle(): void {
    if (this.#isBusy) return;
    for (const wake of this.#idle.splice(0)) wake();
  }
}
