import {
  type Clock,
  createEmitter,
  expectInteger,
  expectLimit,
  expectOneOf,
  expectString,
  systemClock,
} from '@framerail/lifecycle';
import type { Allocator } from '../allocators/allocator.js';
import { heapAllocator } from '../allocators/heap-allocator.js';
import type { LeakDetection } from '../leases/call-site.js';
import type { BufferPool, PoolEvents } from './buffer-pool.js';
import { BytePool } from './byte-pool.js';

/** Options of {@link createBufferPool}. */
export interface BufferPoolOptions {
  /** Bytes that the pool may hold, on loan and free together. There is no default. */
  readonly maxBytes: number;
  /** Free bytes above which released memory goes back to the allocator; default `maxBytes`. */
  readonly maxFreeBytes?: number;
  /** Requests that may wait at once; default 1024. */
  readonly maxWaiters?: number;
  /** Where memory comes from; default {@link heapAllocator}. */
  readonly allocator?: Allocator;
  /** Measures waits and times them out; default the system's. */
  readonly clock?: Clock;
  /** Name for messages and reports; default `buffers`. */
  readonly name?: string;
  /**
   * What happens to leases that are collected without release. `off`: nothing, their bytes are gone from the budget.
   * `sampled` (default): reported, their bytes go back to the budget, one in 128 with the place of its acquisition.
   * `full`: all with their place, and a second release names both places; costs microseconds a lease.
   */
  readonly leakDetection?: LeakDetection;
}

/**
 * Makes a pool.
 *
 * @param options - the budget, and what else differs from the defaults
 * @throws FramerailError `E_UNBOUNDED` without `maxBytes`; `E_INVALID_ARGUMENT`
 */
export function createBufferPool(options: BufferPoolOptions): BufferPool {
  const maxBytes = expectLimit('maxBytes', options.maxBytes);
  const settings = {
    maxBytes,
    maxFreeBytes: expectInteger('maxFreeBytes', options.maxFreeBytes ?? maxBytes, { min: 0 }),
    maxWaiters: expectInteger('maxWaiters', options.maxWaiters ?? 1024, { min: 0 }),
    clock: options.clock ?? systemClock,
    name: expectString('name', options.name ?? 'buffers'),
    leakDetection: expectOneOf('leakDetection', options.leakDetection ?? 'sampled', [
      'off',
      'sampled',
      'full',
    ]),
    events: createEmitter<PoolEvents>(),
  };
  return new BytePool(settings, options.allocator ?? heapAllocator());
}
