import {
  type Clock,
  createEmitter,
  expectInteger,
  expectLimit,
  expectObject,
  expectOneOf,
  expectString,
  systemClock,
} from '@framerail/lifecycle';
import { type GpuAllocatorOptions, gpuAllocator } from '../allocators/gpu-allocator.js';
import { GPU_GRANULARITY_BYTES } from '../allocators/gpu-device.js';
import type { LeakDetection } from '../leases/call-site.js';
import type { PoolEvents } from './buffer-pool.js';
import { DevicePool } from './device-pool.js';
import type { GpuBufferPool } from './gpu-buffer-pool.js';

/** Options of {@link createGpuBufferPool}. */
export interface GpuBufferPoolOptions extends GpuAllocatorOptions {
  /** Bytes of buffers that the pool may hold, on loan and free together; rounded down to a multiple of 4. There is no default. */
  readonly maxBytes: number;
  /** Free bytes above which released buffers are destroyed; default `maxBytes`. */
  readonly maxFreeBytes?: number | undefined;
  /** Requests that may wait at once; default 1024. */
  readonly maxWaiters?: number | undefined;
  /** Measures waits and times them out; default the system's. */
  readonly clock?: Clock | undefined;
  /** Name for messages and reports; default `gpu buffers`. */
  readonly name?: string | undefined;
  /** As for a pool of bytes. The buffer of a lost lease isn't destroyed: it goes when the last reference to it does. */
  readonly leakDetection?: LeakDetection | undefined;
}

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
  const limit = expectInteger('maxBytes', expectLimit('maxBytes', options.maxBytes), {
    min: GPU_GRANULARITY_BYTES,
  });
  const maxBytes = limit - (limit % GPU_GRANULARITY_BYTES);
  const settings = {
    maxBytes,
    maxFreeBytes: expectInteger('maxFreeBytes', options.maxFreeBytes ?? maxBytes, { min: 0 }),
    maxWaiters: expectInteger('maxWaiters', options.maxWaiters ?? 1024, { min: 0 }),
    clock: options.clock ?? systemClock,
    name: expectString('name', options.name ?? 'gpu buffers'),
    leakDetection: expectOneOf('leakDetection', options.leakDetection ?? 'sampled', [
      'off',
      'sampled',
      'full',
    ]),
    events: createEmitter<PoolEvents>(),
  };
  const buffers = gpuAllocator({ device, usage, label });
  return new DevicePool(settings, buffers, { device, canBeMapped: (usage & MAP_USAGES) !== 0 });
}
