import { constants, PerformanceObserver } from 'node:perf_hooks';
import type { Lease } from '@framerail/lifecycle';
import { BT709, frameLayout } from '@framerail/media-types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BufferPool, createBufferPool, frameOf, type LeakDetection } from '../src/index.js';
import { RELEASES_AT_REST } from '../src/leases/resting-leases.js';

const released = expect.objectContaining({ code: 'E_LEASE_RELEASED' });

function lend(pool: BufferPool, byteLength = 4096): Lease {
  const lease = pool.tryAcquire(byteLength);
  if (lease === undefined) throw new Error('Expected a lease');
  return lease;
}

/** Lends and releases so often. @returns the objects of the leases */
function turn(pool: BufferPool, times: number): Set<Lease> {
  const leases = new Set<Lease>();
  for (let round = 0; round < times; round += 1) {
    const lease = lend(pool);
    leases.add(lease);
    lease.release();
  }
  return leases;
}

describe.each<LeakDetection>(['off', 'sampled'])('lease objects, %s', (leakDetection) => {
  test('are used again after their rest, so that a loan makes no garbage', () => {
    using pool = createBufferPool({ maxBytes: 4096, leakDetection });
    expect(turn(pool, 100_000).size).toBe(RELEASES_AT_REST + 1);
  });

  test('are refused for as many releases as they rest', () => {
    using pool = createBufferPool({ maxBytes: 8192, leakDetection });
    turn(pool, 2 * RELEASES_AT_REST);
    const lease = lend(pool);
    lease.release();
    for (let round = 0; round < RELEASES_AT_REST; round += 1) {
      const other = lend(pool);
      expect(other).not.toBe(lease);
      if (round % 64 === 0) {
        expect(() => lease.bytes).toThrow(released);
        expect(() => lease.release()).toThrow(released);
        expect(() => lease.retain()).toThrow(released);
      }
      other.release();
    }
    const next = lend(pool, 5000);
    expect(next).toBe(lease);
    expect(next.byteLength).toBe(5000);
    next.release();
    expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0, bytesWasted: 0 });
  });
});

test('a million loans cause no collection', async () => {
  const kinds: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      kinds.push((entry as { detail?: { kind?: number } }).detail?.kind ?? 0);
  });
  observer.observe({ entryTypes: ['gc'] });
  using pool = createBufferPool({ maxBytes: 1 << 20 });
  const options = { priority: 1, owner: 'decode' };
  const loans = (count: number): void => {
    for (let round = 0; round < count; round += 1) {
      pool.tryAcquire(70_000)?.release();
      pool.tryAcquire(5000, options)?.release();
    }
  };
  // Until the objects are there and the code is compiled.
  loans(100_000);
  await new Promise((resolve) => setTimeout(resolve, 20));
  kinds.length = 0;
  loans(500_000);
  await new Promise((resolve) => setTimeout(resolve, 20));
  observer.disconnect();
  // An object a loan would be dozens of collections of the young generation; one may have been due.
  const { NODE_PERFORMANCE_GC_MINOR } = constants;
  expect(kinds.filter((kind) => kind === NODE_PERFORMANCE_GC_MINOR).length).toBeLessThanOrEqual(1);
});

test('the leases of `acquire`, of frames, of further holders and of full detection rest for ever', async () => {
  const layout = frameLayout({ format: 'RGBA', width: 16, height: 16 });
  const description = { layout, color: BT709, timestampUs: 0, durationUs: 0 };
  using pool = createBufferPool({ maxBytes: 1 << 20 });
  using full = createBufferPool({ maxBytes: 1 << 20, leakDetection: 'full' });

  const waited = await pool.acquire(1);
  const first = lend(pool);
  const shared = first.retain();
  const frame = frameOf(lend(pool), description);
  const detected = lend(full);
  for (const lease of [waited, first, shared, detected]) lease.release();
  frame[Symbol.dispose]();

  const used = turn(pool, 3 * RELEASES_AT_REST);
  expect(used).toContain(first);
  expect(used).not.toContain(waited);
  expect(used).not.toContain(shared);
  expect(turn(full, 3 * RELEASES_AT_REST).size).toBe(3 * RELEASES_AT_REST);
  for (const lease of [waited, shared, detected]) expect(() => lease.bytes).toThrow(released);
  expect(() => frame.data).toThrow(released);
  expect(() => frame[Symbol.dispose]()).toThrow(released);
});

test('no object stands for two loans at once, whatever is held and for how long', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { minLength: 1, maxLength: 40 }), (holds) => {
      using pool = createBufferPool({ maxBytes: 64 * 4096 });
      const live = new Set<Lease>();
      const lastReleases: Lease[] = [];
      let releases = 0;
      for (let round = 0; releases < RELEASES_AT_REST + 2000; round += 1) {
        const lease = lend(pool);
        if (live.has(lease) || lastReleases.includes(lease))
          throw new Error('A lease object was used too early');
        live.add(lease);
        while (live.size > (holds[round % holds.length] as number)) {
          const [oldest] = live;
          live.delete(oldest as Lease);
          oldest?.release();
          releases += 1;
          if (lastReleases.push(oldest as Lease) > 50) lastReleases.shift();
        }
      }
      for (const lease of live) lease.release();
      expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0 });
    }),
    { seed: 81, numRuns: 20 },
  );
});
