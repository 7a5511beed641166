import {
  createFrameProcessor,
  type FrameProcessor,
  type GpuDeviceHandle,
  openGpuDevice,
  type Upsampling,
} from '@framerail/gpu-converters';
import { isFramerailError, type LeaseSource } from '@framerail/lifecycle';
import type { FrameFormat } from '@framerail/media-types';
import type { BackendArgument } from '../../command-line/backends.js';

/** Options of {@link openProcessor}. */
export interface ProcessorOptions {
  readonly from: FrameFormat;
  readonly to: FrameFormat;
  readonly backend: BackendArgument;
  readonly upsampling: Upsampling;
  readonly leases: LeaseSource;
  readonly maxInFlight: number;
  readonly signal: AbortSignal;
}

/**
 * Makes the processor for one conversion, with a GPU device of its own where one may be used; both are closed
 * together.
 *
 * @throws FramerailError `E_GPU_UNAVAILABLE` or `E_NATIVE_UNAVAILABLE` when the backend was asked for by name
 */
export async function openProcessor(options: ProcessorOptions): Promise<FrameProcessor & AsyncDisposable> {
  const { from, to, backend, upsampling, leases, maxInFlight, signal } = options;
  const gpu = await openGpu(backend, signal);
  try {
    const processor = await createFrameProcessor({
      source: from,
      target: to,
      operations: [],
      backend: backend === 'gpu' ? 'webgpu' : backend,
      ...(gpu === undefined ? {} : { device: gpu.device }),
      upsampling,
      leases,
      maxInFlight,
      signal,
    });
    return closingAfter(processor, async () => gpu?.close());
  } catch (error) {
    await gpu?.close();
    throw error;
  }
}

/** Opens a device if the backend may use one; only `gpu` insists on it. */
async function openGpu(backend: BackendArgument, signal: AbortSignal): Promise<GpuDeviceHandle | undefined> {
  if (backend === 'gpu') return openGpuDevice({ signal });
  if (backend !== 'auto' || process.env['FRAMERAIL_GPU_FORMAT_CONVERSION'] === 'off') return undefined;
  try {
    return await openGpuDevice({ signal });
  } catch (error) {
    if (isFramerailError(error) && error.code.startsWith('E_GPU_')) return undefined;
    throw error;
  }
}

function closingAfter(processor: FrameProcessor, also: () => Promise<void>): FrameProcessor {
  const close = async (): Promise<void> => {
    await processor.close();
    await also();
  };
  return {
    get choice() {
      return processor.choice;
    },
    maxInFlight: processor.maxInFlight,
    process: (frame, processOptions) => processor.process(frame, processOptions),
    stats: () => processor.stats(),
    close,
    [Symbol.asyncDispose]: close,
  };
}
