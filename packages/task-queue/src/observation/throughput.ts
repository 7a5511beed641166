const SLOT_MS = 1000;
const SLOTS = 61;

/** Counts what happened in the last minute, second by second. */
export class Throughput {
  readonly #counts = new Float64Array(SLOTS);
  readonly #seconds = new Float64Array(SLOTS).fill(-1);
  #firstMs: number | undefined;

  /**
   * Counts.
   *
   * @param nowMs - of a clock that doesn't go back
   */
  add(nowMs: number, count = 1): void {
    this.#firstMs ??= nowMs;
    const second = Math.floor(nowMs / SLOT_MS);
    const slot = second % SLOTS;
    if (this.#seconds[slot] !== second) {
      this.#seconds[slot] = second;
      this.#counts[slot] = 0;
    }
    this.#counts[slot] = (this.#counts[slot] as number) + count;
  }

  /** How many a second, over the last minute or since the first, whichever is shorter (but a second at least). */
  perSecond(nowMs: number): number {
    if (this.#firstMs === undefined) return 0;
    const now = Math.floor(nowMs / SLOT_MS);
    let sum = 0;
    for (let slot = 0; slot < SLOTS; slot += 1)
      if ((this.#seconds[slot] as number) > now - SLOTS) sum += this.#counts[slot] as number;
    const overMs = Math.min((SLOTS - 1) * SLOT_MS, Math.max(SLOT_MS, nowMs - this.#firstMs));
    return (sum * 1000) / overMs;
  }
}
