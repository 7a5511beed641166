import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Allocator, type BufferPool, createBufferPool, heapAllocator } from '../src/index.js';
import { refusalOf } from './model/fate.js';
import { settle, watch } from './settled.js';

const failed = expect.objectContaining({ code: 'E_POOL_ALLOCATION_FAILED' });

/** An allocator one of whose calls does something else first, or gives something else. */
function crooked(change: Partial<Allocator>): Allocator {
  return { ...heapAllocator(), name: 'crooked', ...change };
}

const NO_MEMORY: [string, (byteLength: number) => unknown][] = [
  [
    'throws an error',
    () => {
      throw new RangeError('Array buffer allocation failed');
    },
  ],
  [
    'throws a string',
    () => {
      throw 'no memory';
    },
  ],
  [
    'throws undefined',
    () => {
      throw undefined;
    },
  ],
  [
    'throws null',
    () => {
      throw null;
    },
  ],
  [
    'throws what can not be described',
    () => {
      throw Object.create(null);
    },
  ],
  ['gives undefined', () => undefined],
  ['gives null', () => null],
  ['gives a number', () => 4096],
  ['gives a promise', (bytes) => Promise.resolve(new Uint8Array(bytes))],
  ['gives an ArrayBuffer', (bytes) => new ArrayBuffer(bytes)],
  ['gives a DataView', (bytes) => new DataView(new ArrayBuffer(bytes))],
  ['gives wider elements', (bytes) => new Uint16Array(bytes / 2)],
  ['gives an array', (bytes) => Array.from({ length: bytes }, () => 0)],
  ['gives what only looks like an array of bytes', (byteLength) => ({ byteLength })],
  ['gives nothing', () => new Uint8Array(0)],
  ['gives one byte too little', (bytes) => new Uint8Array(bytes - 1)],
  ['gives one byte too much', (bytes) => new Uint8Array(bytes + 1)],
  [
    'gives detached memory',
    (bytes) => {
      const memory = new Uint8Array(bytes);
      structuredClone(memory.buffer, { transfer: [memory.buffer] });
      return memory;
    },
  ],
];

describe.each(NO_MEMORY)('an allocator that %s', (_, allocate) => {
  const allocator = crooked({ allocate: allocate as Allocator['allocate'] });

  test('fails the request with a code, and the budget stays whole', async () => {
    using pool = createBufferPool({ maxBytes: 100_000, allocator });
    expect(await refusalOf(pool.acquire(5000))).toEqual(failed);
    expect(() => pool.tryAcquire(5000)).toThrow(failed);
    expect(pool.stats()).toMatchObject({
      bytesInUse: 0,
      bytesFree: 0,
      leases: 0,
      waiting: 0,
      bytesWasted: 0,
    });
  });

  test('fails those who wait one by one, and none waits on', async () => {
    let works = true;
    const give = heapAllocator();
    const turning = crooked({
      allocate: (bytes) => (works ? give.allocate(bytes) : (allocate(bytes) as Uint8Array)),
    });
    using pool = createBufferPool({ maxBytes: 4096, maxFreeBytes: 0, allocator: turning });
    const lease = await pool.acquire(4096);
    // Of another class, so that the block that comes back is of no use to them.
    const first = watch(pool.acquire(1000));
    const second = watch(pool.acquire(2000));
    works = false;
    lease.release();
    await settle();
    for (const one of [first, second]) {
      if (one.state === 'rejected') expect(one.error).toEqual(failed);
      one.value?.release();
    }
    await settle();
    expect([first.state, second.state]).not.toContain('pending');
    expect(pool.stats()).toMatchObject({ bytesInUse: 0, leases: 0, waiting: 0 });
    works = true;
    (await pool.acquire(4096)).release();
  });
});

describe('an allocator that gives memory twice', () => {
  test('never makes two leases overlap', async () => {
    const memory = new Uint8Array(4096);
    using pool = createBufferPool({
      maxBytes: 100_000,
      allocator: crooked({ allocate: () => memory, free() {} }),
    });
    using first = await pool.acquire(4096);
    expect(await refusalOf(pool.acquire(4096))).toEqual(failed);
    expect(first.bytes.byteLength).toBe(4096);
    expect(pool.stats()).toMatchObject({ leases: 1, bytesInUse: 4096 });
  });
});

