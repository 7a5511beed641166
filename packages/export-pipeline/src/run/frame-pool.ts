import { basename } from 'node:path';
import {
  type Allocator,
  type BufferPool,
  createBufferPool,
  type MemoryManager,
  nativeAllocator,
} from '@framerail/buffer-pool';
import type { FrameLayout } from '@framerail/media-types';
import { BT709 } from '@framerail/media-types';
import { loadNative } from '@framerail/native';
import type { Cleanup } from './cleanup.js';

const PAGE_BYTES = 4096;

/** What a frame takes of a pool: whole pages. */
export function pooledBytes({ byteLength }: FrameLayout): number {
  return Math.ceil(byteLength / PAGE_BYTES) * PAGE_BYTES;
}

/** Options of {@link openFramePool}. */
export interface FramePoolOptions {
  /** For messages. */
  readonly name: string;
  /** What it holds at most. */
  readonly maxBytes: number;
  /** What it needs whatever else happens; the rest a manager may lend to others while memory is short. */
  readonly minBytes: number;
  /** Whose memory it is; `undefined`: its own. */
  readonly memory: MemoryManager | undefined;
  /** The file that is made, to tell this export's pools from another's in the manager's reports. */
  readonly output: string;
  /** Closes it. */
  readonly cleanup: Cleanup;
}

/**
 * Makes a pool for frames, of whole pages where the addon is there, so that they can be spliced; huge ones where the
 * system has them, of which a 4K frame needs six instead of three thousand.
 *
 * @throws FramerailError what a manager refuses with
 */
export function openFramePool(options: FramePoolOptions): BufferPool {
  const { name, maxBytes, minBytes, memory, output, cleanup } = options;
  const pages = pageAllocator();
  const allocator = pages === undefined ? {} : { allocator: pages };
  const pool =
    memory === undefined
      ? createBufferPool({ name, maxBytes, ...allocator })
      : memory.createPool({
          name: `export of ${basename(output)}: ${name}`,
          kind: 'video',
          maxBytes,
          minBytes,
          ...allocator,
        });
  cleanup.defer(() => pool.close());
  return pool;
}

/** Takes a first frame, so that the pool has a class of exactly this size. */
export async function warmUp(
  pool: BufferPool,
  layout: FrameLayout,
  signal: AbortSignal | undefined,
): Promise<void> {
  const description = { layout, color: BT709, timestampUs: 0, durationUs: 0 };
  const frame = await pool.acquireFrame(description, { signal });
  frame[Symbol.dispose]();
}

function pageAllocator(): Allocator | undefined {
  const native = loadNative();
  return native.available ? nativeAllocator({ binding: native.binding, hugePages: true }) : undefined;
}
