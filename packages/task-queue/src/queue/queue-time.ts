import type { Clock } from '@framerail/lifecycle';

/**
 * The time of day for a queue. It follows the wall clock forward and the monotonic clock otherwise, so that a wall clock that is set back
 * neither freezes delayed tasks nor keeps dead workers' leases alive.
 */
export class QueueTime {
  readonly #clock: Clock;
  readonly #wallClock: () => number;
  #offset: number;

  /**
   * @param clock - monotonic
   * @param wallClock - milliseconds since 1970
   */
  constructor(clock: Clock, wallClock: () => number) {
    this.#clock = clock;
    this.#wallClock = wallClock;
    this.#offset = wallClock() - clock.now();
  }

  /**
   * The time of day at a moment of the monotonic clock, as far as is known without a look at the wall clock.
   *
   * @param monotonicMs - now, or not long ago
   */
  at(monotonicMs: number): number {
    return Math.floor(monotonicMs + this.#offset);
  }

  /** Milliseconds since 1970, an integer. */
  now(): number {
    const monotonic = this.#clock.now();
    const wall = this.#wallClock();
    if (wall > monotonic + this.#offset) this.#offset = wall - monotonic;
    return Math.floor(monotonic + this.#offset);
  }
}
