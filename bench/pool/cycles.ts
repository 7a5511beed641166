// Ways of getting memory for a frame and of giving it back, over and over. Each writes one byte, so that no compiler
// can do without the memory.
import { type BufferPool, createBufferPool } from '@framerail/buffer-pool';
import { FRAME, FRAME_BYTES } from './frame.ts';

/** Gets memory, writes a byte, and lets go of it, so many times. */
export type Cycle = (cycles: number) => void | Promise<void>;

/** Makes what a way works with, and gives the way; those whose names begin with `pool` are ours. */
export const CYCLES: Readonly<Record<string, () => Cycle>> = {
  pool: () => tryAcquire(makePool()),
  'pool-without-leak-detection': () => tryAcquire(makePool({ leakDetection: 'off' })),
  'pool-acquire': () => acquire(makePool()),
  'pool-acquire-frame': () => acquireFrame(makePool()),
  'free-list': freeList,
  'buffer-alloc-unsafe': () => allocUnsafe,
  'array-buffer': () => arrayBuffer,
};

/** Makes memory every time, which takes far longer and is done less often. */
export function allocates(name: string): boolean {
  return !name.startsWith('pool') && name !== 'free-list';
}

function makePool(options: { leakDetection?: 'off' } = {}): BufferPool {
  return createBufferPool({ maxBytes: 4 * FRAME_BYTES, ...options });
}

function tryAcquire(pool: BufferPool): Cycle {
  return (cycles) => {
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      const lease = pool.tryAcquire(FRAME_BYTES);
      if (lease === undefined) throw new Error('Expected memory for one frame');
      lease.bytes[0] = cycle;
      lease.release();
    }
  };
}

function acquire(pool: BufferPool): Cycle {
  return async (cycles) => {
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      const lease = await pool.acquire(FRAME_BYTES);
      lease.bytes[0] = cycle;
      lease.release();
    }
  };
}

function acquireFrame(pool: BufferPool): Cycle {
  return async (cycles) => {
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      const frame = await pool.acquireFrame({ ...FRAME, timestampUs: cycle, durationUs: 1 });
      frame.data[0] = cycle;
      frame[Symbol.dispose]();
    }
  };
}

function freeList(): Cycle {
  const free: Uint8Array[] = [];
  return (cycles) => {
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      const bytes = free.pop() ?? new Uint8Array(FRAME_BYTES);
      bytes[0] = cycle;
      free.push(bytes);
    }
  };
}

function allocUnsafe(cycles: number): void {
  for (let cycle = 0; cycle < cycles; cycle += 1) Buffer.allocUnsafe(FRAME_BYTES)[0] = cycle;
}

function arrayBuffer(cycles: number): void {
  for (let cycle = 0; cycle < cycles; cycle += 1) new Uint8Array(new ArrayBuffer(FRAME_BYTES))[0] = cycle;
}
