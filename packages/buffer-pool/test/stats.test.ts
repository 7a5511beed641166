import type { Lease } from '@framerail/lifecycle';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBufferPool } from '../src/index.js';
import { MAX_SAMPLE_INTERVAL, SiteSampler } from '../src/leases/site-sampler.js';
import { createCounters } from '../src/pool/pool-stats.js';

describe('stats', () => {
  test('count by class and by owner what there is, and both agree with the whole', () => {
    const deed = fc.oneof(
      fc.record({
        size: fc.integer({ min: 1, max: 30_000 }),
        owner: fc.constantFrom(undefined, 'decode', 'encode'),
      }),
      fc.record({ release: fc.nat(30) }),
      fc.record({ retain: fc.nat(30) }),
    );
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
        using pool = createBufferPool({ maxBytes: 1 << 20, name: 'frames' });
        const live: { lease: Lease; owner: string; size: number; loan: number }[] = [];
        const came = new Set<string>();
        for (const [loan, one] of deeds.entries()) {
          if ('release' in one) live.splice(one.release % (live.length + 1), 1)[0]?.lease.release();
          else if ('retain' in one) {
            const held = live[one.retain % (live.length + 1)];
            if (held !== undefined) live.push({ ...held, lease: held.lease.retain() });
          } else {
            const { size, owner } = one;
            const lease = pool.tryAcquire(size, { owner });
            if (lease !== undefined) live.push({ lease, owner: owner ?? 'frames', size, loan });
            if (lease !== undefined) came.add(owner ?? 'frames');
          }
          const stats = pool.stats();
          const loans = [...new Map(live.map((held) => [held.loan, held])).values()];
          const requested = loans.reduce((sum, { size }) => sum + size, 0);
          expect(stats.leases).toBe(loans.length);
          expect(stats.bytesWasted).toBe(stats.bytesInUse - requested);
          for (const part of [stats.classes, stats.owners]) {
            expect(part.reduce((sum, { bytesWasted }) => sum + bytesWasted, 0)).toBe(stats.bytesWasted);
          }
          expect(stats.classes.reduce((sum, { hits }) => sum + hits, 0)).toBe(stats.hits);
          expect(stats.classes.reduce((sum, { misses }) => sum + misses, 0)).toBe(stats.misses);
          expect(stats.classes.map(({ classBytes }) => classBytes)).toEqual(
            stats.classes.map(({ classBytes }) => classBytes).toSorted((a, b) => a - b),
          );
          expect(new Set(stats.owners.map(({ owner }) => owner))).toEqual(came);
          for (const use of stats.owners) {
            expect(use.leases).toBe(loans.filter(({ owner }) => owner === use.owner).length);
            expect(use.peakBytesInUse).toBeGreaterThanOrEqual(use.bytesInUse);
          }
          expect(stats.owners.reduce((sum, { bytesInUse }) => sum + bytesInUse, 0)).toBe(stats.bytesInUse);
        }
        for (const { lease } of live) lease.release();
      }),
      { seed: 91, numRuns: 300 },
    );
  });

  test('are frozen, and what didn’t change is the same object', () => {
    using pool = createBufferPool({ maxBytes: 1 << 20 });
    using _lease = pool.tryAcquire(5000, { owner: 'decode' });
    const first = pool.stats();
    using _other = pool.tryAcquire(100);
    const second = pool.stats();
    for (const part of [first, first.classes, first.owners, first.classes[0], first.owners[0]]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
    expect(second.classes[1]).toBe(first.classes[0]);
    expect(second.owners).toContain(first.owners[0]);
    expect(first.leases).toBe(1);
    expect(() => Object.assign(first, { leases: 5 })).toThrow(TypeError);
  });

  test('forget owners that have nothing once there are a thousand', () => {
    using pool = createBufferPool({ maxBytes: 1 << 20, name: 'frames' });
    using _own = pool.tryAcquire(1);
    using _kept = pool.tryAcquire(1, { owner: 'kept' });
    for (let index = 0; index < 5000; index += 1) pool.tryAcquire(1, { owner: `owner ${index}` })?.release();
    const owners = pool.stats().owners.map(({ owner }) => owner);
    expect(owners.length).toBeLessThanOrEqual(1024);
    expect(owners).toContain('frames');
    expect(owners).toContain('kept');
    expect(owners).toContain('owner 4999');
  });
});

describe('sampled places', () => {
  test('are one in 128 while the pool allocates, fewer and fewer while it doesn’t', () => {
    const counters = createCounters();
    const sampler = new SiteSampler('sampled', counters);
    const sampledAfter = (): number => {
      for (let loans = 1; ; loans += 1) if (sampler.next() !== undefined) return loans;
    };
    for (let round = 0; round < 5; round += 1) {
      counters.misses += 1;
      sampler.missed();
      expect(sampledAfter()).toBe(128);
    }
    const quiet = Array.from({ length: 12 }, sampledAfter);
    expect(quiet).toEqual([128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 65_536, 65_536]);
    expect(quiet.at(-1)).toBe(MAX_SAMPLE_INTERVAL);
    counters.misses += 1;
    sampler.missed();
    expect(sampledAfter()).toBe(128);
  });

  test('are none with `off` and all with `full`', () => {
    const off = new SiteSampler('off', createCounters());
    const full = new SiteSampler('full', createCounters());
    for (let loan = 0; loan < 1000; loan += 1) {
      off.missed();
      expect(off.next()).toBeUndefined();
      expect(full.next()).toBeDefined();
    }
  });
});
