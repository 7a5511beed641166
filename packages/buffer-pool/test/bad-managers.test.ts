import { isFramerailError } from '@framerail/lifecycle';
import { describe, expect, test } from 'vitest';
import {
  attachSharedPool,
  createGpuBufferPool,
  createMemoryManager,
  createSharedPool,
  createUsagePressure,
  gpuAllocator,
  heapAllocator,
  memfdAllocator,
  nativeAllocator,
  receiveFrame,
  receiveLease,
  sharedAllocator,
  transferFrame,
  transferLease,
} from '../src/index.js';

/** What is nobody's options, lease or message. */
const RUBBISH: readonly unknown[] = [
  undefined,
  null,
  0,
  5,
  Number.NaN,
  '',
  'text',
  true,
  10n,
  Symbol.iterator,
  [],
  {},
  () => {},
  new Uint8Array(4),
];

/** What a call throws or rejects with. */
async function failure(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return undefined;
}

const make = (options: object) =>
  createMemoryManager({
    maxBytes: 600_000,
    budgets: { video: 300_000, audio: 100_000, thumbnails: 100_000 },
    ...options,
  });

describe('what needs an argument refuses rubbish with a code', () => {
  const functions: [string, (value: never) => unknown][] = [
    ['createMemoryManager', createMemoryManager],
    ['createUsagePressure', createUsagePressure],
    ['createSharedPool', createSharedPool],
    ['attachSharedPool', attachSharedPool],
    ['createGpuBufferPool', createGpuBufferPool],
    ['gpuAllocator', gpuAllocator],
    ['nativeAllocator', nativeAllocator],
    ['memfdAllocator', memfdAllocator],
    ['transferLease', transferLease],
    ['transferFrame', transferFrame],
    ['receiveLease', receiveLease],
    ['receiveFrame', receiveFrame],
    ['manager.createPool', (value) => make({}).createPool(value)],
    // 5 bytes could be had.
    ['manager.video.acquire', (value) => make({}).video.acquire(value === 5 ? (0 as never) : value)],
    ['manager.video.acquireFrame', (value) => make({}).video.acquireFrame(value)],
    ['manager.register', (value) => make({}).register(value, { valuePerByte: 1 })],
    [
      'manager.thumbnails.set',
      (value) => make({}).thumbnails.set('key', value === RUBBISH.at(-1) ? ('text' as never) : value),
    ],
  ];

  test.each(functions)('%s', async (_, call) => {
    for (const value of RUBBISH) {
      const error = await failure(() => call(value as never));
      expect(isFramerailError(error), `${String(value)}: ${String(error)}`).toBe(true);
    }
  });

  test.each<[string, (value: never) => unknown]>([
    ['heapAllocator', heapAllocator],
    ['sharedAllocator', sharedAllocator],
  ])('%s, which needs none', async (_, call) => {
    for (const value of RUBBISH) {
      const error = await failure(() => call(value as never));
      expect(error === undefined || isFramerailError(error), `${String(value)}: ${String(error)}`).toBe(true);
    }
  });
});

describe('a memory manager', () => {
  const bad: [string, unknown][] = [
    ['maxBytes', 0],
    ['maxBytes', undefined],
    ['maxBytes', Number.POSITIVE_INFINITY],
    ['maxBytes', 1.5],
    ['maxBytes', 499_999],
    ['budgets', undefined],
    ['budgets', {}],
    ['budgets', { video: 1, audio: 1 }],
    ['budgets', { video: 1, audio: 1, thumbnails: 0 }],
    ['budgets', { video: 1, audio: -1, thumbnails: 1 }],
    ['budgets', { video: 1, audio: 1, thumbnails: Number.NaN }],
    ['budgets', { video: 600_000, audio: 1, thumbnails: 1 }],
    ['source', 5],
    ['source', {}],
    ['source', { level: 'none' }],
    ['source', { level: 'urgent', on: () => () => {} }],
    ['limits', 5],
    ['limits', { high: 1.5 }],
    ['limits', { high: -1 }],
    ['limits', { high: Number.NaN }],
    ['limits', { moderate: 0.5, high: 0.7 }],
    ['fallAfterMs', -1],
    ['fallAfterMs', Number.NaN],
    ['degradeAfterMs', '5'],
    ['idleAudioMs', -1],
    ['maxWaiters', -1],
    ['maxWaiters', 1.5],
    ['agingMs', 0],
    ['agingMs', Number.NaN],
    ['allocator', {}],
    ['clock', {}],
    ['leakDetection', 'some'],
  ];
  test.each(bad)('refuses %s: %o', async (name, value) => {
    const error = await failure(() => make({ [name]: value }));
    expect(isFramerailError(error), String(error)).toBe(true);
  });

  test.each<[string, unknown]>([
    ['minBytes', 0],
    ['minBytes', -1],
    ['minBytes', 1.5],
    ['minBytes', Number.NaN],
    ['minBytes', '5'],
    ['minBytes', 5001],
    ['priority', 1001],
    ['timeoutMs', -1],
    ['signal', {}],
    ['owner', ''],
    ['onReclaim', 5],
  ])('refuses a request with %s: %o', async (name, value) => {
    using manager = make({});
    const before = manager.snapshot();
    expect(await failure(() => manager.video.acquire(5000, { [name]: value }))).toMatchObject({
      code: 'E_INVALID_ARGUMENT',
    });
    expect(manager.snapshot()).toEqual(before);
  });

  test('refuses keys and pictures that are none', async () => {
    using manager = make({});
    const { thumbnails } = manager;
    for (const key of RUBBISH.filter((value) => typeof value !== 'string' || value === '')) {
      for (const call of [
        () => thumbnails.set(key as string, new Uint8Array(4)),
        () => thumbnails.get(key as string),
        () => thumbnails.has(key as string),
        () => thumbnails.delete(key as string),
      ]) {
        const error = await failure(call);
        expect(error === undefined || isFramerailError(error), `${String(key)}: ${String(error)}`).toBe(true);
      }
    }
    expect(thumbnails.size).toBe(0);
    expect(thumbnails.set('huge', new Uint8Array(100_001))).toBe(false);
  });

  test('frees nothing for what is no number of bytes', async () => {
    using manager = make({});
    for (const bytes of [-1, Number.NaN, '5', {}, null]) {
      expect(await failure(() => manager.free(bytes as number))).toMatchObject({
        code: 'E_INVALID_ARGUMENT',
      });
    }
  });

  test('refuses whatever comes after its end, and stands to be ended again', async () => {
    const manager = make({});
    const lease = await manager.video.acquire(5000);
    const pool = manager.createPool({ name: 'own', kind: 'audio', maxBytes: 5000 });
    manager.close();
    manager.close();
    expect(await failure(() => manager.video.acquire(1))).toMatchObject({ code: 'E_POOL_CLOSED' });
    expect(
      await failure(() => manager.createPool({ name: 'late', kind: 'audio', maxBytes: 5000 })),
    ).toMatchObject({ code: 'E_POOL_CLOSED' });
    expect(await failure(() => manager.thumbnails.set('key', new Uint8Array(4)))).toMatchObject({
      code: 'E_POOL_CLOSED',
    });
    expect(await failure(() => pool.acquire(1))).toMatchObject({ code: 'E_POOL_CLOSED' });
    lease.release();
    expect(manager.snapshot().bytes).toBe(0);
  });
});
