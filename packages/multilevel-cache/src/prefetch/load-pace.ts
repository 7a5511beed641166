/** What the latest value counts for in a mean. */
const WEIGHT = 1 / 8;
/** More moves than that nobody looks ahead because of slow loads. */
const MOST_LATE = 64;

/** What loads take and what they bring, on the average. */
export class LoadPace {
  /** Bytes of a value; 0 while there was none. */
  meanBytes = 0;
  #ms: number | undefined;

  /** A value weighs so much. */
  weighs(bytes: number): void {
    this.meanBytes = this.meanBytes === 0 ? bytes : this.meanBytes + (bytes - this.meanBytes) * WEIGHT;
  }

  /** A load took so many milliseconds. */
  took(ms: number): void {
    this.#ms = this.#ms === undefined ? ms : this.#ms + (ms - this.#ms) * WEIGHT;
  }

  /** A load that was given up had taken so long. */
  tookMoreThan(ms: number): void {
    if (ms > (this.#ms ?? 0)) this.took(ms);
  }

  /**
   * Loads beside moves.
   *
   * @param intervalMs - milliseconds from one move to the next; `undefined`: irregular
   * @returns `late`: moves that pass until what is begun now is there; `perInterval`: what one load after the other gives
   *   in the time of a move
   */
  against(intervalMs: number | undefined): { readonly late: number; readonly perInterval: number } {
    if (intervalMs === undefined || this.#ms === undefined || this.#ms === 0)
      return { late: 0, perInterval: Number.POSITIVE_INFINITY };
    return {
      late: Math.min(MOST_LATE, Math.floor(this.#ms / intervalMs)),
      perInterval: intervalMs / this.#ms,
    };
  }
}
