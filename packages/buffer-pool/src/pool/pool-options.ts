import { type Clock, expectInteger, expectLimit, expectString, systemClock } from '@framerail/lifecycle';
import type { FrameLayout } from '@framerail/media-types';
import type { LeakDetection } from '../leases/call-site.js';
import { expectClock, expectDelay, expectLayouts, expectLeakDetection } from './option-checks.js';
import { createPoolEvents } from './pool-events.js';
import type { PoolSettings } from './pool-settings.js';

/** Options that pools of all kinds of memory have. */
export interface PoolOptions {
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
  /** Measures waits and idle memory and times them out; default the system's. */
  readonly clock?: Clock | undefined;
  /** Name for messages and reports; default `buffers`, or `gpu buffers`. */
  readonly name?: string | undefined;
  /**
   * What happens to leases that are collected without release. `off`: nothing, their bytes are gone from the budget.
   * `sampled` (default): reported, their bytes go back to the budget, one in 128 with the place of its acquisition
   * (fewer while the pool has nothing to allocate). `full`: all with their place, and a second release names both
   * places; costs microseconds a lease.
   */
  readonly leakDetection?: LeakDetection | undefined;
}

/**
 * Checks a pool's options and completes them.
 *
 * @param defaultName - for pools without one
 * @throws FramerailError `E_UNBOUNDED` without `maxBytes`; `E_INVALID_ARGUMENT`
 */
export function expectPoolOptions(options: PoolOptions, defaultName: string): PoolSettings {
  const maxBytes = expectLimit('maxBytes', options.maxBytes);
  const name = expectString('name', options.name ?? defaultName);
  const { idleExpiryMs } = options;
  return {
    name,
    maxBytes,
    maxFreeBytes: expectInteger('maxFreeBytes', options.maxFreeBytes ?? maxBytes, { min: 0 }),
    idleExpiryMs: idleExpiryMs === undefined ? undefined : expectDelay('idleExpiryMs', idleExpiryMs),
    maxWaiters: expectInteger('maxWaiters', options.maxWaiters ?? 1024, { min: 0 }),
    agingMs: expectDelay('agingMs', options.agingMs ?? 1000),
    layouts: expectLayouts(options.layouts ?? []),
    clock: expectClock(options.clock ?? systemClock),
    leakDetection: expectLeakDetection(options.leakDetection ?? 'sampled'),
    events: createPoolEvents(name),
  };
}
