import { expectObject, invalidArgument } from '@framerail/lifecycle';
import { type GpuAllocatorOptions, gpuAllocator } from '../allocators/gpu-allocator.js';
import { GPU_GRANULARITY_BYTES } from '../allocators/gpu-device.js';
import { DevicePool } from './device-pool.js';
import type { GpuBufferPool } from './gpu-buffer-pool.js';
import { expectPoolOptions, type PoolOptions } from './pool-options.js';

/**
 * Options of {@link createGpuBufferPool}. `maxBytes` is rounded down to a multiple of 4 and is 4 or more. The buffer of a
 * lost lease isn't destroyed: it goes when the last reference to it does.
 */
export interface GpuBufferPoolOptions extends GpuAllocatorOptions, PoolOptions {}

/** `GPUBufferUsage.MAP_READ` and `MAP_WRITE`: the global is missing in Node unless somebody put it there. */
const MAP_USAGES = 0x1 | 0x2;

/**
 * Makes a pool of `GPUBuffer`s of one usage, such as one of readback buffers.
 *
 * @param options - device, usage, budget, and what else differs from the defaults
 * @throws FramerailError `E_UNBOUNDED` without `maxBytes`; `E_INVALID_ARGUMENT`
 */
export function createGpuBufferPool(options: GpuBufferPoolOptions): GpuBufferPool {
  expectObject('options', options, 'options { device, usage, maxBytes, … }');
  const { device, usage, label } = options;
  const settings = expectPoolOptions(options, 'gpu buffers');
  const maxBytes = settings.maxBytes - (settings.maxBytes % GPU_GRANULARITY_BYTES);
  if (maxBytes === 0) {
    throw invalidArgument('maxBytes', `an integer of ${GPU_GRANULARITY_BYTES} or more`, settings.maxBytes);
  }
  const buffers = gpuAllocator({ device, usage, label });
  return new DevicePool({ ...settings, maxBytes }, buffers, {
    device,
    canBeMapped: (usage & MAP_USAGES) !== 0,
  });
}