describe('an allocator whose free throws', () => {
  const warn = vi.spyOn(process, 'emitWarning');
  beforeEach(() => void warn.mockReset().mockImplementation(() => {}));
  afterEach(() => {
    // The pool goes on, and says what happened.
    expect(warn).toHaveBeenCalled();
    warn.mockReset();
  });

  const bad = () =>
    crooked({
      free() {
        throw new Error('free failed');
      },
    });

  test.each<[string, (pool: BufferPool) => unknown]>([
    ['trim', (pool) => pool.trim()],
    ['flush', (pool) => pool.flush()],
    ['limit', (pool) => pool.limit(0)],
    ['close', (pool) => pool.close()],
    ['acquire of another class', (pool) => pool.acquire(10_240)],
  ])('loses no byte of the budget in %s', async (_, call) => {
    const pool = createBufferPool({ maxBytes: 12_288, allocator: bad() });
    (await pool.acquire(4096)).release();
    try {
      const lease = await call(pool);
      if (typeof lease === 'object' && lease !== null && 'release' in lease)
        (lease as { release(): void }).release();
    } catch {
      // That it is told of is fine; that bytes are lost is not.
    }
    pool.limit(12_288);
    expect(pool.stats()).toMatchObject({ bytesInUse: 0, leases: 0 });
    const sum = pool.stats().classes.reduce((total, { classBytes, free }) => total + classBytes * free, 0);
    expect(pool.stats().bytesFree).toBe(sum);
  });

  test('does not fail the release of a lease', async () => {
    const pool = createBufferPool({ maxBytes: 12_288, maxFreeBytes: 0, allocator: bad() });
    const lease = await pool.acquire(4096);
    const next = watch(pool.acquire(12_288));
    try {
      lease.release();
    } catch {
      // As above.
    }
    await settle();
    expect(next.state).toBe('resolved');
    expect(pool.stats()).toMatchObject({ bytesInUse: 12_288, leases: 1, waiting: 0 });
  });
});

describe('an allocator that calls its pool', () => {
  const within: [string, (pool: BufferPool) => unknown][] = [
    ['tryAcquire', (pool) => pool.tryAcquire(100)],
    ['trim', (pool) => pool.trim()],
    ['flush', (pool) => pool.flush()],
    ['stats', (pool) => pool.stats()],
    ['limit', (pool) => pool.limit(4096)],
    ['close', (pool) => pool.close()],
  ];

  test.each(within)('may %s in allocate: the budget holds and nothing is lost', async (_, call) => {
    let bytes = 0;
    let peak = 0;
    let depth = 0;
    let nested: unknown;
    const heap = heapAllocator();
    const allocator = crooked({
      allocate(byteLength) {
        depth += 1;
        if (depth === 1) nested = call(pool);
        depth -= 1;
        bytes += byteLength;
        peak = Math.max(peak, bytes);
        return heap.allocate(byteLength);
      },
      free(memory) {
        bytes -= memory.byteLength;
        heap.free(memory);
      },
    });
    const pool = createBufferPool({ maxBytes: 12_288, allocator });
    const lease = await pool.acquire(10_000).catch(() => undefined);
    lease?.release();
    if (typeof nested === 'object' && nested !== null && 'release' in nested)
      (nested as { release(): void }).release();
    pool.close();
    expect(peak).toBeLessThanOrEqual(12_288);
    expect({ bytes, ...pool.stats() }).toMatchObject({ bytes: 0, bytesInUse: 0, bytesFree: 0, leases: 0 });
  });

  test.each(within)('may %s in free: the budget holds and nothing is lost', async (_, call) => {
    let bytes = 0;
    let depth = 0;
    const nested: unknown[] = [];
    const heap = heapAllocator();
    const allocator = crooked({
      allocate(byteLength) {
        bytes += byteLength;
        return heap.allocate(byteLength);
      },
      free(memory) {
        bytes -= memory.byteLength;
        heap.free(memory);
        depth += 1;
        try {
          if (depth === 1) nested.push(call(pool));
        } catch {
          // A pool that is closing lends nothing.
        }
        depth -= 1;
      },
    });
    const pool = createBufferPool({ maxBytes: 30_000, allocator });
    const leases = await Promise.all([4096, 5120, 8192].map((size) => pool.acquire(size)));
    for (const lease of leases) lease.release();
    pool.trim();
    for (const one of nested) {
      if (typeof one === 'object' && one !== null && 'release' in one) (one as { release(): void }).release();
    }
    pool.close();
    expect({ bytes, ...pool.stats() }).toMatchObject({ bytes: 0, bytesInUse: 0, bytesFree: 0, leases: 0 });
  });
});
