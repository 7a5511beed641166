/** What a pool has to know about the memory that it lends, whatever that is. */
export interface MemoryAccess<Memory> {
  /** What an allocator must give, for messages: `a Uint8Array`. */
  readonly expected: string;
  /**
   * Bytes of a piece of memory at present; 0 once it was transferred or destroyed.
   *
   * @param memory - what an allocator gave, or a borrower gave back
   * @returns `undefined` for what is no such memory
   */
  byteLength(memory: unknown): number | undefined;
  /**
   * The part of a block that a loan sees. Called once for a loan whose size differs from the block's last one.
   *
   * @param memory - the block's memory
   * @param byteLength - bytes that were asked for; not more than the memory has
   */
  view(memory: Memory, byteLength: number): Memory;
  /** The memory as bytes, where the processor can write to it: for `poison`. */
  bytes?(memory: Memory): Uint8Array;
}

/** Memory that the processor reads and writes. */
export const BYTES_ACCESS: MemoryAccess<Uint8Array> = Object.freeze({
  expected: 'a Uint8Array',
  byteLength: (memory: unknown) => (memory instanceof Uint8Array ? memory.byteLength : undefined),
  view: (memory: Uint8Array, byteLength: number) => memory.subarray(0, byteLength),
  bytes: (memory: Uint8Array) => memory,
});
