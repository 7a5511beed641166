import { createManualClock, isFramerailError } from '@framerail/lifecycle';
import { BT709, frameLayout } from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import {
  type BufferPool,
  createBufferPool,
  createMemoryManager,
  createSharedPool,
  type FrameDescription,
  frameOf,
} from '../src/index.js';
import type { PoolAcquireOptions } from '../src/pool/acquire-options.js';
import { refusalOf } from './model/fate.js';
import { settle, watch } from './settled.js';

const coded = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });

function managedPool(): BufferPool {
  const budgets = { video: 20_000, audio: 20_000, thumbnails: 20_000 };
  const manager = createMemoryManager({ maxBytes: 60_000, budgets });
  return manager.createPool({ name: 'own', kind: 'video', maxBytes: 12_288 });
}

/** A pool of which everything is free, and one of which nothing is: bad input must be seen in both. */
const STATES: [string, () => Promise<BufferPool>][] = [
  ['an empty pool', async () => createBufferPool({ maxBytes: 12_288 })],
  [
    'a spent pool with somebody waiting',
    async () => {
      const pool = createBufferPool({ maxBytes: 12_288 });
      await pool.acquire(12_288);
      pool.acquire(1).catch(() => {});
      return pool;
    },
  ],
  ['an empty shared pool', async () => createSharedPool({ maxBytes: 12_288 })],
  [
    'a spent shared pool with somebody waiting',
    async () => {
      const pool = createSharedPool({ maxBytes: 12_288 });
      await pool.acquire(12_288);
      pool.acquire(1).catch(() => {});
      return pool;
    },
  ],
  ['a pool of a memory manager', async () => managedPool()],
  [
    'a spent pool of a memory manager with somebody waiting',
    async () => {
      const pool = managedPool();
      await pool.acquire(12_288);
      pool.acquire(1).catch(() => {});
      return pool;
    },
  ],
];

const NOT_SIZES = [
  [0],
  [-0],
  [-1],
  [1.5],
  [4096.000_001],
  [Number.NaN],
  [Number.POSITIVE_INFINITY],
  [Number.NEGATIVE_INFINITY],
  [2 ** 53],
  [1e300],
  ['4096'],
  [''],
  [null],
  [undefined],
  [true],
  [{}],
  [[4096]],
  [10n],
  [Symbol.iterator],
  [{ valueOf: () => 4096 }],
] as unknown as [number][];

const BAD_OPTIONS: [string, unknown][] = [
  ['priority', Number.NaN],
  ['priority', 1001],
  ['priority', -1001],
  ['priority', Number.POSITIVE_INFINITY],
  ['priority', '1'],
  ['priority', {}],
  ['owner', ''],
  ['owner', 5],
  ['owner', {}],
  ['layout', 5],
  ['layout', 'NV12'],
  ['layout', {}],
  ['layout', { byteLength: '100' }],
  ['layout', { byteLength: Number.NaN }],
  ['layout', frameLayout({ format: 'RGBA', width: 16, height: 17 })],
  ['onReclaim', 5],
  ['onReclaim', 'release'],
  ['onReclaim', {}],
];

const BAD_WAITS: [string, unknown][] = [
  ['timeoutMs', -1],
  ['timeoutMs', Number.NaN],
  ['timeoutMs', '5'],
  ['timeoutMs', Number.NEGATIVE_INFINITY],
  ['timeoutMs', {}],
  ['signal', 5],
  ['signal', 'abort'],
  ['signal', {}],
];

describe.each(STATES)('%s', (_, open) => {
  test.each(NOT_SIZES)('refuses %s bytes', async (size) => {
    using pool = await open();
    const before = pool.stats();
    // The promise rejects; nothing is thrown from the call itself.
    const promise = pool.acquire(size);
    expect(await refusalOf(promise)).toEqual(coded('E_INVALID_ARGUMENT', 'byteLength'));
    expect(() => pool.tryAcquire(size)).toThrow(coded('E_INVALID_ARGUMENT', 'byteLength'));
    expect(pool.stats()).toEqual(before);
  });

  test.each([12_289, 2 ** 32, Number.MAX_SAFE_INTEGER])(
    'refuses %s bytes at once, for they never fit',
    async (size) => {
      using pool = await open();
      expect(await refusalOf(pool.acquire(size))).toEqual(coded('E_POOL_TOO_LARGE', '12288'));
      expect(() => pool.tryAcquire(size)).toThrow(coded('E_POOL_TOO_LARGE'));
    },
  );

  test.each([...BAD_OPTIONS, ...BAD_WAITS])('refuses %s: %o', async (name, value) => {
    using pool = await open();
    const before = pool.stats();
    const options = { [name]: value } as PoolAcquireOptions;
    expect(await refusalOf(pool.acquire(1000, options))).toEqual(coded('E_INVALID_ARGUMENT', name));
    expect(pool.stats()).toEqual(before);
  });

  test.each(BAD_OPTIONS)('refuses %s: %o without waiting, too', async (name, value) => {
    using pool = await open();
    const before = pool.stats();
    const options = { [name]: value } as PoolAcquireOptions;
    expect(() => pool.tryAcquire(1000, options)).toThrow(coded('E_INVALID_ARGUMENT', name));
    expect(pool.stats()).toEqual(before);
  });

  test.each([[null], [5], ['options'], [true]])(
    'refuses %o in place of options with a code',
    async (options) => {
      using pool = await open();
      const bad = options as unknown as PoolAcquireOptions;
      expect(await refusalOf(pool.acquire(1, bad))).toEqual(coded('E_INVALID_ARGUMENT', 'options'));
      expect(() => pool.tryAcquire(1, bad)).toThrow(coded('E_INVALID_ARGUMENT', 'options'));
    },
  );

  test.each(['priority', 'owner', 'layout', 'onReclaim', 'timeoutMs', 'signal'])(
    'passes on what a getter of %s throws, and loses nothing',
    async (name) => {
      using pool = await open();
      const before = pool.stats();
      const thrown = new Error('from a getter');
      const options = Object.defineProperty({}, name, {
        get: () => {
          throw thrown;
        },
      });
      expect(await refusalOf(pool.acquire(1, options))).toBe(thrown);
      expect(pool.stats()).toEqual(before);
    },
  );

  test.each(['priority', 'owner', 'layout', 'onReclaim', 'timeoutMs', 'signal'])(
    'stands a getter of %s that closes the pool',
    async (name) => {
      using pool = await open();
      const { leases } = pool.stats();
      const options = Object.defineProperty({}, name, { get: () => pool.close() });
      const watched = watch(pool.acquire(1, options));
      await settle();
      expect(watched.state).not.toBe('pending');
      watched.value?.release();
      expect(pool.stats()).toMatchObject({ leases, bytesFree: 0, waiting: 0 });
    },
  );
});

