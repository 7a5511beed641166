import {
  type Clock,
  expectInteger,
  expectLimit,
  expectNumber,
  expectObject,
  expectOneOf,
  expectString,
  invalidArgument,
  systemClock,
} from '@framerail/lifecycle';
import type { FrameLayout } from '@framerail/media-types';
import type { Allocator } from '../allocators/allocator.js';
import { heapAllocator } from '../allocators/heap-allocator.js';
import type { LeakDetection } from '../leases/call-site.js';
import type { BufferPool } from './buffer-pool.js';
import { BytePool } from './byte-pool.js';
import { createPoolEvents } from './pool-events.js';
import { expectLayout } from './pool-request.js';

/** Options of {@link createBufferPool}. */
export interface BufferPoolOptions {
  /** Bytes that the pool may hold, on loan and free together. There is no default. */
  readonly maxBytes: number;
  /** Free bytes above which released memory goes back to the allocator; default `maxBytes`. */
  readonly maxFreeBytes?: number | undefined;
  /** Milliseconds after which free memory goes back to the allocator, 1 to 2^31 - 1; default: it stays. */
  readonly idleExpiryMs?: number | undefined;
  /** Requests that may wait at once; default 1024. */
  readonly maxWaiters?: number | undefined;
  /** Milliseconds of waiting that count as much as 1 of priority, 1 to 2^31 - 1; default 1000. */
  readonly agingMs?: number | undefined;
  /**
   * Frames that get classes of their own size to the page from the start, as tightly packed frames of 720p, 1080p, UHD,
   * DCI 4K and 8K have in every format. Other layouts get one when a frame of theirs is first asked for.
   */
  readonly layouts?: readonly FrameLayout[] | undefined;
  /** Where memory comes from; default {@link heapAllocator}. */
  readonly allocator?: Allocator | undefined;
  /** Measures waits and idle memory and times them out; default the system's. */
  readonly clock?: Clock | undefined;
  /** Name for messages and reports; default `buffers`. */
  readonly name?: string | undefined;
  /**
   * What happens to leases that are collected without release. `off`: nothing, their bytes are gone from the budget.
   * `sampled` (default): reported, their bytes go back to the budget, one in 128 with the place of its acquisition
   * (fewer while the pool has nothing to allocate). `full`: all with their place, and a second release names both
   * places; costs microseconds a lease.
   */
  readonly leakDetection?: LeakDetection | undefined;
  /**
   * Fills memory with 0xDB when it is released and looks at it before it is lent again or freed, so that writes after the
   * release become `lateWrite` events: for debugging, at the price of writing and reading all memory once more. Default `false`.
   */
  readonly poison?: boolean | undefined;
}

/** The longest delay of a timer. */
const MAX_MS = 2 ** 31 - 1;

/**
 * Makes a pool.
 *
 * @param options - the budget, and what else differs from the defaults
 * @throws FramerailError `E_UNBOUNDED` without `maxBytes`; `E_INVALID_ARGUMENT`
 */
export function createBufferPool(options: BufferPoolOptions): BufferPool {
  expectObject('options', options, 'options { maxBytes, … }');
  const maxBytes = expectLimit('maxBytes', options.maxBytes);
  const name = expectString('name', options.name ?? 'buffers');
  const { idleExpiryMs, layouts = [], poison = false, allocator = heapAllocator() } = options;
  if (!Array.isArray(layouts)) throw invalidArgument('layouts', 'an array of frame layouts', layouts);
  if (typeof poison !== 'boolean') throw invalidArgument('poison', 'a boolean', poison);
  if (typeof allocator?.allocate !== 'function' || typeof allocator.free !== 'function')
    throw invalidArgument('allocator', 'an allocator { name, allocate, free }', allocator);
  const settings = {
    name,
    maxBytes,
    maxFreeBytes: expectInteger('maxFreeBytes', options.maxFreeBytes ?? maxBytes, { min: 0 }),
    idleExpiryMs:
      idleExpiryMs === undefined
        ? undefined
        : expectNumber('idleExpiryMs', idleExpiryMs, { min: 1, max: MAX_MS }),
    maxWaiters: expectInteger('maxWaiters', options.maxWaiters ?? 1024, { min: 0 }),
    agingMs: expectNumber('agingMs', options.agingMs ?? 1000, { min: 1, max: MAX_MS }),
    layouts: layouts.map((layout, index) => expectLayout(`layouts[${index}]`, layout)),
    clock: options.clock ?? systemClock,
    leakDetection: expectOneOf('leakDetection', options.leakDetection ?? 'sampled', [
      'off',
      'sampled',
      'full',
    ]),
    poison,
    events: createPoolEvents(name),
  };
  return new BytePool(settings, allocator);
}
