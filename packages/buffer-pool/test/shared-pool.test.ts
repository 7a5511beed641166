import type { Lease } from '@framerail/lifecycle';
import { BT709, frameLayout } from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import { watch } from './settled.js';
import { audit } from './shared/audit.js';
import { codeOf, heard, MIB, pools } from './shared/pools.js';

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

  test('are asked for when their holders have them, though they are wanted before', async () => {
    const { pool, other } = pools();
    const held: { lease?: Lease } = {};
    const borrowed = pool.acquire(MIB, { onReclaim: () => held.lease?.release() });
    const wait = watch(other.acquire(MIB, { priority: 1 }));
    held.lease = await borrowed;
    await heard();
    expect(wait.state).toBe('resolved');
    wait.value?.release();
    const second = other.acquire(MIB, { onReclaim: () => held.lease?.release() });
    pool.trim({ maxPriority: 0 });
    held.lease = await second;
    await heard();
    expect(pool.stats().leases).toBe(0);
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
