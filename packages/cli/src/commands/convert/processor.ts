import { chooseGpu, gpuSetting } from '@framerail/export-pipeline';
import { type ConversionOptions, createFrameProcessor, type FrameProcessor } from '@framerail/gpu-converters';
import type { LeaseSource } from '@framerail/lifecycle';
import type { FrameFormat } from '@framerail/media-types';
import type { BackendArgument } from '../../command-line/backends.js';

/** Options of {@link openProcessor}. */
export interface ProcessorOptions extends ConversionOptions {
  readonly source: FrameFormat;
  readonly target: FrameFormat;
  readonly backend: BackendArgument;
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
  const { backend: asked, ...rest } = options;
  const { signal } = options;
  const backend = asked === 'gpu' ? 'webgpu' : asked;
  const gpuFormatConversion = gpuSetting(undefined);
  const gpu = await chooseGpu({ backend, signal }, gpuFormatConversion);
  try {
    const processor = await createFrameProcessor({
      ...rest,
      backend,
      gpuFormatConversion,
      ...(gpu.device === undefined ? {} : { device: gpu.device }),
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
