/** How values become the bytes that tiers below memory keep, and what they weigh in memory. */
export interface Codec<V> {
  /** Such as `json`. */
  readonly name: string;
  /**
   * Gives the bytes of a value. They belong to the cache afterwards: nobody may change them.
   *
   * @throws any error for a value that has none; the caller of the cache gets it as the cause of `E_CACHE_ENCODE`
   */
  encode(value: V): Uint8Array;
  /** Gives the value of bytes that `encode` made. Throws for bytes that it didn't make. */
  decode(bytes: Uint8Array): V;
  /** About the bytes that a value takes in memory, an integer of 0 or more. */
  sizeOf(value: V): number;
}
