import { createManualClock } from '@framerail/lifecycle';
import { describe, expect, it } from 'vitest';
import { createCache, lru, memory, packedMemory } from '../../src/index.js';

const bytes = (length: number): Uint8Array => new Uint8Array(length);

describe('figures', () => {
  it('count requests by tier and by class of key', async () => {
    const clock = createManualClock(0);
    const below = packedMemory({ maxBytes: 100_000, wallClock: () => clock.now() });
    const cache = createCache({
      tiers: [memory({ maxBytes: 100, policy: lru }), below],
      classOf: (key) => key.split(':')[0] ?? '',
      clock,
      wallClock: () => clock.now(),
      name: 'figures',
    });
    await cache.set('proxy:1', bytes(60));
    await cache.set('thumb:1', bytes(60));
    cache.getSync('thumb:1');
    await cache.get('proxy:1');
    await cache.get('thumb:2');
    const loader = async (): Promise<Uint8Array> => {
      clock.advance(20);
      return bytes(10);
    };
    await cache.getOrLoad('thumb:2', loader);
    await cache.flush();
    const stats = cache.stats();
    expect(stats).toMatchObject({ name: 'figures', hits: 2, misses: 2, staleHits: 0, loads: 1 });
    expect(stats.loadMs).toMatchObject({ count: 1, max: 20 });
    expect(stats.classes).toEqual({
      proxy: { hits: 1, misses: 0, loads: 0, bytesSet: 60 },
      thumb: { hits: 1, misses: 2, loads: 1, bytesSet: 70 },
    });
    const [first, second] = stats.tiers;
    expect(first).toMatchObject({ kind: 'memory', entries: 2, bytes: 70, evictions: 2, maxBytes: 100 });
    expect(second).toMatchObject({
      kind: 'bytes',
      hits: 1,
      misses: 2,
      writes: 3,
      bytesRead: 60,
      bytesWritten: 130,
    });
    expect(Object.isFrozen(stats)).toBe(true);
    await cache.close();
  });

  it('bound the classes', async () => {
    const cache = createCache({ tiers: [memory({ maxBytes: 100_000 })], classOf: (key) => key });
    for (let i = 0; i < 200; i += 1) await cache.set(`k${i}`, bytes(1));
    const { classes } = cache.stats();
    expect(Object.keys(classes)).toHaveLength(64);
    expect(classes['other']?.bytesSet).toBe(137);
    await cache.close();
  });

  it('measure one read in 256', async () => {
    const cache = createCache({ tiers: [memory({ maxBytes: 1000 })] });
    await cache.set('a', bytes(1));
    for (let i = 0; i < 1024; i += 1) expect(cache.getSync('a')).toEqual(bytes(1));
    expect(cache.stats()).toMatchObject({ hits: 1024, memoryHitUs: { count: 4 } });
    await cache.close();
  });

  it('explain a key: where it is, how it was used, what happened to it', async () => {
    const clock = createManualClock(0);
    const wallClock = (): number => clock.now();
    const cache = createCache({
      tiers: [memory({ maxBytes: 100, policy: lru }), packedMemory({ maxBytes: 100_000, wallClock })],
      clock,
      wallClock,
      trackedKeys: 10,
    });
    expect(await cache.explain('a')).toMatchObject({ uses: 0, history: undefined, isLoading: false });
    await cache.getOrLoad('a', () => bytes(50), { ttlMs: 1000, staleMs: 500 });
    clock.advance(100);
    cache.getSync('a');
    expect(await cache.explain('a')).toMatchObject({
      uses: 2,
      belongsIn: 'memory',
      rule: 0,
      tiers: [
        { tier: 'memory', state: 'fresh', expiresInMs: 1400, bytes: 50 },
        { tier: 'packed', state: 'present', breaker: 'closed' },
      ],
    });
    clock.advance(900);
    expect((await cache.explain('a')).tiers[0]?.state).toBe('stale');
    await cache.set('b', bytes(80));
    await cache.delete('a');
    const { history, summary } = await cache.explain('a');
    expect(history).toMatchObject({ uses: 2, misses: 1, loads: 1 });
    expect(history?.events.map(({ what }) => what)).toEqual(['loaded', 'evicted from memory', 'deleted']);
    expect(summary).toBe('In no tier; used 2 times, belongs in memory');
    // Only so many keys are remembered.
    for (let i = 0; i < 20; i += 1) await cache.get(`k${i}`);
    expect((await cache.explain('a')).history).toBeUndefined();
    await cache.close();
  });
});
