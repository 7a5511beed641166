import { type BufferPool, createBufferPool, nativeAllocator } from '@framerail/buffer-pool';
import type { FrameLayout } from '@framerail/media-types';
import { BT709 } from '@framerail/media-types';
import { loadNative } from '@framerail/native';
import type { Cleanup } from './cleanup.js';

const PAGE_BYTES = 4096;

/**
 * Makes a pool for frames of one size, of whole pages where the addon is there, so that they can be spliced; huge
 * ones where the system has them, of which a 4K frame needs six instead of three thousand.
 *
 * @param name - for messages
 * @param frames - how many it holds at most
 * @param layout - what they are
 * @param cleanup - closes it
 */
export async function openFramePool(
  name: string,
  frames: number,
  layout: FrameLayout,
  cleanup: Cleanup,
): Promise<BufferPool> {
  const native = loadNative();
  const pool = createBufferPool({
    name,
    maxBytes: frames * Math.ceil(layout.byteLength / PAGE_BYTES) * PAGE_BYTES,
    ...(native.available ? { allocator: nativeAllocator({ binding: native.binding, hugePages: true }) } : {}),
  });
  cleanup.defer(() => pool.close());
  // A pool has a class of exactly this size from its first frame of it on.
  const frame = await pool.acquireFrame({ layout, color: BT709, timestampUs: 0, durationUs: 0 });
  frame[Symbol.dispose]();
  return pool;
}
