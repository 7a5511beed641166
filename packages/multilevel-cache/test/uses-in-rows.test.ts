import { createManualClock } from '@framerail/lifecycle';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCache, EVICTION_POLICIES, lru, memory } from '../src/index.js';

const WEIGHT = 10;

describe.each(Object.entries(EVICTION_POLICIES))('%s', (_, make) => {
  it('decides the same, told of uses in rows or one by one', () => {
    const use = fc.record({
      keys: fc.array(fc.nat(30), { maxLength: 40 }),
      times: fc.constantFrom(1, 1, 30),
    });
    fc.assert(
      fc.property(fc.array(fc.record({ set: fc.nat(30), use }), { maxLength: 60 }), (steps) => {
        const [inRows, oneByOne] = [make({ maxBytes: 12 * WEIGHT }), make({ maxBytes: 12 * WEIGHT })];
        const gone: string[][] = [[], []];
        for (const { set, use } of steps) {
          for (const [index, policy] of [inRows, oneByOne].entries()) {
            const isThere = policy.touch(`k${set}`) !== 0;
            if (!isThere) policy.set(`k${set}`, WEIGHT, 0, (key) => gone[index]?.push(key as string));
          }
          const there = use.keys.map((key) => inRows.find(`k${key}`)).filter((slot) => slot !== 0);
          const slots = Array.from({ length: use.times }, () => there).flat();
          // What lies behind the count is not for it.
          inRows.touchSlots(Uint32Array.from([...slots, 1, 1]), slots.length);
          for (const slot of slots) oneByOne.touchSlot(slot);
        }
        expect([...inRows.keys()]).toEqual([...oneByOne.keys()]);
        expect(gone[0]).toEqual(gone[1]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a memory tier', () => {
  it('lets go what a plain list in order of use does, however many uses lie between two sets', () => {
    const step = fc.record({
      gets: fc.array(fc.nat(15), { maxLength: 12 }),
      times: fc.constantFrom(1, 1, 1, 60),
      change: fc.record({ key: fc.nat(15), as: fc.constantFrom('set', 'set', 'set', 'delete', 'explain') }),
    });
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const cache = createCache<string, Uint8Array>({ tiers: [memory({ maxBytes: 8, policy: lru })] });
        const model = new Map<string, Uint8Array>();
        const use = (name: string, value = model.get(name)): Uint8Array | undefined => {
          model.delete(name);
          if (value !== undefined) model.set(name, value);
          return value;
        };
        let hits = 0;
        for (const { gets, times, change } of steps) {
          for (let time = 0; time < times; time += 1)
            for (const key of gets) {
              const expected = use(`k${key}`);
              hits += expected === undefined ? 0 : 1;
              expect(cache.getSync(`k${key}`)).toBe(expected);
            }
          const name = `k${change.key}`;
          if (change.as === 'delete') {
            model.delete(name);
            await cache.delete(name);
          } else if (change.as === 'set') {
            const value = new Uint8Array(1);
            use(name, value);
            const [oldest = ''] = model.keys();
            if (model.size > 8) model.delete(oldest);
            await cache.set(name, value);
          } else await cache.explain(name);
        }
        expect(cache.stats().hits).toBe(hits);
        expect(cache.stats().tiers[0]).toMatchObject({ hits, entries: model.size });
        await cache.close();
      }),
      { numRuns: 150 },
    );
  });

  it('counts the uses of each entry, and since when it is idle', async () => {
    const clock = createManualClock(0);
    const cache = createCache({ tiers: [memory({ maxBytes: 1000 })], clock });
    await cache.set('a', new Uint8Array(1));
    await cache.set('b', new Uint8Array(1));
    for (let time = 0; time < 1000; time += 1) cache.getSync('a');
    cache.getSync('b');
    expect([(await cache.explain('a')).uses, (await cache.explain('b')).uses]).toEqual([1000, 1]);
    clock.advance(1000);
    cache.trim({ bytes: 1, idleMs: 5000 });
    clock.advance(1000);
    for (let time = 0; time < 600; time += 1) cache.getSync('a');
    clock.advance(1000);
    expect(cache.trim({ idleMs: 1500 })).toBe(1);
    expect([cache.getSync('a')?.byteLength, cache.getSync('b')]).toEqual([1, undefined]);
    expect(cache.stats()).toMatchObject({ hits: 1602 });
    await cache.set('a', new Uint8Array(2));
    cache.getSync('a');
    expect((await cache.explain('a')).uses).toBe(1601 + 1);
    await cache.close();
  });
});
