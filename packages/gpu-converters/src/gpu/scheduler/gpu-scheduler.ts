import type { GpuContext } from '../context/gpu-context.js';

/** The two kinds of work, each with a line of its own. */
export type GpuQueueName = 'render' | 'compute';

/** What a task costs. */
export interface TaskAnalysis {
  /** Bytes that it reads from GPU memory. */
  readonly bytesRead: number;
  /** Bytes that it writes to GPU memory. */
  readonly bytesWritten: number;
  /** Passes that it records. */
  readonly passes: number;
  /** Bytes of GPU memory that it keeps while it is in flight; default `bytesRead + bytesWritten`. */
  readonly memoryBytes?: number | undefined;
  /** Milliseconds on the GPU, from the bandwidth that was measured; `undefined` before anything was. */
  readonly expectedMs?: number | undefined;
}

/** Work for the GPU. */
export interface GpuTask {
  /** Which line it waits in. */
  readonly queue: GpuQueueName;
  /** Whose it is: clients of one priority take turns. */
  readonly client: string;
  /** Larger numbers go first. Default 0. */
  readonly priority?: number | undefined;
  /** For messages. */
  readonly label?: string | undefined;
  /** What it costs. */
  readonly analysis: TaskAnalysis;
  /**
   * Records the commands. May be called more than once, each time with a new encoder: again when another task of
   * its batch failed. What it throws fails the task alone.
   */
  encode(encoder: GPUCommandEncoder): void;
  /**
   * Called once, when the commands have been submitted: settles when the GPU is done with them, such as with the
   * mapping of the task's own readback. Without it the scheduler maps a few bytes of its own.
   */
  done?(): Promise<unknown>;
}

/** What became of a task on the GPU. */
export interface GpuTaskReport {
  /** Milliseconds from the submission until the GPU was done, as the program saw it. */
  readonly elapsedMs: number;
  /** Milliseconds on the GPU by its own clock, the batch's divided by its tasks; `undefined` without timestamps. */
  readonly gpuMs: number | undefined;
}

/** A task that has been given to the GPU. */
export interface GpuSubmission {
  /** Tasks in the same submission. */
  readonly batchSize: number;
  /** Milliseconds that it waited for its turn. */
  readonly waitedMs: number;
  /** When the GPU is done. Rejects with what `done` rejects with, or `E_GPU_DEVICE_LOST`; needn't be listened to. */
  readonly finished: Promise<GpuTaskReport>;
}

/** What an admission rule says of a task: now, later, or never. */
export type Admission = 'run' | 'wait' | 'refuse';

/** What an admission rule can look at. A snapshot. */
export interface SchedulerState {
  /** Tasks that wait. */
  readonly queued: number;
  /** Submissions that the GPU isn't done with. */
  readonly inFlight: number;
  /** Bytes of GPU memory that their tasks keep. */
  readonly inFlightBytes: number;
  /** Submissions that may be in flight. */
  readonly maxInFlight: number;
  /** Bytes that they may keep. */
  readonly maxInFlightBytes: number;
  /** Milliseconds that what is in flight is expected to take; `undefined` before anything was measured. */
  readonly backlogMs: number | undefined;
}

/** What an admission rule is told of a task. */
export interface TaskRequest {
  /** As the task has it. */
  readonly queue: GpuQueueName;
  /** As the task has it. */
  readonly client: string;
  /** As the task has it; 0 without. */
  readonly priority: number;
  /** As the task has it. */
  readonly label: string | undefined;
  /** With `expectedMs`, once anything was measured. */
  readonly analysis: TaskAnalysis;
}

/** Decides about the task whose turn it is. */
export type AdmissionRule = (task: TaskRequest, state: SchedulerState) => Admission;

/** How long tasks of a queue waited, in milliseconds; of the last 512. */
export interface WaitTimes {
  /** What half of the tasks waited at most. */
  readonly p50: number;
  /** What 95 of 100 waited at most. */
  readonly p95: number;
  /** What 99 of 100 waited at most. */
  readonly p99: number;
  /** The longest. */
  readonly max: number;
}

/** Counters of a queue. A snapshot. */
export interface GpuQueueStats {
  /** Tasks that wait. */
  readonly queued: number;
  /** Tasks that were given to the GPU. */
  readonly submitted: number;
  /** Tasks whose commands the GPU or their `encode` refused, or that the admission rule did. */
  readonly failed: number;
  /** Tasks that were given up before their submission. */
  readonly aborted: number;
  /** Tasks that are put into one submission where so many wait. */
  readonly batchSize: number;
  /** Whether that was measured, or still is. */
  readonly batchSettled: boolean;
  /** How long they waited. */
  readonly waitMs: WaitTimes;
}

/** What a {@link GpuScheduler} has done. A snapshot. */
export interface GpuSchedulerStats {
  /** The one queue. */
  readonly render: GpuQueueStats;
  /** The other. */
  readonly compute: GpuQueueStats;
  /** Submissions that the GPU isn't done with. */
  readonly inFlight: number;
  /** Bytes of GPU memory that their tasks keep. */
  readonly inFlightBytes: number;
  /** Submissions that were made. */
  readonly submissions: number;
  /** Tasks that were submitted again by themselves because their batch failed. */
  readonly retriedAlone: number;
  /** Milliseconds that the GPU worked for this scheduler. */
  readonly busyMs: number;
  /** By whose clock: the GPU's, or the program's, which includes waiting. */
  readonly busyBy: 'timestamps' | 'program';
  /** Bytes read and written a second, over the last tasks; `undefined` before there were any. */
  readonly bytesPerSecond: number | undefined;
}

/** Puts the work of many clients on one GPU. Made by `createGpuScheduler`. */
export interface GpuScheduler extends AsyncDisposable {
  /** Whose device does the work. */
  readonly context: GpuContext;
  /**
   * Waits for a task's turn and gives it to the GPU.
   *
   * @param options - `signal` takes the task back as long as it hasn't been submitted; afterwards it has no effect
   * @returns once the GPU has accepted the commands
   * @throws FramerailError `E_ABORTED`; `E_GPU_QUEUE_FULL`; `E_GPU_BUDGET` for a task that can never fit into
   *   `maxInFlightBytes`; `E_GPU_REFUSED` by the admission rule; `E_GPU_VALIDATION`, `E_GPU_OUT_OF_MEMORY`,
   *   `E_GPU_INTERNAL`; `E_GPU_DEVICE_LOST`; `E_CLOSED`; `E_INVALID_ARGUMENT`; whatever `encode` throws
   */
  schedule(task: GpuTask, options?: { readonly signal?: AbortSignal | undefined }): Promise<GpuSubmission>;
  /** Completes an analysis with what it is expected to take. */
  analyze(analysis: TaskAnalysis): TaskAnalysis;
  /** Asks the admission rule again for the tasks that it made wait; otherwise that happens when a submission is done. */
  reconsider(): void;
  /** An immutable snapshot. */
  stats(): GpuSchedulerStats;
  /** Refuses what waits and lets what is in flight finish. The context stays. Harmless when called twice. */
  close(): Promise<void>;
}
