import { type Clock, systemClock } from '@framerail/lifecycle';

/** A clock that shows the same time in all threads: milliseconds since 1970, going on evenly since the thread began. */
export const sharedClock: Clock = Object.freeze({
  now: () => performance.timeOrigin + performance.now(),
  setTimer: systemClock.setTimer,
});
