import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCache, lru, memory, PROMOTION_PRESETS, packedMemory } from '../../src/index.js';
import { PromotionRules } from '../../src/promotion/promotion-rule.js';
import { settle } from './fault-tier.js';

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(7);

describe('promotion', () => {
  it('by-frequency: more than 10 uses and under 100 MB, more than 2 and under 1 GB, or the last', () => {
    const rules = new PromotionRules('by-frequency', 3);
    fc.assert(
      fc.property(fc.nat(30), fc.integer({ min: 0, max: 2e9 }), (uses, size) => {
        const expected = uses > 10 && size < 100e6 ? 0 : uses > 2 && size < 1e9 ? 1 : 2;
        expect(rules.place(uses, size).tier).toBe(expected);
      }),
    );
    for (const [uses, size, tier] of [
      [11, 99_999_999, 0],
      [11, 100_000_000, 1],
      [10, 1, 1],
      [3, 999_999_999, 1],
      [3, 1_000_000_000, 2],
      [2, 1, 2],
    ] as const)
      expect(rules.place(uses, size).tier).toBe(tier);
    expect(PROMOTION_PRESETS['by-frequency']).toHaveLength(3);
    // Rules for three tiers serve two, and one.
    expect(new PromotionRules('by-frequency', 2).place(5, 1).tier).toBe(1);
    expect(new PromotionRules('by-frequency', 1).place(50, 1).tier).toBe(0);
  });

  it('moves an entry up as it is used, and says why it is where it is', async () => {
    const cache = createCache({
      tiers: [
        memory({ maxBytes: 1000 }),
        packedMemory({ maxBytes: 10_000, name: 'near' }),
        packedMemory({ maxBytes: 100_000, name: 'far' }),
      ],
      promotion: 'by-frequency',
    });
    expect(await cache.set('a', bytes(10))).toEqual({ stored: ['far'], refused: [] });
    const places: string[] = [];
    for (let use = 1; use <= 12; use += 1) {
      await cache.get('a');
      await cache.flush();
      const { tiers, uses } = await cache.explain('a');
      places.push(`${uses} ${tiers.find(({ state }) => state !== 'absent')?.tier}`);
    }
    expect(places).toEqual([
      ...['1 far', '2 far', '3 near', '4 near', '5 near', '6 near', '7 near', '8 near', '9 near', '10 near'],
      ...['11 memory', '12 memory'],
    ]);
    const { belongsIn, rule, summary, history } = await cache.explain('a');
    expect({ belongsIn, rule }).toEqual({ belongsIn: 'memory', rule: 0 });
    expect(summary).toContain('In memory (fresh), near (present), far (present)');
    expect(history?.events.at(-1)?.what).toBe('found in near');
    await cache.close();
  });

  it('never: leaves entries where they are', async () => {
    const below = packedMemory({ maxBytes: 10_000 });
    const cache = createCache({ tiers: [memory({ maxBytes: 100 }), below], promotion: 'never' });
    await cache.set('a', bytes(10));
    cache.trim({ bytes: 1 });
    expect(await cache.get('a')).toEqual(bytes(10));
    expect(cache.getSync('a')).toBeUndefined();
    await cache.close();
  });

  it('moves what memory lets go down to a tier that was not given it', async () => {
    const below = packedMemory({ maxBytes: 100_000 });
    const cache = createCache({
      tiers: [memory({ maxBytes: 100, policy: lru }), { tier: below, write: 'around' }],
    });
    await cache.set('a', bytes(60), { tags: ['t'] });
    expect(await below.has('a')).toBe(false);
    await cache.set('b', bytes(60));
    await cache.flush();
    expect((await below.get('a'))?.meta.tags).toEqual(['t']);
    expect(await cache.get('a')).toEqual(bytes(60));
    await cache.close();
  });

  it('moves what a tier of bytes lets go down to the next, which may have it already', async () => {
    const near = packedMemory({ maxBytes: 700, name: 'near', policy: lru });
    const far = packedMemory({ maxBytes: 100_000, name: 'far' });
    const cache = createCache({ tiers: [near, { tier: far, write: 'around' }] });
    for (const key of ['a', 'b', 'c']) await cache.set(key, bytes(50));
    await settle();
    await cache.flush();
    expect(near.stats().entries).toBe(2);
    expect(await far.has('a')).toBe(true);
    expect(far.stats().sets).toBe(1);
    await cache.close();
  });
});
