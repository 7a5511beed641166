import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrequencySketch } from '../src/eviction/frequency-sketch.js';
import { hashKey } from '../src/eviction/key-hash.js';

describe('the sketch', () => {
  test('never says less than was counted, up to 15, while nothing was halved', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300), { maxLength: 300 }), (keys) => {
        const sketch = new FrequencySketch();
        const counts = new Map<number, number>();
        for (const key of keys) {
          sketch.increment(hashKey(key));
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
        for (const [key, count] of counts)
          expect(sketch.frequency(hashKey(key))).toBeGreaterThanOrEqual(Math.min(15, count));
      }),
    );
  });

  test('is seldom wrong by more than a little when it has the room that it asks for', () => {
    const sketch = new FrequencySketch();
    sketch.reserve(1000);
    for (let key = 0; key < 1000; key += 1)
      for (let use = 0; use < key % 5; use += 1) sketch.increment(hashKey(key));
    const wrong = Array.from({ length: 1000 }, (_, key) => sketch.frequency(hashKey(key)) - (key % 5));
    expect(wrong.filter((error) => error < 0)).toEqual([]);
    expect(wrong.filter((error) => error > 0).length).toBeLessThan(50);
  });

  test('loses nothing when it grows', () => {
    const sketch = new FrequencySketch();
    for (let key = 0; key < 60; key += 1)
      for (let use = 0; use < 1 + (key % 4); use += 1) sketch.increment(hashKey(key));
    const before = Array.from({ length: 60 }, (_, key) => sketch.frequency(hashKey(key)));
    sketch.reserve(100_000);
    expect(Array.from({ length: 60 }, (_, key) => sketch.frequency(hashKey(key)))).toEqual(before);
  });

  test('forgets by halves', () => {
    const sketch = new FrequencySketch();
    for (let use = 0; use < 12; use += 1) sketch.increment(hashKey(7));
    for (let key = 0; key < 2000; key += 1) sketch.increment(hashKey(1000 + key));
    expect(sketch.frequency(hashKey(7))).toBeLessThan(8);
    sketch.clear();
    expect(sketch.frequency(hashKey(7))).toBe(0);
  });
});

describe('hashes', () => {
  test('of equal keys are equal, of others seldom', () => {
    const keys = [...Array(5000).keys()].flatMap((key) => [key, key * 2 ** 33, key + 0.5, `frame ${key}`]);
    const hashes = new Set(keys.map(hashKey));
    expect(hashes.size).toBeGreaterThan(keys.length - 20);
    expect(hashKey(`frame ${1}`)).toBe(hashKey('frame 1'));
    expect(hashKey(-0)).toBe(hashKey(0));
    expect(Number.isInteger(hashKey(Number.NaN))).toBe(true);
    expect(hashKey(5n)).toBe(hashKey(5n));
  });

  test('of other keys must be given', () => {
    expect(() => hashKey({})).toThrow(expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }));
  });
});
