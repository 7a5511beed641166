import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactClassBytes, sizeClassBytes } from '../src/blocks/size-class.js';

const SIZES = fc.oneof(fc.integer({ min: 1, max: 1 << 20 }), fc.integer({ min: 1, max: 2 ** 48 }));

test('a class holds its request and wastes less than a fifth above 4 KiB', () => {
  fc.assert(
    fc.property(SIZES, (size) => {
      const bytes = sizeClassBytes(size);
      expect(bytes).toBeGreaterThanOrEqual(Math.max(size, 4096));
      if (size > 4096) expect((bytes - size) / bytes).toBeLessThan(0.2);
    }),
    { seed: 41, numRuns: 5000 },
  );
});

test('a class is its own class, and larger requests have no smaller class', () => {
  fc.assert(
    fc.property(SIZES, SIZES, (a, b) => {
      expect(sizeClassBytes(sizeClassBytes(a))).toBe(sizeClassBytes(a));
      if (a <= b) expect(sizeClassBytes(a)).toBeLessThanOrEqual(sizeClassBytes(b));
    }),
    { seed: 42, numRuns: 5000 },
  );
});

test('there are four classes to a doubling, from 4 KiB to beyond 32 bits', () => {
  let previous = 4096;
  expect(sizeClassBytes(1)).toBe(4096);
  for (let octave = 4096; octave < 2 ** 45; octave *= 2) {
    for (const quarter of [1, 2, 3, 4]) {
      const bytes = octave + (octave / 4) * quarter;
      expect(sizeClassBytes(previous + 1)).toBe(bytes);
      expect(sizeClassBytes(bytes)).toBe(bytes);
      previous = bytes;
    }
  }
});

test('exact classes end at the next page', () => {
  expect(exactClassBytes(12_441_600)).toBe(12_443_648);
  expect(exactClassBytes(65_536)).toBe(65_536);
});
