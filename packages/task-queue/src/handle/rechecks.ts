import type { Clock } from '@framerail/lifecycle';

/** After a look, so many times what it took passes until the next: with thousands of tasks it would take all the time otherwise. */
const REST = 9;
/** Milliseconds that pass at most: a store that answers late isn't kept busy by being asked. */
const MAX_REST_MS = 1000;

/** Repeats a look whose length grows with what there is to see rarely enough for it to take little of the time. */
export class Rechecks {
  readonly #clock: Clock;
  readonly #look: () => Promise<void>;
  #isLooking = false;
  #isWanted = false;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  /** @param look - must not reject */
  constructor(clock: Clock, look: () => Promise<void>) {
    this.#clock = clock;
    this.#look = look;
  }

  /** Looks as soon as may be; several wishes are one look. */
  want(): void {
    this.#isWanted = true;
    void this.#next();
  }

  /** Looks now, or not at all: who asks comes again. */
  async visit(): Promise<void> {
    if (this.#isLooking || this.#clock.now() < this.#notBeforeMs) return;
    await this.#run();
  }

  /** Looks no more. */
  close(): void {
    this.#isWanted = false;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  async #next(): Promise<void> {
    if (!this.#isWanted || this.#isLooking || this.#cancelTimer !== undefined) return;
    const waitMs = this.#notBeforeMs - this.#clock.now();
    if (waitMs <= 0) {
      await this.#run();
      return;
    }
    this.#cancelTimer = this.#clock.setTimer(
      () => {
        this.#cancelTimer = undefined;
        void this.#next();
      },
      waitMs,
      { background: true },
    );
  }

  async #run(): Promise<void> {
    this.#isLooking = true;
    this.#isWanted = false;
    const startMs = this.#clock.now();
    await this.#look();
    const endMs = this.#clock.now();
    this.#notBeforeMs = endMs + Math.min(MAX_REST_MS, (endMs - startMs) * REST);
    this.#isLooking = false;
    await this.#next();
  }
}
