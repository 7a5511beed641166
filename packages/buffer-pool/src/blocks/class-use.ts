/** Blocks of one class, for reports. Counts run from when the class got the first of its present blocks. */
export interface ClassUse {
  /** Bytes of a block of this class. */
  readonly classBytes: number;
  /** Blocks on loan. */
  readonly lent: number;
  /** Blocks that wait to be lent. */
  readonly free: number;
  /** Requests that got a block that was there. */
  readonly hits: number;
  /** Requests for which a block was allocated. */
  readonly misses: number;
  /** The part of the blocks on loan that nobody asked for. */
  readonly bytesWasted: number;
}
