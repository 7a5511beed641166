import { type Clock, expectNumber, expectOneOf, invalidArgument } from '@framerail/lifecycle';
import type { FrameLayout } from '@framerail/media-types';
import type { Allocator } from '../allocators/allocator.js';
import type { LeakDetection } from '../leases/call-site.js';
import { expectLayout } from './pool-request.js';

/** The longest delay that timers take, in milliseconds: nearly 25 days. Longer ones would end at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

const LEAK_DETECTIONS: readonly LeakDetection[] = ['off', 'sampled', 'full'];

/** Takes what is to pass on a timer. @throws FramerailError `E_INVALID_ARGUMENT` */
export function expectDelay(name: string, delayMs: number, min: 0 | 1 = 1): number {
  return expectNumber(name, delayMs, { min, max: MAX_TIMER_MS });
}

/** @throws FramerailError `E_INVALID_ARGUMENT` */
export function expectClock(clock: Clock): Clock {
  if (typeof clock?.now === 'function' && typeof clock.setTimer === 'function') return clock;
  throw invalidArgument('clock', 'a clock { now, setTimer }', clock);
}

/** @throws FramerailError `E_INVALID_ARGUMENT` */
export function expectAllocator(allocator: Allocator): Allocator {
  if (typeof allocator?.allocate === 'function' && typeof allocator.free === 'function') return allocator;
  throw invalidArgument('allocator', 'an allocator { name, allocate, free }', allocator);
}

/** @throws FramerailError `E_INVALID_ARGUMENT` */
export function expectLeakDetection(leakDetection: LeakDetection): LeakDetection {
  return expectOneOf('leakDetection', leakDetection, LEAK_DETECTIONS);
}

/** @throws FramerailError `E_INVALID_ARGUMENT` */
export function expectLayouts(layouts: readonly FrameLayout[]): readonly FrameLayout[] {
  if (!Array.isArray(layouts)) throw invalidArgument('layouts', 'an array of frame layouts', layouts);
  return layouts.map((layout, index) => expectLayout(`layouts[${index}]`, layout));
}
