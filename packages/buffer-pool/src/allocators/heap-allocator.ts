import {
  type AlignmentOptions,
  alignedView,
  alignmentOf,
  bytesWithRoom,
  expectAlignmentOptions,
} from './aligned-view.js';
import type { Allocator } from './allocator.js';
import { detachBuffer } from './detach.js';

/**
 * Memory from `ArrayBuffer`s: works everywhere. Freed memory goes back at once and views of it become empty.
 *
 * @param options - what tells addresses, if memory is to begin at multiples of 64 bytes
 * @returns its `alignmentBytes` is 64 with a binding and missing without
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function heapAllocator(options: AlignmentOptions = {}): Allocator {
  const addresses = expectAlignmentOptions(options);
  return Object.freeze({
    name: 'heap',
    ...alignmentOf(addresses),
    allocate: (byteLength: number) =>
      alignedView(new ArrayBuffer(bytesWithRoom(byteLength, addresses)), byteLength, addresses),
    free: (memory: Uint8Array) => {
      detachBuffer(memory.buffer);
    },
  });
}
