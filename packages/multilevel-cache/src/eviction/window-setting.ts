/** Uses since it came that make an entry of a queue's window worth a place in the main area. */
export const WORTHY_USES = 2;

/** How a `WindowedTinyLfu` divides its bytes, and who enters the main area from the window. */
export interface WindowSetting {
  /** Share of the bytes that the window has, 0 to 1. */
  readonly windowShare: number;
  /**
   * - `frequency`: who is used more than all those together that would have to go for it.
   * - `frequency-over-next`: who is used more than the one that would go next, whatever it weighs itself.
   * - `again`: who was used more than once lately.
   * - `queue`: as in S3-FIFO, who was used twice in the window; who comes back soon after it went enters at once. Both
   *   areas are in order of arrival, and the main one spares what was used.
   * - `always`: everybody.
   */
  readonly admission: 'frequency' | 'frequency-over-next' | 'again' | 'queue' | 'always';
}

/** What a `WindowedTinyLfu` knows of keys. */
export interface KeyKnowledge<K> {
  /** 32 bits of a key, well mixed. */
  hash(key: K): number;
  /** Estimates the recent uses of the key with this hash; 0 to 15. */
  frequency(hash: number): number;
}
