import { getEventListeners } from 'node:events';
import { createManualClock, isFramerailError } from '@framerail/lifecycle';
import { describe, expect, test } from 'vitest';
import { type BufferPoolOptions, createBufferPool, heapAllocator } from '../src/index.js';
import { settle, watch } from './settled.js';

const coded = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });

describe('options', () => {
  test('a budget must be set', () => {
    expect(() => createBufferPool({} as BufferPoolOptions)).toThrow(coded('E_UNBOUNDED', 'maxBytes'));
    expect(() => createBufferPool({ maxBytes: Number.POSITIVE_INFINITY })).toThrow(coded('E_UNBOUNDED'));
  });

  test.each([0, -1, 1.5, Number.NaN])('maxBytes of %s is refused', (maxBytes) => {
    expect(() => createBufferPool({ maxBytes })).toThrow(coded('E_INVALID_ARGUMENT', 'maxBytes'));
  });

  test.each([
    { maxFreeBytes: -1 },
    { maxFreeBytes: 0.5 },
    { maxWaiters: -1 },
    { name: '' },
    { leakDetection: 'some' as 'off' },
  ])('%o is refused', (options) => {
    expect(() => createBufferPool({ maxBytes: 1, ...options })).toThrow(coded('E_INVALID_ARGUMENT'));
  });
});

describe('requests', () => {
  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '4096' as unknown as number])(
    '%s bytes are refused',
    async (bytes) => {
      using pool = createBufferPool({ maxBytes: 10_000 });
      await expect(pool.acquire(bytes)).rejects.toThrow(coded('E_INVALID_ARGUMENT', 'byteLength'));
      expect(() => pool.tryAcquire(bytes)).toThrow(coded('E_INVALID_ARGUMENT', 'byteLength'));
    },
  );

  test('more than the budget is refused at once, also while others wait', async () => {
    using pool = createBufferPool({ maxBytes: 10_000 });
    const lease = await pool.acquire(10_000);
    const waiting = watch(pool.acquire(1));
    await expect(pool.acquire(10_001)).rejects.toThrow(coded('E_POOL_TOO_LARGE', '10001'));
    expect(() => pool.tryAcquire(10_001)).toThrow(coded('E_POOL_TOO_LARGE'));
    lease.release();
    await settle();
    waiting.value?.release();
  });

  test('the whole budget can be lent although its class is larger', async () => {
    using pool = createBufferPool({ maxBytes: 10_001 });
    const lease = await pool.acquire(10_001);
    expect(pool.stats()).toMatchObject({ bytesInUse: 10_001, bytesWasted: 0 });
    lease.release();
  });

  test.each([{ timeoutMs: -1 }, { timeoutMs: Number.NaN }, { priority: Number.NaN }])(
    '%o is refused',
    async (options) => {
      using pool = createBufferPool({ maxBytes: 10_000 });
      await expect(pool.acquire(1, options)).rejects.toThrow(coded('E_INVALID_ARGUMENT'));
    },
  );

  test('an aborted signal takes nothing, though memory is there', async () => {
    using pool = createBufferPool({ maxBytes: 10_000 });
    const signal = AbortSignal.abort('enough');
    await expect(pool.acquire(1, { signal })).rejects.toThrow(coded('E_ABORTED'));
    expect(pool.stats().leases).toBe(0);
  });

  test('an abort after the lease was given changes nothing', async () => {
    using pool = createBufferPool({ maxBytes: 10_000 });
    const controller = new AbortController();
    const lease = await pool.acquire(1, { signal: controller.signal });
    controller.abort();
    expect(lease.bytes.byteLength).toBe(1);
    lease.release();
  });

  test('a timeout of 0 fails at once where there is none, and works where there is some', async () => {
    using pool = createBufferPool({ maxBytes: 4096 });
    const lease = await pool.acquire(1, { timeoutMs: 0 });
    await expect(pool.acquire(1, { timeoutMs: 0 })).rejects.toThrow(
      coded('E_TIMEOUT', '4096 of 4096 in use'),
    );
    lease.release();
  });

  test('a wait that ended leaves no listener on its signal', async () => {
    using pool = createBufferPool({ maxBytes: 4096 });
    const { signal } = new AbortController();
    const lease = await pool.acquire(1);
    const waiting = pool.acquire(1, { signal });
    await settle();
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    lease.release();
    (await waiting).release();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('a line that is full refuses more', async () => {
    using pool = createBufferPool({ maxBytes: 4096, maxWaiters: 1 });
    const lease = await pool.acquire(1);
    const waiting = pool.acquire(1);
    await expect(pool.acquire(1)).rejects.toThrow(coded('E_POOL_BUSY', 'maxWaiters'));
    lease.release();
    (await waiting).release();
  });

  test('after close nothing is lent, and what was lent can be given back', async () => {
    const pool = createBufferPool({ maxBytes: 4096, name: 'frames' });
    const lease = await pool.acquire(1);
    pool.close();
    pool.close();
    await expect(pool.acquire(1)).rejects.toThrow(coded('E_POOL_CLOSED', 'frames'));
    expect(() => pool.tryAcquire(1)).toThrow(coded('E_POOL_CLOSED'));
    expect(lease.bytes.byteLength).toBe(1);
    lease.release();
    expect(pool.stats()).toMatchObject({ bytesInUse: 0, bytesFree: 0 });
  });
});

