import { describe, expect, test } from 'vitest';
import { type EvictionPolicy, lru, s3Fifo, wTinyLfu } from '../src/index.js';

/** Asks for everything in turn; gives the share of hits. */
function hitRate<K>(
  policy: EvictionPolicy<K>,
  keys: Iterable<K>,
  costOf: (key: K) => number = () => 0,
): number {
  let [hits, requests] = [0, 0];
  for (const key of keys) {
    requests += 1;
    if (policy.touch(key) !== 0) hits += 1;
    else policy.set(key, 1, costOf(key), () => {});
  }
  return hits / requests;
}

const loop = (length: number, requests: number, from = 0): number[] =>
  Array.from({ length: requests }, (_, index) => from + (index % length));
/** Everything twice, the second time after `apart` others. */
const twice = (apart: number, requests: number): number[] =>
  Array.from({ length: requests }, (_, index) => Math.floor(index / (2 * apart)) * apart + (index % apart));

describe('W-TinyLFU', () => {
  test('keeps most of a loop that is a little larger than itself', () => {
    expect(hitRate(wTinyLfu({ maxBytes: 950 }), loop(1000, 50_000))).toBeGreaterThan(0.9);
    expect(hitRate(lru({ maxBytes: 950 }), loop(1000, 50_000))).toBe(0);
  });

  test('goes by recency where that is what counts', () => {
    expect(hitRate(wTinyLfu({ maxBytes: 500 }), twice(400, 100_000))).toBeGreaterThan(0.48);
  });

  test('changes its mind', () => {
    const policy = wTinyLfu<number>({ maxBytes: 500 });
    expect(hitRate(policy, loop(600, 60_000, 1e6))).toBeGreaterThan(0.75);
    expect(hitRate(policy, twice(400, 100_000))).toBeGreaterThan(0.46);
    expect(hitRate(policy, loop(600, 60_000, 2e6))).toBeGreaterThan(0.55);
  });

  test('is not emptied by a scan', () => {
    const policy = wTinyLfu<number>({ maxBytes: 100 });
    hitRate(policy, loop(100, 2000));
    hitRate(policy, loop(100_000, 3000, 1000));
    expect(loop(100, 100).filter((key) => policy.has(key)).length).toBeGreaterThan(70);
  });

  test('lets newcomers go before what was never used, where the rest was used again soon', () => {
    const filling = [...loop(120, 360), ...loop(180, 180, 1000)];
    const policy = wTinyLfu<number>({ maxBytes: 300 });
    hitRate(policy, filling);
    hitRate(policy, [...loop(100, 100, 2000), ...loop(120, 120)]);
    expect(hitRate(policy, loop(100, 100, 2000))).toBeGreaterThan(0.3);
    expect(hitRate(policy, loop(120, 120))).toBe(1);
  });

  test('keeps what was never used, where little was used again', () => {
    const policy = wTinyLfu<number>({ maxBytes: 300 });
    hitRate(policy, [...loop(60, 180), ...loop(240, 240, 1000), ...loop(100, 100, 2000)]);
    // All but those that make room for the window, which holds the latest.
    expect(loop(240, 240, 1000).filter((key) => policy.has(key)).length).toBeGreaterThan(220);
  });

  test('does the same in every run', () => {
    const run = (): number[] => {
      const policy = wTinyLfu<number>({ maxBytes: 100 });
      hitRate(policy, [...loop(130, 5000), ...twice(80, 5000), ...loop(130, 5000)]);
      return [...policy.keys()];
    };
    expect(run()).toEqual(run());
  });

  test('keeps small entries rather than one large one that is used no more', () => {
    const policy = wTinyLfu<string>({ maxBytes: 100 });
    for (let round = 0; round < 200; round += 1) {
      for (const key of 'abcdefgh') if (policy.touch(key) === 0) policy.set(key, 12, 0, () => {});
      if (policy.touch('large') === 0) policy.set('large', 90, 0, () => {});
    }
    expect([...'abcdefgh'].every((key) => policy.has(key))).toBe(true);
  });

  test('lets no entry that is larger than its window push others out unasked', () => {
    const policy = wTinyLfu<string>({ maxBytes: 1000 });
    for (let round = 0; round < 20; round += 1)
      for (let key = 0; key < 90; key += 1)
        if (policy.touch(`small ${key}`) === 0) policy.set(`small ${key}`, 10, 0, () => {});
    for (let key = 0; key < 200; key += 1) policy.set(`large ${key}`, 60 + key, 0, () => {});
    const kept = Array.from({ length: 90 }, (_, key) => policy.has(`small ${key}`)).filter(Boolean);
    expect(kept.length).toBeGreaterThan(80);
  });

  test('keeps its books when entries change their weights in a small cache that is full', () => {
    const policy = wTinyLfu<number>({ maxBytes: 100 });
    const held = new Map<number, number>();
    for (let step = 0; step < 20_000; step += 1) {
      const key = (step * step * 31) % 97;
      const bytes = (step * 7) % 23;
      if (policy.touch(key) !== 0 && step % 3 !== 0) continue;
      held.set(key, bytes);
      policy.set(key, bytes, 0, (gone) => held.delete(gone));
      expect(policy.bytes).toBe([...held.values()].reduce((sum, weight) => sum + weight, 0));
      expect(policy.bytes).toBeLessThanOrEqual(100);
    }
    expect([...policy.keys()].sort()).toEqual([...held.keys()].sort());
  });

  test('keeps what is dear, if it is told to', () => {
    const dear = (key: number): number => (key % 2 === 0 ? 100 : 1);
    const keptDear = (costAware: boolean): number => {
      const policy = wTinyLfu<number>({ maxBytes: 100, costAware });
      hitRate(policy, loop(200, 40_000), dear);
      return [...policy.keys()].filter((key) => dear(key) === 100).length;
    };
    expect(keptDear(false)).toBeLessThan(60);
    expect(keptDear(true)).toBeGreaterThan(70);
  });
});

describe.each([
  ['w-tinylfu', wTinyLfu],
  ['s3-fifo', s3Fifo],
])('%s', (_, createPolicy) => {
  test('takes keys of any kind with a hash, and refuses them without', () => {
    const [a, b] = [{ id: 1 }, { id: 2 }];
    const policy = createPolicy<{ id: number }>({ maxBytes: 2, hash: ({ id }) => id });
    hitRate(policy, [a, b, a, b]);
    expect([policy.has(a), policy.has(b)]).toEqual([true, true]);
    expect(() => createPolicy<object>({ maxBytes: 2 }).set({}, 1, 0, () => {})).toThrow(
      expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }),
    );
  });
});
