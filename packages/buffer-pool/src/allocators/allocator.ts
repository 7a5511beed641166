/**
 * Where a pool's memory comes from. Implementations stand beside this file, one each.
 *
 * `Memory` is what is lent: bytes, or a handle such as a `GPUBuffer`.
 */
export interface Allocator<Memory = Uint8Array> {
  /** Name for reports, such as `heap`. */
  readonly name: string;
  /** What the addresses of its memory are multiples of, in bytes; 0 or missing if that isn't known. */
  readonly alignmentBytes?: number | undefined;
  /** Why it isn't what was asked for, such as an engine that takes no memory from outside; missing if it is. */
  readonly fallbackReason?: string | undefined;
  /**
   * Makes memory. Its content is undefined.
   *
   * @param byteLength - bytes, an integer of 1 or more
   * @returns exactly `byteLength` bytes that overlap no other memory of this allocator
   * @throws anything when there is no memory; the pool wraps it as `E_POOL_ALLOCATION_FAILED`
   */
  allocate(byteLength: number): Memory;
  /**
   * Takes memory back and gives it to the system. Nobody uses it any more.
   *
   * @param memory - what `allocate` returned, given back once
   */
  free(memory: Memory): void;
}
