import { createManualClock, isFramerailError, type Lease } from '@framerail/lifecycle';
import { BT709, frameLayout } from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import { attachSharedPool, createSharedPool, type SharedPoolOptions } from '../src/index.js';
import { settle, watch } from './settled.js';
import { audit } from './shared/audit.js';

const MIB = 2 ** 20;

function pools(options: Partial<SharedPoolOptions> = {}) {
  const clock = createManualClock();
  const pool = createSharedPool({ maxBytes: MIB, clock, leakDetection: 'off', ...options });
  return { clock, pool, other: attachSharedPool(pool.handle, { clock, leakDetection: 'off' }) };
}

/** Lets words that were woken on be heard: that takes a turn of the event loop or two. */
async function heard(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  await settle();
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (isFramerailError(error)) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

describe('memory', () => {
  test('is one for all threads: what one writes the others find, and budgets and counts are common', () => {
    const { pool, other } = pools();
    const lease = pool.tryAcquire(5000) as Lease;
    const more = other.tryAcquire(100_000) as Lease;
    expect(lease.bytes.byteLength).toBe(5000);
    expect(lease.bytes.buffer).toBe(pool.handle.arena);
    expect(more.bytes.byteOffset % 4096).toBe(0);
    for (const one of [pool, other]) {
      expect(one.stats()).toMatchObject({
        leases: 2,
        bytesInUse: 8192 + 114_688,
        bytesWasted: 8192 - 5000 + 114_688 - 100_000,
        misses: 2,
        hits: 0,
      });
    }
    lease.release();
    more.release();
    expect(other.stats()).toMatchObject({ leases: 0, bytesInUse: 0, bytesFree: 8192 + 114_688 });
    (other.tryAcquire(5000) as Lease).release();
    expect(pool.stats()).toMatchObject({ hits: 1, misses: 2 });
    audit(pool.handle);
  });

  test('the budget holds for all together, in any mix of sizes', () => {
    const { pool, other } = pools();
    const small = Array.from(
      { length: 256 },
      (_, index) => (index % 2 ? pool : other).tryAcquire(4096) as Lease,
    );
    expect(pool.tryAcquire(1)).toBeUndefined();
    for (const lease of small) lease.release();
    const large = other.tryAcquire(MIB) as Lease;
    expect(large.bytes.byteLength).toBe(MIB);
    expect(pool.tryAcquire(1)).toBeUndefined();
    large.release();
    expect(pool.tryAcquire(700_000)?.bytes.byteLength).toBe(700_000);
    audit(pool.handle);
  });

  test('free blocks of other sizes make room, where they lie together', () => {
    const { pool } = pools();
    const leases = Array.from({ length: 16 }, () => pool.tryAcquire(65_536) as Lease);
    for (const [index, lease] of leases.entries()) if (index !== 5) lease.release();
    const large = pool.tryAcquire(10 * 65_536) as Lease;
    expect(large.bytes.byteLength).toBe(655_360);
    const kept = leases[5] as Lease;
    expect(Math.abs(large.bytes.byteOffset - kept.bytes.byteOffset)).toBeGreaterThanOrEqual(65_536);
    expect(pool.stats().bytesFree).toBe(5 * 65_536);
    audit(pool.handle);
  });

  test('frames have classes of their own', async () => {
    const { pool } = pools({ maxBytes: 64 * MIB });
    const layout = frameLayout({ format: 'NV12', width: 3840, height: 2160 });
    const frame = await pool.acquireFrame({ layout, color: BT709, timestampUs: 0, durationUs: 0 });
    expect(frame.data.byteLength).toBe(12_441_600);
    expect(pool.stats().bytesInUse).toBe(Math.ceil(12_441_600 / 4096) * 4096);
    frame[Symbol.dispose]();
    expect(pool.tryAcquire(layout.byteLength, { layout })?.bytes.byteOffset).toBeGreaterThanOrEqual(0);
    expect(pool.stats()).toMatchObject({ hits: 1, misses: 1 });
  });

  test('no more blocks than maxBlocks, of which old free ones are given up first', () => {
    const { pool } = pools({ maxBlocks: 3 });
    const leases = [4096, 8192, 12_288].map((bytes) => pool.tryAcquire(bytes) as Lease);
    expect(pool.tryAcquire(4096)).toBeUndefined();
    leases[1]?.release();
    expect(pool.tryAcquire(16_384)).toBeDefined();
    expect(pool.stats().classes.map(({ classBytes }) => classBytes)).toEqual([4096, 12_288, 16_384]);
    audit(pool.handle);
  });

  test('free memory is bounded by maxFreeBytes, by limit and by close', () => {
    const { pool, other } = pools({ maxFreeBytes: 100_000 });
    const leases = Array.from({ length: 8 }, () => pool.tryAcquire(40_960) as Lease);
    for (const lease of leases.slice(0, 4)) lease.release();
    expect(pool.stats().bytesFree).toBe(81_920);
    other.limit(4 * 40_960 + 50_000);
    expect(pool.stats()).toMatchObject({ bytesFree: 40_960, limitBytes: 4 * 40_960 + 50_000 });
    expect(pool.tryAcquire(60_000)).toBeUndefined();
    other.close();
    expect(pool.stats().bytesFree).toBe(0);
    for (const lease of leases.slice(4)) lease.release();
    expect(pool.stats()).toMatchObject({ bytesFree: 0, bytesInUse: 0, leases: 0 });
    audit(pool.handle);
  });

  test('the limit lets one request through while nothing is lent', () => {
    const { pool } = pools();
    pool.limit(0);
    const lease = pool.tryAcquire(500_000) as Lease;
    expect(lease.bytes.byteLength).toBe(500_000);
    expect(pool.tryAcquire(1)).toBeUndefined();
    lease.release();
    expect(pool.tryAcquire(1)).toBeDefined();
  });

  test('trim gives up free blocks by age and priority, and says that nothing went to the system', () => {
    const { pool, other, clock } = pools();
    (pool.tryAcquire(4096, { priority: 5 }) as Lease).release();
    clock.advance(100);
    (other.tryAcquire(40_960, { priority: -5 }) as Lease).release();
    clock.advance(50);
    expect(pool.trim({ level: 'none' })).toBe(0);
    expect(pool.trim({ idleMs: 100, maxPriority: 0 })).toBe(0);
    expect(pool.stats().bytesFree).toBe(45_056);
    pool.trim({ idleMs: 100 });
    expect(pool.stats().bytesFree).toBe(40_960);
    pool.trim({ maxPriority: -6 });
    expect(pool.stats().bytesFree).toBe(40_960);
    other.trim();
    expect(pool.stats().bytesFree).toBe(0);
    expect(audit(pool.handle)).toHaveLength(1);
  });
});

describe('leases', () => {
  test('refuse everything after their release, and name both places with full leak detection', () => {
    const { pool } = pools({ leakDetection: 'full' });
    const lease = pool.tryAcquire(100) as Lease;
    const share = lease.retain();
    lease.release();
    expect(pool.stats().leases).toBe(1);
    expect(share.bytes.byteLength).toBe(100);
    expect(codeOf(() => lease.bytes)).toBe('E_LEASE_RELEASED');
    expect(codeOf(() => lease.retain())).toBe('E_LEASE_RELEASED');
    expect(() => lease.release()).toThrow(/shared-pool\.test\.ts.*shared-pool\.test\.ts/s);
    share.release();
    expect(pool.stats().leases).toBe(0);
    expect(lease.byteLength).toBe(100);
  });

  test('are counted by owner over all threads, and under the pool when there are too many owners', () => {
    const { pool, other } = pools({ maxOwners: 2 });
    pool.tryAcquire(4096, { owner: 'preview' });
    other.tryAcquire(5000, { owner: 'preview' })?.release();
    other.tryAcquire(10_000, { owner: 'sound' });
    expect(pool.stats().owners).toEqual([
      { owner: 'shared', leases: 1, bytesInUse: 12_288, bytesWasted: 2288, peakBytesInUse: 12_288 },
      { owner: 'preview', leases: 1, bytesInUse: 4096, bytesWasted: 0, peakBytesInUse: 12_288 },
    ]);
  });

  test('can be asked back, here and from another thread', async () => {
    const { pool, other } = pools();
    const asked: unknown[] = [];
    const ask = (own: typeof pool, priority: number) => {
      const lease = own.tryAcquire(MIB / 4, {
        priority,
        onReclaim: (request) => {
          asked.push([own.thread, priority, request]);
          lease.release();
        },
      }) as Lease;
    };
    ask(other, 0);
    ask(pool, -1);
    ask(pool, -1);
    pool.tryAcquire(MIB / 4);
    const first = watch(pool.acquire(MIB / 4 + 4096, { priority: 0 }));
    await heard();
    expect(first.state).toBe('resolved');
    expect(asked).toEqual([
      [0, -1, { pool: 'shared', reason: 'waiting', bytes: 327_680 }],
      [0, -1, { pool: 'shared', reason: 'waiting', bytes: 65_536 }],
    ]);
    pool.trim({ maxPriority: 0 });
    await heard();
    expect(asked[2]).toMatchObject([1, 0, { reason: 'trim' }]);
    expect(pool.stats()).toMatchObject({ reclaims: 3, leases: 2 });
    audit(pool.handle);
  });

  test('a callback that throws becomes a warning', async () => {
    const { pool } = pools();
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    const lease = pool.tryAcquire(MIB, {
      onReclaim: () => {
        throw new Error('not now');
      },
    }) as Lease;
    const next = pool.acquire(MIB, { priority: 1 });
    expect((await warned).message).toContain('not now');
    lease.release();
    (await next).release();
  });
});

describe('waiting', () => {
  test('is by priority and age over all threads, and nobody overtakes', async () => {
    const { pool, other, clock } = pools({ agingMs: 10 });
    const all = pool.tryAcquire(MIB) as Lease;
    const names: string[] = [];
    const ask = (own: typeof pool, name: string, priority: number) =>
      own.acquire(MIB, { priority }).then((lease) => {
        names.push(name);
        lease.release();
      });
    const waits = [ask(pool, 'old', 0), ask(other, 'second', 0)];
    clock.advance(30);
    waits.push(ask(other, 'urgent', 2), ask(pool, 'overtakes', 4), ask(other, 'overtakes too', 4));
    await settle();
    expect(pool.stats()).toMatchObject({ waiting: 5, peakWaiting: 5, waits: 5 });
    expect(other.tryAcquire(1, { priority: 3 })).toBeUndefined();
    all.release();
    await Promise.all(waits);
    expect(names).toEqual(['overtakes', 'overtakes too', 'old', 'second', 'urgent']);
    expect(pool.stats()).toMatchObject({ waiting: 0, leases: 0, longestWaitMs: 30 });
    audit(pool.handle);
  });

  test('ends by time, by signal, by flush and by close of another thread', async () => {
    const { pool, other, clock } = pools();
    const all = pool.tryAcquire(MIB) as Lease;
    const late = watch(other.acquire(10, { timeoutMs: 5 }));
    const controller = new AbortController();
    const aborted = watch(pool.acquire(10, { signal: controller.signal }));
    await settle();
    clock.advance(5);
    controller.abort();
    await settle();
    expect([late.error, aborted.error]).toMatchObject([{ code: 'E_TIMEOUT' }, { code: 'E_ABORTED' }]);
    const flushed = [watch(pool.acquire(10)), watch(other.acquire(10))];
    await settle();
    other.flush();
    await heard();
    expect(flushed.map(({ error }) => error)).toMatchObject([
      { code: 'E_POOL_CLOSED' },
      { code: 'E_POOL_CLOSED' },
    ]);
    const closed = [watch(pool.acquire(10)), watch(other.acquire(10))];
    await settle();
    other.close();
    await heard();
    expect(closed.map(({ error }) => error)).toMatchObject([
      { code: 'E_POOL_CLOSED' },
      { code: 'E_POOL_CLOSED' },
    ]);
    expect(codeOf(() => pool.tryAcquire(1))).toBe('E_POOL_CLOSED');
    await expect(other.acquire(1)).rejects.toMatchObject({ code: 'E_POOL_CLOSED' });
    all.bytes.fill(1);
    all.release();
    pool.close();
    expect(pool.stats()).toMatchObject({ leases: 0, waiting: 0 });
    audit(pool.handle);
  });

  test('is bounded, for all threads together', async () => {
    const { pool, other } = pools({ maxWaiters: 2 });
    pool.tryAcquire(MIB);
    const waits = [watch(pool.acquire(1)), watch(other.acquire(1))];
    await expect(other.acquire(1)).rejects.toMatchObject({ code: 'E_POOL_BUSY' });
    await expect(other.acquire(1, { timeoutMs: 0 })).rejects.toMatchObject({ code: 'E_TIMEOUT' });
    other.flush();
    await heard();
    expect(waits.map(({ state }) => state)).toEqual(['rejected', 'rejected']);
  });

  test('an abort after the memory was given, but before it was heard of, gives it back', async () => {
    const { pool, other } = pools();
    const all = pool.tryAcquire(MIB) as Lease;
    const controller = new AbortController();
    const wait = watch(other.acquire(MIB, { signal: controller.signal }));
    await settle();
    all.release();
    controller.abort();
    await settle();
    expect(wait.error).toMatchObject({ code: 'E_ABORTED' });
    expect(pool.stats()).toMatchObject({ leases: 0, waiting: 0 });
    await heard();
    audit(pool.handle);
  });

  test('memory that was given in time counts, though the timer is heard first', async () => {
    const { pool, other, clock } = pools();
    const all = pool.tryAcquire(MIB) as Lease;
    const wait = watch(other.acquire(MIB, { timeoutMs: 10 }));
    await settle();
    all.release();
    clock.advance(10);
    await settle();
    expect(wait.state).toBe('resolved');
  });
});