describe('allocators that fail', () => {
  test('an error becomes a coded one and costs no budget', async () => {
    const allocator = {
      ...heapAllocator(),
      allocate: () => {
        throw new RangeError('Array buffer allocation failed');
      },
    };
    using pool = createBufferPool({ maxBytes: 10_000, allocator });
    await expect(pool.acquire(1)).rejects.toThrow(
      coded('E_POOL_ALLOCATION_FAILED', 'Array buffer allocation failed'),
    );
    expect(pool.stats()).toMatchObject({ bytesInUse: 0, leases: 0, classes: [] });
  });

  test('too little memory is refused', async () => {
    const allocator = { ...heapAllocator(), allocate: () => new Uint8Array(5) };
    using pool = createBufferPool({ maxBytes: 10_000, allocator });
    await expect(pool.acquire(1)).rejects.toThrow(coded('E_POOL_ALLOCATION_FAILED', 'one of 5'));
  });

  test('free memory is given back before a second try', async () => {
    let available = 8192;
    const heap = heapAllocator();
    const allocator = {
      name: 'small',
      allocate(byteLength: number) {
        if (byteLength > available) throw new RangeError('no memory');
        available -= byteLength;
        return heap.allocate(byteLength);
      },
      free(memory: Uint8Array) {
        available += memory.byteLength;
      },
    };
    using pool = createBufferPool({ maxBytes: 100_000, allocator });
    (await pool.acquire(4096)).release();
    const lease = await pool.acquire(8192);
    lease.release();
    expect(pool.stats().bytesFree).toBe(8192);
  });

  test('a waiter that can not be served is told, and the next one is served', async () => {
    let fails = false;
    const heap = heapAllocator();
    const allocator = {
      ...heap,
      allocate(byteLength: number) {
        if (fails && byteLength > 4096) throw new RangeError('no memory');
        return heap.allocate(byteLength);
      },
    };
    using pool = createBufferPool({ maxBytes: 8192, allocator });
    const lease = await pool.acquire(8192);
    const first = watch(pool.acquire(5000));
    const second = watch(pool.acquire(4096));
    fails = true;
    lease.release();
    await settle();
    expect(first.error).toEqual(coded('E_POOL_ALLOCATION_FAILED'));
    expect(second.state).toBe('resolved');
    second.value?.release();
  });
});

describe('leases', () => {
  test('`using` gives back, and the same memory is lent again without a new view', async () => {
    using pool = createBufferPool({ maxBytes: 10_000 });
    let first: Uint8Array;
    {
      using lease = await pool.acquire(5000);
      first = lease.bytes;
    }
    using lease = await pool.acquire(5000);
    expect(lease.bytes).toBe(first);
    expect(pool.stats()).toMatchObject({ hits: 1, misses: 1 });
  });

  test('a second release names both places with full detection', async () => {
    using pool = createBufferPool({ maxBytes: 10_000, leakDetection: 'full' });
    const lease = await pool.acquire(1);
    function releaseTheFirstTime() {
      lease.release();
    }
    function releaseTheSecondTime() {
      lease.release();
    }
    releaseTheFirstTime();
    expect(releaseTheSecondTime).toThrow(coded('E_LEASE_RELEASED', 'releaseTheFirstTime'));
    expect(releaseTheSecondTime).toThrow(coded('E_LEASE_RELEASED', 'releaseTheSecondTime'));
    expect(() => lease.retain()).toThrow(coded('E_LEASE_RELEASED', 'Retaining'));
  });

  test('memory that was transferred away is not lent again', async () => {
    using pool = createBufferPool({ maxBytes: 10_000 });
    const lease = await pool.acquire(4096);
    structuredClone(null, { transfer: [lease.bytes.buffer as ArrayBuffer] });
    lease.release();
    expect(pool.stats()).toMatchObject({ bytesInUse: 0, bytesFree: 0, bytesWasted: 0 });
    using next = await pool.acquire(4096);
    expect(next.bytes.byteLength).toBe(4096);
  });

  test('trimmed memory is empty for those who kept a view', async () => {
    using pool = createBufferPool({ maxBytes: 10_000 });
    const lease = await pool.acquire(4096);
    const kept = lease.bytes;
    lease.release();
    expect(pool.trim({ level: 'none' })).toBe(0);
    expect(pool.trim()).toBe(4096);
    expect(kept.byteLength).toBe(0);
    expect(() => pool.trim({ bytes: -1 })).toThrow(coded('E_INVALID_ARGUMENT'));
  });
});

test('waits are measured on the pool’s clock', async () => {
  const clock = createManualClock();
  using pool = createBufferPool({ maxBytes: 4096, clock });
  const lease = await pool.acquire(1);
  const waiting = pool.acquire(1);
  await settle();
  clock.advance(30);
  lease.release();
  (await waiting).release();
  expect(pool.stats()).toMatchObject({ waits: 1, waitedMs: 30, longestWaitMs: 30 });
  expect(Object.isFrozen(pool.stats())).toBe(true);
});

test('what a closed pool rejects with can be recognised', async () => {
  const pool = createBufferPool({ maxBytes: 4096 });
  const lease = await pool.acquire(1);
  const waiting = watch(pool.acquire(1));
  await settle();
  pool.flush();
  await settle();
  expect(isFramerailError(waiting.error, 'E_POOL_CLOSED')).toBe(true);
  lease.release();
  (await pool.acquire(1)).release();
  pool.close();
});
