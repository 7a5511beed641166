// Ways of getting memory for a frame and of giving it back, over and over. Each writes one byte, so that no compiler
// can do without the memory.
import { type BufferPool, createBufferPool, createSharedPool } from '@framerail/buffer-pool';
import { FRAME, FRAME_BYTES } from './frame.ts';

/** Gets memory, writes a byte, and lets go of it, so many times. */
type Cycle = (cycles: number) => void | Promise<void>;

/** One way. */
export interface Way {
  /** Makes what it works with, and gives the loop. */
  readonly make: () => Cycle;
  /** How many of the cycles it is given to do: less than 1 for what takes so much longer. */
  readonly share: number;
}

const ALLOCATING = 1 / 2000;

/** The ways; those whose names begin with `pool` are ours. */
export const WAYS: Readonly<Record<string, Way>> = {
  pool: { make: () => tryAcquire(makePool()), share: 1 },
  'pool-without-leak-detection': { make: () => tryAcquire(makePool({ leakDetection: 'off' })), share: 1 },
  'pool-acquire': { make: () => acquire(makePool()), share: 1 },
  'pool-acquire-frame': { make: () => acquireFrame(makePool()), share: 1 },
  'pool-shared-by-threads': {
    make: () => tryAcquire(createSharedPool({ maxBytes: 4 * FRAME_BYTES })),
    share: 1 / 10,
  },
  'free-list': { make: freeList, share: 1 },
  'buffer-alloc-unsafe': { make: () => allocUnsafe, share: ALLOCATING },
  'array-buffer': { make: () => arrayBuffer, share: ALLOCATING },
};

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
