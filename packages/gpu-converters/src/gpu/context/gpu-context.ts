import type { EventSource, FramerailError } from '@framerail/lifecycle';
import type { ShaderSource } from '../compile-shader.js';
import type { GpuAdapterInfo } from '../open-device.js';

/** What happens to a {@link GpuContext}. */
export type GpuContextEvents = {
  /** The device is gone, and everything that was made on it. `rebuilding`: another one is being opened. */
  readonly lost: {
    readonly error: FramerailError;
    readonly generation: number;
    readonly rebuilding: boolean;
  };
  /** There is a new device, on which nothing has been made yet. */
  readonly rebuilt: { readonly device: GPUDevice; readonly generation: number };
  /** No other device could be had: the context stays without one. */
  readonly failed: { readonly error: FramerailError };
  /** An error of the device that no error scope caught; with the caller's device also one of the caller's. */
  readonly error: { readonly error: FramerailError };
  /** The context was disposed. What was made on it answers with the error, `E_GPU_DEVICE_LOST`. */
  readonly disposed: { readonly error: FramerailError };
};

/** What a context holds and has done. A snapshot. */
export interface GpuContextStats {
  /** 1 for the first device; one more with every rebuild. */
  readonly generation: number;
  /** Bytes of the buffers and textures that were made through the context and not destroyed. */
  readonly bytes: number;
  /** The most that were there at once. */
  readonly peakBytes: number;
  /** The budget. */
  readonly maxBytes: number;
  /** Buffers that were made through the context and not destroyed. */
  readonly buffers: number;
  /** Textures likewise. */
  readonly textures: number;
  /** Pipelines of the present device. */
  readonly pipelines: PipelineCacheStats;
  /** Errors that no error scope caught. */
  readonly uncapturedErrors: number;
}

/** Counters of a cache of pipelines. A snapshot. */
export interface PipelineCacheStats {
  /** Pipelines that are kept. */
  readonly size: number;
  /** The most that are kept. */
  readonly maxSize: number;
  /** Times that one was there, or on its way. */
  readonly hits: number;
  /** Times that one had to be compiled. */
  readonly misses: number;
  /** Times that the one not used for longest was dropped for another. */
  readonly evictions: number;
}

/** A GPU device with a budget, which hears of its loss. Made by `createGpuContext`. */
export interface GpuContext extends EventSource<GpuContextEvents>, Disposable {
  /** The present device. @throws FramerailError `E_GPU_DEVICE_LOST` while there is none, `E_CLOSED` after disposal */
  readonly device: GPUDevice;
  /** 1 for the first device; one more with every rebuild. What was made on an earlier one is of no use. */
  readonly generation: number;
  /** Whether the context opened the device, rebuilds it and destroys it; the caller's it leaves alone. */
  readonly ownsDevice: boolean;
  /** What the device runs on. */
  readonly adapterInfo: GpuAdapterInfo;
  /** Whether the device can measure time on the GPU. */
  readonly hasTimestamps: boolean;
  /**
   * Waits for a device: at once, or when the rebuild under way is done.
   *
   * @throws FramerailError `E_GPU_DEVICE_LOST` if there is and will be none, `E_CLOSED`, `E_ABORTED`
   */
  ready(options?: { readonly signal?: AbortSignal | undefined }): Promise<GPUDevice>;
  /**
   * Makes a buffer that counts against the budget until its `destroy` is called. What the GPU has against it is
   * told to the error scopes around the call; see {@link GpuContext.allocateBuffer}.
   *
   * @throws FramerailError `E_GPU_BUDGET` with `details` `{ needed, bytes, maxBytes }`, `E_GPU_LIMIT`,
   *   `E_GPU_OUT_OF_MEMORY` (mapped buffers), `E_GPU_DEVICE_LOST`, `E_CLOSED`, `E_INVALID_ARGUMENT`
   */
  createBuffer(descriptor: GPUBufferDescriptor): GPUBuffer;
  /** The same for a texture, whose bytes are its texels of all layers, mip levels and samples. */
  createTexture(descriptor: GPUTextureDescriptor): GPUTexture;
  /**
   * Makes a buffer and waits until the GPU has agreed to it.
   *
   * @throws FramerailError as {@link GpuContext.createBuffer}; `E_GPU_OUT_OF_MEMORY`, `E_GPU_VALIDATION`,
   *   `E_GPU_INTERNAL`
   */
  allocateBuffer(descriptor: GPUBufferDescriptor): Promise<GPUBuffer>;
  /**
   * Gives the pipeline of a compute shader, compiled once: the same text and entry point give the same one.
   *
   * @throws FramerailError `E_GPU_SHADER` with the compiler's messages and their lines; `E_GPU_DEVICE_LOST`, `E_CLOSED`
   */
  pipeline(source: ShaderSource): Promise<GPUComputePipeline>;
  /** An immutable snapshot. */
  stats(): GpuContextStats;
  /**
   * Destroys everything that was made through the context, and the device if the context opened it. Memory that is
   * mapped and lent stays readable until it is given back. Harmless when called twice.
   */
  dispose(): void;
}
