import { type FramerailError, invalidArgument } from '@framerail/lifecycle';
import { deviceLost } from './gpu-errors.js';

/** The part of a `GPUDevice` that is used: a browser's, that of npm's `webgpu`, or one that stands before it. */
export interface GpuDeviceLike {
  /** Makes a buffer; an invalid one where it can't, and tells the error scope. */
  createBuffer(descriptor: GPUBufferDescriptor): GPUBuffer;
  /** What it can do. */
  readonly limits: Pick<GPUSupportedLimits, 'maxBufferSize'>;
  /** Settles when it is gone. */
  readonly lost: Promise<Pick<GPUDeviceLostInfo, 'reason' | 'message'>>;
  /** Begins to catch errors; without it and its counterpart a buffer that isn't made is noticed by nobody here. */
  pushErrorScope?(filter: GPUErrorFilter): void;
  /** Ends it. */
  popErrorScope?(): Promise<GPUError | null>;
}

/** Sizes of buffers are rounded up to it: copies, clears and mappings want multiples of 4. */
export const GPU_GRANULARITY_BYTES = 4;

/** Bytes of the largest buffer that the device makes, rounded down to what buffers are rounded to. */
export function largestBuffer({ limits }: GpuDeviceLike): number {
  return Math.floor(limits.maxBufferSize / GPU_GRANULARITY_BYTES) * GPU_GRANULARITY_BYTES;
}

/** @throws FramerailError `E_INVALID_ARGUMENT` */
export function expectDevice(device: GpuDeviceLike): GpuDeviceLike {
  const { createBuffer, limits, lost } = device ?? {};
  const isDevice =
    typeof createBuffer === 'function' &&
    typeof limits?.maxBufferSize === 'number' &&
    typeof lost?.then === 'function';
  if (isDevice) return device;
  throw invalidArgument('device', 'a GPUDevice, or what has its createBuffer, limits and lost,', device);
}

/** Whether a device is still there. */
export interface LossWatch {
  /** Why not; `undefined` while it is there, as far as it has told. */
  readonly lost: FramerailError | undefined;
  /** Called once when it goes. */
  onLost: (() => void) | undefined;
}

/** Begins to listen for a device's end. A device outlives many pools: set `onLost` to `undefined` and it keeps none of them. */
export function watchLoss(device: GpuDeviceLike): LossWatch {
  const watch: { lost: FramerailError | undefined; onLost: (() => void) | undefined } = {
    lost: undefined,
    onLost: undefined,
  };
  const end = (info: Parameters<typeof deviceLost>[0]): void => {
    watch.lost = deviceLost(info);
    const { onLost } = watch;
    watch.onLost = undefined;
    onLost?.();
  };
  device.lost.then(end, (error: unknown) => end({ message: String(error) }));
  return watch;
}