describe('frames', () => {
  const frame = (layout: unknown): FrameDescription =>
    ({ layout, color: BT709, timestampUs: 0, durationUs: 0 }) as FrameDescription;

  test.each([
    [undefined],
    [null],
    [5],
    [{}],
    [frame(undefined)],
    [frame(null)],
    [frame({})],
    [frame({ byteLength: 0 })],
    [frame({ byteLength: -4 })],
    [frame({ byteLength: 0.5 })],
    [frame({ byteLength: '100' })],
  ])('%o in place of a description is refused', async (description) => {
    using pool = createBufferPool({ maxBytes: 10_000 });
    const promise = pool.acquireFrame(description as FrameDescription);
    expect(await refusalOf(promise)).toEqual(coded('E_INVALID_ARGUMENT'));
    expect(pool.stats()).toMatchObject({ leases: 0, misses: 0 });
  });

  test('a frame over the budget is refused at once', async () => {
    using pool = createBufferPool({ maxBytes: 10_000 });
    const layout = frameLayout({ format: 'RGBA', width: 64, height: 64 });
    expect(await refusalOf(pool.acquireFrame(frame(layout)))).toEqual(coded('E_POOL_TOO_LARGE'));
  });

  test('a lease that is too small for a frame stays the caller’s', async () => {
    using pool = createBufferPool({ maxBytes: 10_000 });
    using lease = await pool.acquire(100);
    const layout = frameLayout({ format: 'RGBA', width: 64, height: 64 });
    expect(() => frameOf(lease, frame(layout))).toThrow(coded('E_INVALID_ARGUMENT', 'byteLength'));
    expect(lease.bytes.byteLength).toBe(100);
  });

  test('a frame that was disposed of shows nothing and can not be disposed of again', async () => {
    using pool = createBufferPool({ maxBytes: 10_000 });
    const held = await pool.acquireFrame(frame(frameLayout({ format: 'RGBA', width: 8, height: 8 })));
    held[Symbol.dispose]();
    expect(() => held.data).toThrow(coded('E_LEASE_RELEASED'));
    expect(() => held[Symbol.dispose]()).toThrow(coded('E_LEASE_RELEASED'));
    expect(pool.stats().leases).toBe(0);
  });
});

describe('what pools are told besides', () => {
  test.each([-1, 1.5, Number.NaN, 10_001, Number.POSITIVE_INFINITY, '5', undefined, null, {}, 5n])(
    'limit(%s) is refused',
    (bytes) => {
      using pool = createBufferPool({ maxBytes: 10_000 });
      expect(() => pool.limit(bytes as number)).toThrow(coded('E_INVALID_ARGUMENT', 'bytes'));
      expect(pool.stats().limitBytes).toBe(10_000);
    },
  );

  test.each([
    ['bytes', -1],
    ['bytes', Number.NaN],
    ['bytes', '5'],
    ['idleMs', -1],
    ['idleMs', Number.NaN],
    ['idleMs', '5'],
    ['maxPriority', Number.NaN],
    ['maxPriority', '5'],
    ['level', 'urgent'],
    ['level', 3],
  ])('trim({ %s: %s }) is refused', async (name, value) => {
    using pool = createBufferPool({ maxBytes: 10_000 });
    (await pool.acquire(1)).release();
    expect(() => pool.trim({ [name]: value })).toThrow(coded('E_INVALID_ARGUMENT', name));
    expect(pool.stats().bytesFree).toBe(4096);
  });

  test.each([[null], [5], ['all']])('trim(%o) is refused with a code', (request) => {
    using pool = createBufferPool({ maxBytes: 10_000 });
    expect(() => pool.trim(request as never)).toThrow(coded('E_INVALID_ARGUMENT'));
  });

  test('a pool without room to wait refuses at once who would have to', async () => {
    const clock = createManualClock();
    using pool = createBufferPool({ maxBytes: 10_000, maxWaiters: 0, clock });
    using _ = await pool.acquire(10_000);
    expect(await refusalOf(pool.acquire(1))).toEqual(coded('E_POOL_BUSY', 'maxWaiters'));
    expect(await refusalOf(pool.acquire(1, { timeoutMs: 0 }))).toEqual(coded('E_TIMEOUT'));
    expect(clock.pendingTimers).toBe(0);
  });

  test('errors are Framerail’s own, with what was asked for', async () => {
    using pool = createBufferPool({ maxBytes: 10_000, name: 'frames' });
    const error = await pool.acquire(10_001).catch((caught: unknown) => caught);
    expect(isFramerailError(error)).toBe(true);
    expect(error).toMatchObject({ details: { pool: 'frames', byteLength: 10_001, maxBytes: 10_000 } });
  });
});
