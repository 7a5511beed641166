import { chooseGpu, gpuSetting } from '@framerail/export-pipeline';
import { createFrameProcessor, type FrameProcessor, type Upsampling } from '@framerail/gpu-converters';
import type { LeaseSource } from '@framerail/lifecycle';
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

/** A processor with the GPU device that was opened for it, if one was; both are closed together. */
export interface OpenedProcessor extends AsyncDisposable {
  readonly processor: FrameProcessor;
}

/**
 * Makes the processor for one conversion.
 *
 * @throws FramerailError `E_GPU_UNAVAILABLE` or `E_NATIVE_UNAVAILABLE` when the backend was asked for by name
 */
export async function openProcessor(options: ProcessorOptions): Promise<OpenedProcessor> {
  const { from, to, upsampling, leases, maxInFlight, signal } = options;
  const backend = options.backend === 'gpu' ? 'webgpu' : options.backend;
  const gpuFormatConversion = gpuSetting(undefined);
  const gpu = await chooseGpu({ backend, signal }, gpuFormatConversion);
  try {
    const processor = await createFrameProcessor({
      source: from,
      target: to,
      operations: [],
      backend,
      gpuFormatConversion,
      ...(gpu.device === undefined ? {} : { device: gpu.device }),
      upsampling,
      leases,
      maxInFlight,
      signal,
    });
    return {
      processor,
      async [Symbol.asyncDispose]() {
        await processor.close();
        await gpu.close();
      },
    };
  } catch (error) {
    await gpu.close();
    throw error;
  }
}
