import { createEmitter } from '@framerail/lifecycle';
import { describe, expect, it } from 'vitest';
import { type ByteTier, createCache, memory, packedMemory, type TierEvents } from '../../src/index.js';
import { settle } from './fault-tier.js';

const bytes = (value: number): Uint8Array => new Uint8Array([value]);

/** A tier that hears of other processes, and whose writes wait, when the test says so. */
function sharedTier(name: string) {
  const foreign = createEmitter<TierEvents>();
  const inner = packedMemory({ maxBytes: 100_000, name });
  const given: (boolean | undefined)[] = [];
  let gate: PromiseWithResolvers<void> | undefined;
  const tier = new Proxy(inner, {
    get(target, property) {
      if (property === 'on') return foreign.on.bind(foreign);
      const own: unknown = Reflect.get(target, property, target);
      if (typeof own !== 'function') return own;
      if (property !== 'set') return own.bind(target);
      return async (...args: Parameters<ByteTier['set']>) => {
        given.push(args[2]?.ifUnchanged);
        await gate?.promise;
        return target.set(...args);
      };
    },
  });
  return {
    tier,
    inner,
    given,
    changed: (change: TierEvents['invalidated']) => foreign.emit('invalidated', change),
    hold: () => {
      gate = Promise.withResolvers();
    },
    release: () => gate?.resolve(),
  };
}

describe('what another process changed', () => {
  it.each([
    ['its key', { keys: ['k'] }],
    ['its tag', { tags: ['t'] }],
    ['everything', { everything: true }],
  ])('%s: is read and written no more as it was before', async (_, change) => {
    const shared = sharedTier('shared');
    const far = sharedTier('far');
    const cache = createCache({
      tiers: [
        memory({ maxBytes: 1000 }),
        { tier: shared.tier, concurrency: 1 },
        { tier: far.tier, concurrency: 1 },
      ],
    });
    await cache.set('first', bytes(0));
    // Something else is being written, so that what is loaded waits.
    shared.hold();
    far.hold();
    const writing = cache.set('slow', bytes(1));
    await settle();
    await cache.getOrLoad('k', async () => bytes(2), { tags: ['t'] });
    expect(await cache.get('k')).toEqual(bytes(2));
    shared.changed(change);
    expect(await cache.get('k')).toBeUndefined();
    shared.release();
    far.release();
    await writing;
    expect(await cache.get('k')).toBeUndefined();
    await cache.flush();
    expect(await shared.inner.has('k')).toBe(false);
    expect(await far.inner.has('k')).toBe(false);
    expect(await shared.inner.has('slow')).toBe(true);
    await cache.close();
  });

  it('is left to the tier where it may not be known yet, but not what somebody set', async () => {
    const shared = sharedTier('shared');
    const cache = createCache({ tiers: [memory({ maxBytes: 1000 }), shared.tier] });
    await cache.set('a', bytes(1));
    await cache.getOrLoad('b', async () => bytes(2));
    await cache.flush();
    expect(shared.given).toEqual([false, true]);
    await cache.close();
  });

  it('is read from the tier, though something older is on its way there', async () => {
    const shared = sharedTier('shared');
    const cache = createCache({ tiers: [memory({ maxBytes: 1000 }), shared.tier] });
    await cache.open();
    shared.hold();
    await cache.getOrLoad('k', async () => bytes(2));
    await settle();
    const meta = { createdAtMs: Date.now(), tags: [], cost: 0, compression: 'none' as const, rawBytes: 1 };
    await shared.inner.set('k', { bytes: bytes(3), meta });
    shared.changed({ keys: ['k'] });
    expect(await cache.get('k')).toEqual(bytes(3));
    shared.release();
    await cache.close();
  });

  it('doesn’t come back below by what is under way there', async () => {
    const shared = sharedTier('shared');
    const far = sharedTier('far');
    const cache = createCache({ tiers: [shared.tier, far.tier] });
    far.hold();
    await cache.getOrLoad('k', async () => bytes(2));
    await settle();
    shared.changed({ keys: ['k'] });
    far.release();
    await cache.flush();
    expect(await far.inner.has('k')).toBe(false);
    await cache.close();
  });
});
