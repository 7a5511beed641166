// Policies beside the plainest program that does the same: arrays, and a search for everything.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type EvictionPolicy, lru, sieve } from '../src/index.js';

interface Entry {
  key: number;
  bytes: number;
  used: boolean;
}

/** Asks a model for a key, which takes it in if it isn't there. @returns whether it was there */
type Model = (key: number, bytes: number) => boolean;

const weightOf = (entries: readonly Entry[]): number => entries.reduce((sum, { bytes }) => sum + bytes, 0);

function plainLru(maxBytes: number): Model {
  const entries: Entry[] = [];
  return (key, bytes) => {
    const at = entries.findIndex((entry) => entry.key === key);
    const [found] = at >= 0 ? entries.splice(at, 1) : [];
    if (found === undefined && bytes > maxBytes) return false;
    while (found === undefined && weightOf(entries) + bytes > maxBytes) entries.shift();
    entries.push(found ?? { key, bytes, used: false });
    return found !== undefined;
  };
}

function plainSieve(maxBytes: number): Model {
  /** The oldest first. */
  const entries: Entry[] = [];
  let hand = 0;
  return (key, bytes) => {
    const found = entries.find((entry) => entry.key === key);
    if (found !== undefined) found.used = true;
    if (found !== undefined || bytes > maxBytes) return found !== undefined;
    while (weightOf(entries) + bytes > maxBytes) {
      hand = hand >= entries.length ? 0 : hand;
      const entry = entries[hand] as Entry;
      if (entry.used) hand += 1;
      else entries.splice(hand, 1);
      entry.used = false;
    }
    entries.push({ key, bytes, used: false });
    return false;
  };
}

const requests = fc.array(fc.nat(30), { minLength: 1, maxLength: 400 });
const weights = fc.func(fc.integer({ min: 0, max: 12 }));

test.each<[string, (options: { maxBytes: number }) => EvictionPolicy<number>, (maxBytes: number) => Model]>([
  ['lru', lru, plainLru],
  ['sieve', sieve, plainSieve],
])('%s hits and misses as the plain one does', (_, createPolicy, createModel) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), requests, weights, (maxBytes, keys, weigh) => {
      const [policy, model] = [createPolicy({ maxBytes }), createModel(maxBytes)];
      for (const key of keys) {
        const bytes = weigh(key);
        const isHit = policy.touch(key) !== 0;
        if (!isHit) policy.set(key, bytes, 0, () => {});
        expect(isHit).toBe(model(key, bytes));
      }
    }),
    { numRuns: 300 },
  );
});
