import type { Clock } from '@framerail/lifecycle';

/** What {@link IdleExpiry} needs of the memory that it watches. */
export interface Expiring {
  /**
   * Gives back what has been free for so long.
   *
   * @returns milliseconds for which what has been free for the longest time of the rest has been free; `undefined` if there is no rest
   */
  expire(idleMs: number): number | undefined;
}

/** Gives free memory back after a while: with one timer, which is set only while something is free. */
export class IdleExpiry {
  readonly #clock: Clock;
  readonly #afterMs: number;
  readonly #memory: Expiring;
  #cancelTimer: (() => void) | undefined;

  /** @param afterMs - milliseconds for which memory may be free */
  constructor(clock: Clock, afterMs: number, memory: Expiring) {
    this.#clock = clock;
    this.#afterMs = afterMs;
    this.#memory = memory;
  }

  /** Something came free. */
  begin(): void {
    if (this.#cancelTimer === undefined) this.#wait(this.#afterMs);
  }

  /** Nothing is free any more. */
  end(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #wait(delayMs: number): void {
    this.#cancelTimer = this.#clock.setTimer(() => this.#look(), delayMs, { background: true });
  }

  #look(): void {
    this.#cancelTimer = undefined;
    const idleMs = this.#memory.expire(this.#afterMs);
    // Freeing calls the allocator, which may have brought something home that set the timer.
    if (idleMs === undefined || this.#cancelTimer !== undefined) return;
    // No less than a millisecond, or rounding could set a timer to now for ever.
    this.#wait(Math.min(this.#afterMs, Math.max(1, this.#afterMs - idleMs)));
  }
}
