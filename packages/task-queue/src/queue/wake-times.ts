import type { Clock } from '@framerail/lifecycle';

/** Calls back at several times with one timer. Times are of the monotonic clock, taken to the millisecond above. */
export class WakeTimes {
  readonly #clock: Clock;
  readonly #wake: () => void;
  readonly #options: { readonly background?: boolean };
  readonly #times = new Set<number>();
  #armedFor = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | undefined;

  /**
   * @param wake - called when one or more of the times have come
   * @param options - times of `background` don't keep the process alive
   */
  constructor(clock: Clock, wake: () => void, options: { readonly background?: boolean } = {}) {
    this.#options = options;
    this.#clock = clock;
    this.#wake = wake;
  }

  /** Calls back at a time, too. */
  add(atMs: number): void {
    const time = Math.ceil(atMs);
    this.#times.add(time);
    if (time < this.#armedFor) this.#arm(time);
  }

  /** Calls back no more. */
  close(): void {
    this.#cancel?.();
    this.#times.clear();
  }

  #arm(time: number): void {
    this.#cancel?.();
    this.#armedFor = time;
    this.#cancel = this.#clock.setTimer(
      () => this.#fire(),
      Math.max(0, time - this.#clock.now()),
      this.#options,
    );
  }

  #fire(): void {
    this.#armedFor = Number.POSITIVE_INFINITY;
    const nowMs = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    let hasCome = false;
    for (const time of this.#times) {
      // Timers of some platforms fire a little early: who asked for the time would find that it isn't yet.
      if (time > nowMs) next = Math.min(next, time);
      else {
        this.#times.delete(time);
        hasCome = true;
      }
    }
    if (next !== Number.POSITIVE_INFINITY) this.#arm(next);
    if (hasCome) this.#wake();
  }
}
