import { createManualClock } from '@framerail/lifecycle';
import { describe, expect, it } from 'vitest';
import { createCache, jsonCodec, lru, memory, packedMemory } from '../../src/index.js';

const bytes = (length: number, fill = 1): Uint8Array => new Uint8Array(length).fill(fill);

function twoTiers(options: { maxBytes?: number } = {}) {
  const clock = createManualClock(1_000_000);
  const wallClock = (): number => clock.now();
  const below = packedMemory({ maxBytes: 1_000_000, wallClock });
  const cache = createCache({
    tiers: [memory({ maxBytes: options.maxBytes ?? 1000, policy: lru }), below],
    clock,
    wallClock,
  });
  return { clock, below, cache };
}

describe('a cache of two tiers', () => {
  it('gives what was set, from memory and from below', async () => {
    const { cache } = twoTiers();
    const outcome = await cache.set('a', bytes(600, 1));
    expect(outcome).toEqual({ stored: ['memory', 'packed'], refused: [] });
    await cache.set('b', bytes(600, 2));
    expect(cache.getSync('a')).toBeUndefined();
    expect(await cache.get('a')).toEqual(bytes(600, 1));
    // It came up again, and the other one made way.
    expect(cache.getSync('a')).toEqual(bytes(600, 1));
    expect(cache.getSync('b')).toBeUndefined();
    expect(await cache.has('b')).toBe(true);
    expect(await cache.peek('b')).toEqual(bytes(600, 2));
    expect(cache.getSync('b')).toBeUndefined();
    await cache.close();
  });

  it('keeps what is too large for memory below', async () => {
    const { cache } = twoTiers();
    const outcome = await cache.set('a', bytes(1001));
    expect(outcome).toEqual({ stored: ['packed'], refused: [{ tier: 'memory', reason: 'tooLarge' }] });
    expect((await cache.get('a'))?.byteLength).toBe(1001);
    await cache.close();
  });

  it('runs the loader once for a thousand callers', async () => {
    const { cache } = twoTiers();
    let calls = 0;
    const loader = async (): Promise<Uint8Array> => {
      calls += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return bytes(10, calls);
    };
    const values = await Promise.all(Array.from({ length: 1000 }, () => cache.getOrLoad('a', loader)));
    expect(calls).toBe(1);
    expect(new Set(values).size).toBe(1);
    expect(cache.stats()).toMatchObject({ loads: 1, joined: 999, misses: 1 });
    await cache.flush();
    expect(cache.stats().tiers[1]).toMatchObject({ writes: 1 });
    await cache.close();
  });

  it('lets entries expire, and hands out stale ones while they are made anew', async () => {
    const { cache, clock } = twoTiers();
    let calls = 0;
    const loader = (): Uint8Array => bytes(1, ++calls);
    const load = (): Promise<Uint8Array> => cache.getOrLoad('a', loader, { ttlMs: 100, staleMs: 50 });
    expect(await load()).toEqual(bytes(1, 1));
    clock.advance(99);
    expect(await load()).toEqual(bytes(1, 1));
    clock.advance(1);
    expect(cache.getSync('a')).toBeUndefined();
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.get('a', { allowStale: true })).toEqual(bytes(1, 1));
    expect(await load()).toEqual(bytes(1, 1));
    await new Promise((resolve) => setImmediate(resolve));
    expect(await load()).toEqual(bytes(1, 2));
    clock.advance(150);
    expect(await cache.has('a')).toBe(false);
    expect(await load()).toEqual(bytes(1, 3));
    expect(cache.stats()).toMatchObject({ refreshes: 1, staleHits: 2 });
    await cache.close();
  });

  it('deletes by key, by tag, and all', async () => {
    const { cache } = twoTiers();
    await cache.set('a', bytes(1), { tags: ['x', 'y'] });
    await cache.set('b', bytes(1), { tags: ['y'] });
    await cache.set('c', bytes(1));
    expect(await cache.deleteByTag('x')).toBe(1);
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.delete('b')).toBe(true);
    expect(await cache.delete('b')).toBe(false);
    expect(await cache.get('b')).toBeUndefined();
    await cache.clear();
    expect(await cache.get('c')).toBeUndefined();
    await cache.close();
  });

  it('goes through its entries', async () => {
    const { cache } = twoTiers();
    await cache.set('a', bytes(600), { tags: ['t'] });
    await cache.set('b', bytes(700));
    const found = [];
    for await (const { key, tier, bytes: size, tags } of cache.entries()) found.push([key, tier, size, tags]);
    expect(found).toEqual([
      ['b', 'memory', 700, []],
      ['a', 'packed', 600, ['t']],
    ]);
    await cache.close();
  });

  it('takes keys of parts and values of JSON', async () => {
    const cache = createCache<readonly (string | number)[], { readonly name: string }>({
      tiers: [memory({ maxBytes: 1000 }), packedMemory({ maxBytes: 100_000 })],
      codec: jsonCodec(),
      keys: { encode: (key) => JSON.stringify(key), decode: (name) => JSON.parse(name) },
    });
    await cache.set(['clip', 1], { name: 'one' });
    expect(cache.getSync(['clip', 1])).toEqual({ name: 'one' });
    expect(cache.trim({ bytes: 1 })).toBeGreaterThan(0);
    expect(cache.getSync(['clip', 1])).toBeUndefined();
    expect(await cache.get(['clip', 1])).toEqual({ name: 'one' });
    for await (const { key } of cache.entries()) expect(key).toEqual(['clip', 1]);
    await cache.close();
  });
});
