import { createBufferPool, createMemoryManager, createUsagePressure } from '@framerail/buffer-pool';
import { createManualClock } from '@framerail/lifecycle';
import { describe, expect, it } from 'vitest';
import { createCache, lru, memory, packedMemory, textCodec } from '../../src/index.js';

const bytes = (length: number, fill = 1): Uint8Array => new Uint8Array(length).fill(fill);

describe('leases', () => {
  it('hand out memory of a pool without a copy, which is not recycled while it is held', async () => {
    using pool = createBufferPool({ maxBytes: 16_384 });
    const cache = createCache({ tiers: [memory({ maxBytes: 8192, pool, policy: lru })] });
    await cache.set('a', bytes(4096, 1));
    const lease = await cache.lease('a');
    const again = await cache.lease('a');
    expect(lease?.bytes.buffer).toBe(again?.bytes.buffer);
    again?.release();
    for (let i = 0; i < 20; i += 1) await cache.set(`k${i}`, bytes(4096, 100 + i));
    expect(await cache.has('a')).toBe(false);
    expect(lease?.bytes).toEqual(bytes(4096, 1));
    expect(pool.stats().bytesInUse).toBe(3 * 4096);
    lease?.release();
    expect(() => lease?.bytes).toThrow(expect.objectContaining({ code: 'E_LEASE_RELEASED' }));
    expect(pool.stats().bytesInUse).toBe(2 * 4096);
    // What get gives is the caller's own: nobody writes another frame into it.
    const copy = (await cache.get('k19')) as Uint8Array;
    await cache.clear();
    using other = await pool.acquire(4096);
    other.bytes.fill(9);
    expect(copy).toEqual(bytes(4096, 119));
    await cache.close();
    expect(pool.stats().bytesInUse).toBe(4096);
  });

  it('keep memory on loan that was set, as one more holder', async () => {
    using pool = createBufferPool({ maxBytes: 100_000 });
    const below = packedMemory({ maxBytes: 100_000 });
    const cache = createCache({ tiers: [memory({ maxBytes: 50_000, pool }), below] });
    {
      using lease = await pool.acquire(5000);
      lease.bytes.fill(3);
      await cache.set('a', lease);
      using handed = await cache.lease('a');
      expect(handed?.bytes.buffer).toBe(lease.bytes.buffer);
    }
    expect(pool.stats().bytesInUse).toBeGreaterThan(0);
    cache.trim({ bytes: 1 });
    expect(pool.stats().bytesInUse).toBe(0);
    const below2 = await cache.lease('a');
    expect(below2?.bytes).toEqual(bytes(5000, 3));
    await cache.close();
    below2?.release();
    expect(pool.stats().bytesInUse).toBe(0);
  });

  it('leave what the pool has no room for to the tiers below', async () => {
    using pool = createBufferPool({ maxBytes: 4096 });
    const cache = createCache({
      tiers: [memory({ maxBytes: 100_000, pool }), packedMemory({ maxBytes: 100_000 })],
    });
    await cache.set('a', bytes(4096, 1));
    const outcome = await cache.set('b', bytes(4096, 2));
    expect(outcome).toEqual({ stored: ['packed'], refused: [{ tier: 'memory', reason: 'rejected' }] });
    await cache.set('c', bytes(0));
    using a = await cache.lease('a');
    using b = await cache.lease('b');
    using c = await cache.lease('c');
    expect([a?.bytes[0], b?.bytes[0], c?.byteLength]).toEqual([1, 2, 0]);
    expect(await cache.lease('d')).toBeUndefined();
    await cache.close();
  });

  it('are for bytes', async () => {
    const cache = createCache<string, string>({ tiers: [memory({ maxBytes: 100 })], codec: textCodec() });
    await expect(cache.lease('a')).rejects.toMatchObject({ code: 'E_UNSUPPORTED' });
    await cache.close();
    const pool = createBufferPool({ maxBytes: 100 });
    expect(() =>
      createCache<string, string>({ tiers: [memory({ maxBytes: 100, pool })], codec: textCodec() }),
    ).toThrow(expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }));
  });
});

