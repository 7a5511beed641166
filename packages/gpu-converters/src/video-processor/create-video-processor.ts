import {
  type Clock,
  expectInteger,
  expectObject,
  invalidArgument,
  type LeaseSource,
  systemClock,
} from '@framerail/lifecycle';
import { MOST_THREADS } from '../backends/native/native-backend.js';
import { processEnvironment } from '../choice/environment.js';
import { deviceOf, gpuAccess } from '../choice/gpu-access.js';
import { measurementStore } from '../choice/measurements.js';
import { makeWish } from '../choice/wish.js';
import type { ProcessingOptions } from '../processor/create-frame-processor.js';
import { PlanningProcessor } from './planning-processor.js';
import { ShapeCompiler } from './shape-compiler.js';
import type { VideoProcessor } from './video-processor.js';

/** Options of {@link createVideoProcessor}. */
export interface VideoProcessorOptions extends ProcessingOptions {
  /**
   * Where results (and, for measurements, a frame of the source format) come from. The other frames of transitions take
   * memory of the processor's own beside it: `width * height * 4` bytes each, for frames under way alone.
   */
  readonly leases: LeaseSource;
  /** Frames processed at once, 1 to 64; default 3. */
  readonly maxInFlight?: number;
  /** Shapes that stay compiled, 1 to 4,096; default 32. The least recently used is given up first. */
  readonly maxPipelines?: number;
  /**
   * Bytes of GPU buffers and tables that compiled shapes may keep, 1 or more; default 1 GiB. The latest shape stays
   * whatever its size: three 4K RGBA frames in flight to NV12 take 272 MB on the GPU.
   */
  readonly maxPipelineBytes?: number;
  /** Closes the processor. */
  readonly signal?: AbortSignal;
}

/**
 * Makes a processor whose frames may each have other formats and operations. It does nothing until the first frame
 * comes: then it chooses the backend and compiles, for each shape once.
 *
 * @param options - memory, limits, and how the backend is chosen
 * @throws FramerailError `E_INVALID_ARGUMENT`; `E_GPU_UNAVAILABLE` where the environment forbids the backend asked for
 */
export function createVideoProcessor(options: VideoProcessorOptions): VideoProcessor {
  expectObject('options', options);
  const { leases, backend, gpuFormatConversion, clock = systemClock as Clock, signal, threads } = options;
  if (typeof leases?.acquire !== 'function')
    throw invalidArgument('leases', 'a source of leases, such as a pool,', leases);
  if (threads !== undefined) expectInteger('threads', threads, { min: 1, max: MOST_THREADS });
  const maxInFlight = expectInteger('maxInFlight', options.maxInFlight ?? 3, { min: 1, max: 64 });
  const maxShapes = expectInteger('maxPipelines', options.maxPipelines ?? 32, { min: 1, max: 4096 });
  const maxBytes = expectInteger('maxPipelineBytes', options.maxPipelineBytes ?? 2 ** 30, { min: 1 });
  const environment = processEnvironment();
  const wish = makeWish({ backend, gpuFormatConversion, environment });
  // In browsers the shapes of one processor learn from each other.
  const store = measurementStore(options.measurements, environment);
  const { noDeviceBecause, native } = options;
  const gpu = gpuAccess(options);
  const compiler = new ShapeCompiler({
    wish,
    ingredients: { leases, maxInFlight, gpu, noDeviceBecause, native, threads },
    clock,
    store,
  });
  return new PlanningProcessor({
    compiler,
    maxInFlight,
    maxShapes,
    maxBytes,
    intake: { leases, device: deviceOf(gpu) },
    signal,
  });
}
