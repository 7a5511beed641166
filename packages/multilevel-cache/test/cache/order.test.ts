import { createManualClock } from '@framerail/lifecycle';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCache, memory, packedMemory } from '../../src/index.js';
import { faultTier } from './fault-tier.js';

const bytes = (value: number): Uint8Array => new Uint8Array(8).fill(value);

describe('calls that nobody waits for', () => {
  it('take effect in their order, in every tier', async () => {
    const key = fc.constantFrom('a', 'b', 'c');
    const tag = fc.constantFrom('x', 'y');
    const call = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ type: fc.constant('set' as const), key, tags: fc.subarray(['x', 'y']) }),
      },
      fc.record({ type: fc.constant('delete' as const), key }),
      fc.record({ type: fc.constant('tag' as const), tag }),
      fc.record({ type: fc.constant('clear' as const) }),
      fc.record({ type: fc.constant('turn' as const), turns: fc.integer({ min: 1, max: 6 }) }),
    );
    const modes = fc.constantFrom('through' as const, 'back' as const);
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 25 }), modes, async (calls, write) => {
        const tiers = ['near', 'far'].map((name) => packedMemory({ maxBytes: 1_000_000, name }));
        const cache = createCache({
          tiers: [memory({ maxBytes: 1000 }), ...tiers.map((tier) => ({ tier, write }))],
        });
        const model = new Map<string, { value: number; tags: string[] }>();
        const done: Promise<unknown>[] = [];
        for (const [value, one] of calls.entries()) {
          if (one.type === 'set') {
            model.set(one.key, { value, tags: one.tags });
            done.push(cache.set(one.key, bytes(value), { tags: one.tags }));
          } else if (one.type === 'delete') {
            model.delete(one.key);
            done.push(cache.delete(one.key));
          } else if (one.type === 'tag') {
            for (const [name, { tags }] of [...model]) if (tags.includes(one.tag)) model.delete(name);
            done.push(cache.deleteByTag(one.tag));
          } else if (one.type === 'clear') {
            model.clear();
            done.push(cache.clear());
          } else for (let turn = 0; turn < one.turns; turn += 1) await undefined;
          for (const name of ['a', 'b', 'c']) expect(cache.getSync(name)?.[0]).toBe(model.get(name)?.value);
        }
        const reads = ['a', 'b', 'c'].map((name) => cache.get(name));
        for (const [index, found] of (await Promise.all(reads)).entries())
          expect(found?.[0]).toBe(model.get('abc'[index] as string)?.value);
        await Promise.all(done);
        await cache.flush();
        for (const tier of tiers)
          for (const name of ['a', 'b', 'c'])
            expect((await tier.get(name))?.bytes[0], `${name} in ${tier.name}`).toBe(model.get(name)?.value);
        await cache.close();
      }),
      { numRuns: 300 },
    );
  });

  it('keeps what is set after a clearing that failed, once the tier is back', async () => {
    const clock = createManualClock(0);
    const below = faultTier(packedMemory({ maxBytes: 1_000_000 }));
    const cache = createCache({
      tiers: [{ tier: below.tier, breaker: { failures: 1, cooldownMs: 100 } }],
      clock,
    });
    await cache.set('a', bytes(1));
    below.fault = 'fail';
    await cache.clear();
    below.fault = 'none';
    expect((await cache.set('a', bytes(2))).stored).toEqual([]);
    expect(await cache.get('a')).toBeUndefined();
    clock.advance(100);
    expect((await cache.set('a', bytes(3))).stored).toHaveLength(1);
    expect(await cache.get('a')).toEqual(bytes(3));
    await cache.flush();
    expect((await below.inner.get('a'))?.bytes).toEqual(bytes(3));
    await cache.close();
  });
});

describe('closing', () => {
  it('gives up tiers that are ill after their time', async () => {
    const clock = createManualClock(0);
    const inner = packedMemory({ maxBytes: 1_000_000 });
    const below = faultTier(inner);
    const hanging = new Proxy(below.tier, {
      get: (target, name) =>
        name === 'close' ? () => new Promise(() => {}) : Reflect.get(target, name, target),
    });
    const cache = createCache({
      tiers: [{ tier: hanging, timeoutMs: 50, breaker: { failures: 1 } }],
      clock,
    });
    below.fault = 'fail';
    await cache.set('a', bytes(1));
    const closing = cache.close();
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(50);
    await closing;
    await inner.close();
  });
});
