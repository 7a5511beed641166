import type { Allocator } from './allocator.js';
import { detachBuffer } from './detach.js';

/**
 * Memory from `ArrayBuffer`s: works everywhere. Alignment is the platform's (16 bytes in V8), not a page's.
 * Freed memory goes back at once and views of it become empty.
 */
export function heapAllocator(): Allocator {
  return Object.freeze({
    name: 'heap',
    allocate: (byteLength: number) => new Uint8Array(byteLength),
    free: (memory: Uint8Array) => {
      detachBuffer(memory.buffer);
    },
  });
}
