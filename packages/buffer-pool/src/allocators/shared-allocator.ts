import { FramerailError } from '@framerail/lifecycle';
import {
  type AlignmentOptions,
  alignedView,
  alignmentOf,
  bytesWithRoom,
  expectAlignmentOptions,
} from './aligned-view.js';
import type { Allocator } from './allocator.js';

/**
 * Memory from `SharedArrayBuffer`s: posted to another thread it is the same memory there, without a copy or a transfer.
 *
 * Shared memory can't be taken away from whoever has it. What is freed goes back to the system when the last view of
 * it, in whichever thread, has been collected; until then the process holds more than the pool counts. Some functions
 * of the platform refuse shared memory, such as `TextDecoder` and `crypto.getRandomValues`.
 *
 * @param options - what tells addresses, if memory is to begin at multiples of 64 bytes
 * @returns its `alignmentBytes` is 64 with a binding and missing without
 * @throws FramerailError `E_UNSUPPORTED` where there is no `SharedArrayBuffer`, as in a page that isn't isolated from
 *   other origins; `E_INVALID_ARGUMENT`
 */
export function sharedAllocator(options: AlignmentOptions = {}): Allocator {
  const addresses = expectAlignmentOptions(options);
  if (typeof SharedArrayBuffer === 'undefined') {
    throw new FramerailError({
      code: 'E_UNSUPPORTED',
      message:
        'Expected SharedArrayBuffer but this platform has none; a page needs the headers ' +
        'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp for it',
    });
  }
  return Object.freeze({
    name: 'shared',
    ...alignmentOf(addresses),
    allocate: (byteLength: number) =>
      alignedView(new SharedArrayBuffer(bytesWithRoom(byteLength, addresses)), byteLength, addresses),
    // Nothing can be done that would not be felt in other threads.
    free: () => {},
  });
}
