import {
  type Clock,
  expectInteger,
  expectObject,
  invalidArgument,
  type LeaseSource,
  systemClock,
  throwIfAborted,
} from '@framerail/lifecycle';
import type { FrameFormat } from '@framerail/media-types';
import { MOST_THREADS, type NativeConverter } from '../backends/native/native-backend.js';
import type { BackendIngredients } from '../choice/backend-sources.js';
import { chooseBackend, makeCpuBackend } from '../choice/choose-backend.js';
import { processEnvironment } from '../choice/environment.js';
import { deviceOf, type GpuAccess, gpuAccess } from '../choice/gpu-access.js';
import { type MeasurementsRequest, measurementStore } from '../choice/measurements.js';
import { type BackendRequest, type GpuFormatConversion, makeWish } from '../choice/wish.js';
import type { GpuContext } from '../gpu/context/gpu-context.js';
import type { GpuScheduler } from '../gpu/scheduler/gpu-scheduler.js';
import { type ConversionOptions, planConversion } from '../plan/plan-conversion.js';
import { BackendLine } from './backend-line.js';
import { OrderedProcessor } from './ordered-processor.js';
import type { FrameProcessor } from './processor.js';

/** How a conversion is carried out, for {@link createFrameProcessor} and {@link convertFrame}. */
export interface ProcessingOptions {
  /** `auto` (default) measures what is there and takes the fastest; a name insists on that backend. */
  readonly backend?: BackendRequest;
  /**
   * `on` insists on the GPU, `off` never touches it, `auto` (default) goes by the measurement. Stands for the
   * environment variable `FRAMERAIL_GPU_FORMAT_CONVERSION`, which counts where this is not given.
   */
  readonly gpuFormatConversion?: GpuFormatConversion;
  /** The caller's GPU device, for webgpu: used, never destroyed. At most one of `device`, `context` and `scheduler`. */
  readonly device?: GPUDevice | undefined;
  /** A device with a budget and a cache of pipelines, for webgpu. */
  readonly context?: GpuContext | undefined;
  /** Whose turns frames on the GPU wait for. */
  readonly scheduler?: GpuScheduler | undefined;
  /** How the scheduler takes them; see `WebgpuBackendOptions.scheduling`. */
  readonly scheduling?: GpuAccess['scheduling'];
  /** Why there is no device, for the choice's reason, where the caller has looked for one. */
  readonly noDeviceBecause?: string;
  /** The addon's binding; default: looked for. `false` does without it. */
  readonly native?: NativeConverter | false;
  /** Threads that share the rows of a frame in the addon, 1 to 1,024; default: all that the machine runs at once. */
  readonly threads?: number;
  /**
   * Whether measurements are kept for the next processors, and where: `keep` (default) in the user's cache folder (in
   * browsers as long as the processor lives), `off` measures anew, or a store of the caller's. Stands for the
   * environment variable `FRAMERAIL_MEASUREMENTS`, which counts where this is not given.
   */
  readonly measurements?: MeasurementsRequest;
  /** Measures and limits measurements; default the system's. */
  readonly clock?: Clock;
}

/** Options of {@link createFrameProcessor}. */
export interface FrameProcessorOptions extends ConversionOptions, ProcessingOptions {
  /** What comes in. */
  readonly source: FrameFormat;
  /** What goes out; its size is the source's after all operations. */
  readonly target: FrameFormat;
  /** Where results (and, for the measurement, a frame of the source format) come from. */
  readonly leases: LeaseSource;
  /** Frames converted at once, 1 to 64; default 3. */
  readonly maxInFlight?: number;
  /** Ends the choosing, and later closes the processor. */
  readonly signal?: AbortSignal;
}

/**
 * Makes a processor: plans the conversion, chooses the backend and keeps it supplied.
 *
 * @param options - formats, operations, memory, and how the backend is chosen
 * @throws FramerailError `E_INVALID_ARGUMENT`, `E_UNSUPPORTED_FORMAT`, `E_UNSUPPORTED_COLOR`; `E_GPU_UNAVAILABLE` or
 *   `E_NATIVE_UNAVAILABLE` for a backend that was insisted on; `E_ABORTED`
 */
export async function createFrameProcessor(options: FrameProcessorOptions): Promise<FrameProcessor> {
  expectObject('options', options);
  const { leases, noDeviceBecause, native, threads, clock = systemClock, signal } = options;
  const plan = planConversion(options.source, options.target, options);
  const maxInFlight = expectInteger('maxInFlight', options.maxInFlight ?? 3, { min: 1, max: 64 });
  if (typeof leases?.acquire !== 'function')
    throw invalidArgument('leases', 'a source of leases, such as a pool,', leases);
  if (threads !== undefined) expectInteger('threads', threads, { min: 1, max: MOST_THREADS });
  const gpu = gpuAccess(options);
  const { backend, gpuFormatConversion } = options;
  const environment = processEnvironment();
  const wish = makeWish({ backend, gpuFormatConversion, environment });
  throwIfAborted(signal, 'Making a frame processor');
  const ingredients: BackendIngredients = {
    plan,
    leases,
    maxInFlight,
    gpu,
    noDeviceBecause,
    native,
    threads,
  };
  const store = measurementStore(options.measurements, environment);
  const { backend: first, ...choice } = await chooseBackend({ wish, ingredients, clock, signal, store });
  const line = new BackendLine(first, async () => (await makeCpuBackend(ingredients)).backend);
  return new OrderedProcessor({
    plan,
    line,
    choice,
    maxInFlight,
    intake: { leases, device: deviceOf(gpu) },
    signal,
  });
}
