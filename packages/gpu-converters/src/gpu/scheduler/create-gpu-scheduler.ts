import {
  type Clock,
  expectInteger,
  expectLimit,
  expectObject,
  invalidArgument,
  systemClock,
} from '@framerail/lifecycle';
import type { MapBuffer } from '../buffer-mapping.js';
import type { GpuContext } from '../context/gpu-context.js';
import type { BatchBounds } from './batch-size.js';
import type { AdmissionRule, GpuScheduler } from './gpu-scheduler.js';
import { LiveScheduler } from './live-scheduler.js';

/** Options of {@link createGpuScheduler}. */
export interface GpuSchedulerOptions {
  /** Whose device does the work. With a new device after a loss the scheduler goes on. */
  readonly context: GpuContext;
  /** Submissions that the GPU may have and not be done with. 1 to 64. */
  readonly maxInFlight: number;
  /** Bytes of GPU memory that their tasks may keep, by their analyses. */
  readonly maxInFlightBytes: number;
  /** Tasks that may wait, in both queues together. Default 1024. */
  readonly maxQueued?: number | undefined;
  /**
   * Tasks in a submission, 1 to 32. `measure` (the default) tries 1, 2, 4 … 32 and keeps what takes the least time
   * a task, for each queue; bounds narrow the search, equal ones settle it. Fewer go when fewer wait.
   */
  readonly batch?: BatchBounds | 'measure' | undefined;
  /** Decides about the task whose turn it is. What it throws refuses the task. Default: all run. */
  readonly admit?: AdmissionRule | undefined;
  /** Whether the GPU's own clock is read, where it has one. Default `true`. */
  readonly timestamps?: boolean | undefined;
  /** How a buffer's mapping is waited for; default: paced in Node, by events elsewhere. */
  readonly mapBuffer?: MapBuffer | undefined;
  /** Default: the machine's. */
  readonly clock?: Clock | undefined;
}

const DEFAULT_QUEUED = 1024;
const MOST_IN_FLIGHT = 64;
const MOST_IN_BATCH = 32;

/**
 * Makes a scheduler for the device of a context.
 *
 * @throws FramerailError `E_UNBOUNDED` without limits, `E_INVALID_ARGUMENT`, `E_GPU_DEVICE_LOST`, `E_CLOSED`
 */
export function createGpuScheduler(options: GpuSchedulerOptions): GpuScheduler {
  expectObject('options', options);
  const { context, admit, timestamps = true, mapBuffer, clock = systemClock } = options;
  const maxInFlight = expectInteger('maxInFlight', expectLimit('maxInFlight', options.maxInFlight), {
    min: 1,
    max: MOST_IN_FLIGHT,
  });
  const maxInFlightBytes = expectLimit('maxInFlightBytes', options.maxInFlightBytes);
  const maxQueued = expectLimit('maxQueued', options.maxQueued ?? DEFAULT_QUEUED);
  const batch = expectBatch(options.batch ?? 'measure');
  if (typeof context?.createBuffer !== 'function') throw invalidArgument('context', 'a GpuContext', context);
  if (admit !== undefined && typeof admit !== 'function') throw invalidArgument('admit', 'a function', admit);
  const limits = { maxInFlight, maxInFlightBytes, maxQueued };
  return new LiveScheduler({ context, limits, batch, admit, timestamps, mapBuffer, clock });
}

function expectBatch(batch: BatchBounds | 'measure'): BatchBounds {
  if (batch === 'measure') return { min: 1, max: MOST_IN_BATCH };
  if (typeof batch !== 'object' || batch === null) {
    throw invalidArgument('batch', "{ min, max } or 'measure'", batch);
  }
  const max = expectInteger('batch.max', batch.max, { min: 1, max: MOST_IN_BATCH });
  const min = expectInteger('batch.min', batch.min, { min: 1, max });
  return { min, max };
}
