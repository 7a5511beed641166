import { createManualClock } from '@framerail/lifecycle';
import { describe, expect, it } from 'vitest';
import { createCache, memory, packedMemory, type TierOptions } from '../../src/index.js';
import { faultTier, settle } from './fault-tier.js';

const bytes = (value: number): Uint8Array => new Uint8Array([value]);

function ailing(options: Partial<TierOptions> = {}) {
  const clock = createManualClock(1000);
  const wallClock = (): number => clock.now();
  const fault = faultTier(packedMemory({ maxBytes: 100_000, wallClock }));
  const breaker = { failures: 2, cooldownMs: 100, maxCooldownMs: 300 };
  const cache = createCache({
    tiers: [{ tier: fault.tier, timeoutMs: 50, breaker, ...options }],
    clock,
    wallClock,
  });
  const states: string[] = [];
  cache.on('tier', ({ tier, state }) => states.push(`${tier} ${state}`));
  return { clock, fault, cache, states };
}

describe('a tier that fails', () => {
  it('is taken out, tried once after a while, and comes back without what is old', async () => {
    const { cache, fault, clock, states } = ailing();
    await cache.set('a', bytes(1));
    await cache.set('b', bytes(1));
    fault.fault = 'fail';
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.set('a', bytes(2))).toEqual({
      stored: [],
      refused: [{ tier: 'packed', reason: 'failed' }],
    });
    expect(states).toEqual(['packed open']);
    const before = fault.calls['get'];
    // Nobody asks it now; what is deleted meanwhile stays deleted.
    expect(await cache.get('a')).toBeUndefined();
    expect((await cache.set('a', bytes(3))).refused).toEqual([{ tier: 'packed', reason: 'out' }]);
    expect(await cache.delete('b')).toBe(false);
    expect(fault.calls['get']).toBe(before);
    expect(await cache.explain('c')).toMatchObject({ tiers: [{ state: 'unknown', breaker: 'open' }] });
    expect(await cache.explain('b')).toMatchObject({ tiers: [{ state: 'distrusted' }] });
    // The trial fails, so the next one is later.
    clock.advance(100);
    expect(await cache.get('c')).toBeUndefined();
    clock.advance(100);
    expect(await cache.get('c')).toBeUndefined();
    expect(states).toEqual(['packed open', 'packed half-open', 'packed open']);
    fault.fault = 'none';
    clock.advance(100);
    expect(await cache.get('c')).toBeUndefined();
    expect(states.slice(3)).toEqual(['packed half-open', 'packed closed']);
    await settle();
    expect(await fault.inner.get('a')).toBeUndefined();
    expect(await fault.inner.get('b')).toBeUndefined();
    await cache.set('a', bytes(4));
    expect(await cache.get('a')).toEqual(bytes(4));
    expect(cache.stats().tiers[0]).toMatchObject({ failures: 3, lostWrites: 3, breaker: 'closed' });
    await cache.close();
  });

  it('keeps nobody waiting when it hangs, and what it does late is undone', async () => {
    const { cache, fault, clock } = ailing();
    await cache.open();
    fault.fault = 'hang';
    const set = cache.set('a', bytes(1));
    await settle();
    clock.advance(50);
    expect((await set).refused).toEqual([{ tier: 'packed', reason: 'failed' }]);
    fault.fault = 'none';
    await cache.set('a', bytes(2));
    fault.release();
    await settle();
    expect(await fault.inner.get('a')).toBeUndefined();
    expect(await cache.get('a')).toBeUndefined();
    await cache.set('a', bytes(3));
    expect(await cache.get('a')).toEqual(bytes(3));
    await cache.close();
  });

  it("can't be opened: open says so, the cache goes on, and it is opened later", async () => {
    const { cache, fault, clock } = ailing();
    fault.fault = 'fail';
    await expect(cache.open()).rejects.toThrow('open failed');
    expect(await cache.getOrLoad('a', () => bytes(1))).toEqual(bytes(1));
    await settle();
    fault.fault = 'none';
    clock.advance(1000);
    expect(await cache.getOrLoad('a', () => bytes(2))).toEqual(bytes(2));
    await settle();
    expect(await cache.getOrLoad('a', () => bytes(3))).toEqual(bytes(2));
    await cache.close();
  });

  it('is cleared before it is used again if that was asked meanwhile', async () => {
    const { cache, fault, clock } = ailing();
    await cache.set('a', bytes(1));
    await cache.set('b', bytes(1), { tags: ['t'] });
    fault.fault = 'fail';
    await cache.clear();
    await cache.deleteByTag('t');
    fault.fault = 'none';
    clock.advance(1000);
    expect(await cache.get('a')).toBeUndefined();
    await settle();
    expect(fault.inner.stats().entries).toBe(0);
    await cache.set('a', bytes(2), { tags: ['t'] });
    expect(await cache.get('a')).toEqual(bytes(2));
    await cache.close();
  });
});