describe('pins', () => {
  it('keep an entry in memory, bringing it there', async () => {
    const cache = createCache({
      tiers: [memory({ maxBytes: 100, policy: lru }), packedMemory({ maxBytes: 100_000 })],
      promotion: 'never',
    });
    await cache.set('a', bytes(50));
    cache.trim({ bytes: 50 });
    const pin = await cache.pin('a');
    const twice = await cache.pin('a');
    for (let i = 0; i < 20; i += 1) await cache.set(`k${i}`, bytes(40));
    cache.trim({ bytes: 1000 });
    expect(cache.getSync('a')).toEqual(bytes(50));
    pin?.[Symbol.dispose]();
    pin?.[Symbol.dispose]();
    for (let i = 0; i < 20; i += 1) await cache.set(`k${i}`, bytes(40));
    expect(cache.getSync('a')).toEqual(bytes(50));
    // Another entry of the same key isn't held by an old pin, nor let go by it.
    await cache.delete('a');
    await cache.set('a', bytes(20));
    const other = await cache.pin('a');
    twice?.[Symbol.dispose]();
    for (let i = 0; i < 20; i += 1) await cache.set(`k${i}`, bytes(40));
    expect(cache.getSync('a')).toEqual(bytes(20));
    other?.[Symbol.dispose]();
    for (let i = 0; i < 20; i += 1) await cache.set(`k${i}`, bytes(40));
    expect(cache.getSync('a')).toBeUndefined();
    expect(await cache.pin('nobody')).toBeUndefined();
    await cache.close();
  });
});

describe('pressure', () => {
  it('reaches a cache that is registered with a memory manager', async () => {
    let used = 0;
    using source = createUsagePressure({ usedBytes: () => used, limitBytes: 1000 });
    using manager = createMemoryManager({
      maxBytes: 1_000_000,
      budgets: { video: 500_000, audio: 100_000, thumbnails: 100_000 },
      source,
    });
    const cache = createCache({ tiers: [memory({ maxBytes: 100_000 })], name: 'frames' });
    const off = manager.register(cache, {
      valuePerByte: 1,
      bytes: () => {
        const [tier] = cache.stats().tiers;
        return tier?.kind === 'memory' ? tier.bytes : 0;
      },
    });
    await cache.set('a', bytes(50_000));
    expect(manager.free(10_000)).toBeGreaterThanOrEqual(10_000);
    expect(cache.getSync('a')).toBeUndefined();
    used = 0;
    off();
    await cache.close();
  });

  it('takes what was idle for so long, what is expired, and nothing without need', async () => {
    const clock = createManualClock(0);
    const cache = createCache({
      tiers: [memory({ maxBytes: 1000 })],
      clock,
      wallClock: () => clock.now(),
    });
    await cache.set('old', bytes(100));
    clock.advance(1000);
    await cache.set('new', bytes(100));
    expect(cache.trim({ level: 'none' })).toBe(0);
    expect(cache.trim({ maxPriority: -1 })).toBe(0);
    expect(cache.trim({ idleMs: 2000 })).toBe(0);
    clock.advance(500);
    expect(cache.trim({ idleMs: 1000 })).toBe(100);
    expect([cache.getSync('old'), cache.getSync('new')?.byteLength]).toEqual([undefined, 100]);
    await cache.set('short', bytes(10), { ttlMs: 5 });
    clock.advance(5);
    expect(cache.trim({ bytes: 5 })).toBe(10);
    expect(cache.getSync('new')?.byteLength).toBe(100);
    expect(cache.trim()).toBe(100);
    // It is as large as before.
    expect((await cache.set('large', bytes(1000))).stored).toEqual(['memory']);
    await cache.close();
  });
});
