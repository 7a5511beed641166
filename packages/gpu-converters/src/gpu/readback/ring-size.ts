import { expectInteger, expectLimit } from '@framerail/lifecycle';

const MOST_SLOTS = 64;

/** Takes the number of slots. @throws FramerailError `E_INVALID_ARGUMENT`, `E_UNBOUNDED` */
export function expectSlots(slots: number): number {
  return expectInteger('slots', expectLimit('slots', slots), { min: 1, max: MOST_SLOTS });
}

/** Takes the size of a slot and rounds it up to whole words. @throws FramerailError `E_INVALID_ARGUMENT`, `E_UNBOUNDED` */
export function expectBytes(bytes: number): number {
  return Math.ceil(expectLimit('bytes', bytes) / 4) * 4;
}

/** What timers can count, in milliseconds. */
const LONGEST_MS = 2_147_483_647;

/** Takes a limit of time. @throws FramerailError `E_INVALID_ARGUMENT` */
export function expectTimeout(timeoutMs: number, min: 0 | 1): number {
  return expectInteger('timeoutMs', timeoutMs, { min, max: LONGEST_MS });
}