describe('write modes', () => {
  it('through: set waits; back: it does not, and flush and close do', async () => {
    for (const write of ['through', 'back'] as const) {
      const { cache, fault, clock } = ailing({ write });
      await cache.open();
      fault.fault = 'hang';
      let isSet = false;
      const set = cache.set('a', bytes(1)).then(() => {
        isSet = true;
      });
      await settle();
      expect(isSet, write).toBe(write === 'back');
      // What waits to be written is there to be read.
      expect(await cache.get('a')).toEqual(bytes(1));
      expect(cache.stats().tiers[0]).toMatchObject({ pendingWrites: 1, pendingBytes: 1 });
      fault.fault = 'none';
      fault.release();
      await cache.flush();
      await set;
      expect((await fault.inner.get('a'))?.bytes).toEqual(bytes(1));
      expect(cache.stats().tiers[0]).toMatchObject({ pendingWrites: 0, pendingBytes: 0 });
      clock.advance(1);
      await cache.close();
    }
  });

  it('back: is bounded by making set wait, and writes a key that is set often once', async () => {
    const { cache, fault } = ailing({
      write: 'back',
      maxPendingBytes: 1000,
      concurrency: 1,
      timeoutMs: 10_000,
    });
    await cache.open();
    fault.fault = 'hang';
    const kilobyte = new Uint8Array(600);
    await cache.set('a', kilobyte);
    for (let i = 0; i < 10; i += 1) await cache.set('b', bytes(i));
    let isSet = false;
    const set = cache.set('c', kilobyte).then(() => {
      isSet = true;
    });
    await settle();
    expect(isSet).toBe(false);
    fault.fault = 'none';
    fault.release();
    await set;
    await cache.flush();
    expect(fault.calls['set']).toBe(3);
    expect(await cache.get('b')).toEqual(bytes(9));
    await cache.close();
  });

  it('around: set takes the old one out, what is loaded goes in', async () => {
    const { cache, fault } = ailing({ write: 'around' });
    await cache.getOrLoad('a', () => bytes(1));
    await cache.flush();
    expect(await fault.inner.has('a')).toBe(true);
    expect(await cache.set('a', bytes(2))).toEqual({ stored: [], refused: [] });
    await cache.flush();
    expect(await fault.inner.has('a')).toBe(false);
    await cache.close();
  });

  it('lets the entries of a tier expire earlier, at different times', async () => {
    const clock = createManualClock(0);
    const wallClock = (): number => clock.now();
    const below = packedMemory({ maxBytes: 1_000_000, wallClock });
    const randoms = [0, 0.5, 0.999];
    const cache = createCache({
      tiers: [memory({ maxBytes: 1000, ttlMs: 10 }), { tier: below, ttlMs: 1000, jitter: 0.5 }],
      clock,
      wallClock,
      random: () => randoms.shift() ?? 0,
    });
    for (const key of ['a', 'b', 'c']) await cache.set(key, bytes(1));
    const ends = ['a', 'b', 'c'].map(async (key) => (await below.get(key))?.meta.expiresAtMs);
    expect(await Promise.all(ends)).toEqual([1000, 750, 500]);
    clock.advance(10);
    expect(cache.getSync('a')).toBeUndefined();
    expect(await cache.get('a')).toEqual(bytes(1));
    await cache.close();
  });
});
