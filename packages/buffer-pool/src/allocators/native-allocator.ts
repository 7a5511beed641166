import type { Allocator } from './allocator.js';
import { detachBuffer } from './detach.js';

/** What the addon (`binding` of `@framerail/native`) offers to this allocator. */
export interface NativeMemory {
  /**
   * Makes page-aligned memory outside V8's heap, freed when it is collected or detached.
   *
   * @param byteLength - bytes, an integer of 1 or more
   */
  allocate(byteLength: number, options?: { hugePages?: boolean; prefault?: boolean }): Uint8Array;
}

/** Options of {@link nativeAllocator}. */
export interface NativeAllocatorOptions {
  /** The addon, or anything with its `allocate`. */
  readonly binding: NativeMemory;
  /** Asks for huge pages where the system has them; default `false`. */
  readonly hugePages?: boolean;
  /** Touches every page at once, so that the first use of the memory doesn't pay for it; default `false`. */
  readonly prefault?: boolean;
}

/**
 * Page-aligned memory from the addon: what a frame pipe can splice page by page.
 *
 * @param options - the addon's binding and how its pages should be
 */
export function nativeAllocator(options: NativeAllocatorOptions): Allocator {
  const { binding, hugePages = false, prefault = false } = options;
  return Object.freeze({
    name: 'native',
    allocate: (byteLength: number) => binding.allocate(byteLength, { hugePages, prefault }),
    free: (memory: Uint8Array) => {
      detachBuffer(memory.buffer);
    },
  });
}
