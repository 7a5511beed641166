import { expectInteger, expectObject, expectString, type FramerailError } from '@framerail/lifecycle';
import type { Allocator } from './allocator.js';
import {
  expectDevice,
  GPU_GRANULARITY_BYTES,
  type GpuDeviceLike,
  largestBuffer,
  watchLoss,
} from './gpu-device.js';
import { aboveDeviceLimit, bufferRefused } from './gpu-errors.js';

/** Options of {@link gpuAllocator}. */
export interface GpuAllocatorOptions {
  /** Where the buffers are made. */
  readonly device: GpuDeviceLike;
  /** What all of them are for: bits of `GPUBufferUsage`. */
  readonly usage: number;
  /** Their label, for the device's messages and for debuggers; default `framerail`. */
  readonly label?: string | undefined;
}

/** An allocator whose memory may turn out not to be there. */
export interface GpuAllocator extends Allocator<GPUBuffer> {
  /**
   * What became of a buffer: a device says so only after `allocate` has returned.
   *
   * @param buffer - what `allocate` returned
   * @returns resolves with why the device hasn't made it, or with `undefined` if it has; `undefined` itself where that
   *   is known already or the device has no error scopes
   */
  outcomeOf(buffer: GPUBuffer): Promise<FramerailError | undefined> | undefined;
  /** Why the device makes no buffers any more; `undefined` while it does. */
  readonly lost: FramerailError | undefined;
}

/** The widest usage that fits WebGPU's 32 bits. */
const MAX_USAGE = 0xffff_ffff;

/**
 * Memory of a GPU: `GPUBuffer`s of one usage, unmapped, of zeros. Sizes are rounded up to a multiple of 4. Freeing
 * destroys a buffer, which gives its memory back once the GPU has done what was submitted.
 *
 * The device refuses some things only after the call (see {@link GpuAllocator.outcomeOf}); sizes above its
 * `maxBufferSize` never reach it.
 *
 * `allocate` throws `E_GPU_LIMIT`, `E_GPU_DEVICE_LOST`, and `E_GPU_VALIDATION` for what the device refuses at once.
 *
 * @param options - device and usage
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function gpuAllocator(options: GpuAllocatorOptions): GpuAllocator {
  const { label = 'framerail' } = expectObject('options', options, 'options { device, usage, label? }');
  const device = expectDevice(options.device);
  const usage = expectInteger('usage', options.usage, { min: 1, max: MAX_USAGE });
  expectString('label', label);
  const watch = watchLoss(device);
  const outcomes = new WeakMap<GPUBuffer, Promise<FramerailError | undefined>>();

  return Object.freeze({
    name: 'gpu',
    get lost() {
      return watch.lost;
    },
    allocate(byteLength: number): GPUBuffer {
      if (watch.lost !== undefined) throw watch.lost;
      const size = Math.ceil(byteLength / GPU_GRANULARITY_BYTES) * GPU_GRANULARITY_BYTES;
      const largest = largestBuffer(device);
      if (size > largest) throw aboveDeviceLimit(byteLength, largest);
      const { buffer, error } = makeBuffer(device, { size, usage, label });
      if (error === undefined) return buffer;
      const outcome = error.then(
        (refusal) => {
          outcomes.delete(buffer);
          return refusal === undefined ? undefined : bufferRefused(refusal, size);
        },
        // A device that is lost may drop its scopes; that it is lost is told by `lost`.
        () => watch.lost,
      );
      outcomes.set(buffer, outcome);
      return buffer;
    },
    free(buffer: GPUBuffer): void {
      buffer.destroy();
    },
    outcomeOf: (buffer: GPUBuffer) => outcomes.get(buffer),
  });
}

/** Makes a buffer within error scopes of its own, so that its failure is ours and nobody else's. */
function makeBuffer(
  device: GpuDeviceLike,
  descriptor: GPUBufferDescriptor,
): { readonly buffer: GPUBuffer; readonly error: Promise<GPUError | undefined> | undefined } {
  const hasScopes = device.pushErrorScope !== undefined && device.popErrorScope !== undefined;
  if (hasScopes) for (const filter of FILTERS) device.pushErrorScope?.(filter);
  const pop = (): Promise<GPUError | undefined> | undefined => {
    if (!hasScopes) return undefined;
    // Both calls before either is awaited: scopes belong to the moment in which the buffer is made.
    const popped = FILTERS.map(async () => (await device.popErrorScope?.()) ?? null);
    return Promise.all(popped).then((errors) => errors.find((error) => error !== null) ?? undefined);
  };
  let buffer: GPUBuffer;
  try {
    buffer = device.createBuffer(descriptor);
  } catch (thrown) {
    pop()?.catch(() => {});
    throw bufferRefused(thrown, descriptor.size);
  }
  return { buffer, error: pop() };
}

const FILTERS: readonly GPUErrorFilter[] = ['validation', 'out-of-memory', 'internal'];
