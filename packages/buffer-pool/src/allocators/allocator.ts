/** Where a pool's memory comes from. Implementations stand beside this file, one each. */
export interface Allocator {
  /** Name for reports, such as `heap`. */
  readonly name: string;
  /**
   * Makes memory. Its content is undefined.
   *
   * @param byteLength - bytes, an integer of 1 or more
   * @returns a view of exactly `byteLength` bytes that overlaps no other memory of this allocator
   * @throws anything when there is no memory; the pool wraps it as `E_POOL_ALLOCATION_FAILED`
   */
  allocate(byteLength: number): Uint8Array;
  /**
   * Takes memory back. Nobody uses it any more.
   *
   * @param memory - what `allocate` returned, given back once
   */
  free(memory: Uint8Array): void;
}
