import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fixedToHalf,
  HALF_TO_UNIT16,
  halfToNumber,
  numberToHalf,
  UNIT16_TO_HALF,
} from '../src/exact/half-float.js';

/** `value / 65535` less a half float, times 2^24 · 65535: exact. */
const distance = (value: number, half: number): bigint => {
  const scaled = BigInt(halfToNumber(half) * 2 ** 24);
  const difference = BigInt(value) * 2n ** 24n - scaled * 65_535n;
  return difference < 0n ? -difference : difference;
};

describe('half floats', () => {
  test('become numbers as IEEE 754 says', () => {
    const cases: [number, number][] = [
      [0x0000, 0],
      [0x8000, -0],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x0400, 2 ** -14],
      [0x3555, 0.333251953125],
      [0x3c00, 1],
      [0x3c01, 1 + 2 ** -10],
      [0xc000, -2],
      [0x7bff, 65_504],
      [0x7c00, Number.POSITIVE_INFINITY],
      [0xfc00, Number.NEGATIVE_INFINITY],
      [0x7c01, Number.NaN],
    ];
    for (const [bits, value] of cases) expect(halfToNumber(bits)).toBe(value);
  });

  test('come back from their numbers, all of them', () => {
    for (let bits = 0; bits < 65_536; bits += 1) {
      const value = halfToNumber(bits);
      if (numberToHalf(value) !== (Number.isNaN(value) ? 0x7e00 : bits)) expect(bits).toBe('another');
    }
  });

  test('are the nearest, and the even of two as near', () => {
    const property = fc.property(fc.integer({ min: 0, max: 0x7bfe }), (bits) => {
      const [below, above] = [halfToNumber(bits), halfToNumber(bits + 1)];
      const middle = (below + above) / 2;
      expect(numberToHalf(middle)).toBe(bits + (bits & 1));
      expect(numberToHalf(-middle)).toBe(0x8000 | (bits + (bits & 1)));
      expect(numberToHalf(middle * (1 - 2 ** -40))).toBe(bits);
      expect(numberToHalf(middle * (1 + 2 ** -40))).toBe(bits + 1);
    });
    fc.assert(property, { seed: 41, numRuns: 5000 });
    expect([65_519, 65_520, 1e9, -1e9].map(numberToHalf)).toEqual([0x7bff, 0x7c00, 0x7c00, 0xfc00]);
  });

  test('are the nearest to shares of 2^28 on every boundary, and the even of two as near', () => {
    for (let bits = 0; bits < 0x3c00; bits += 1) {
      const [low, high] = [halfToNumber(bits) * 2 ** 28, halfToNumber(bits + 1) * 2 ** 28];
      const tie = (low + high) / 2;
      const made = [low, tie - 1, tie, tie + 1, high].map(fixedToHalf);
      const expected = [bits, bits, bits + (bits & 1), bits + 1, bits + 1];
      if (made.some((half, index) => half !== expected[index])) expect(made).toEqual(expected);
    }
    expect([1, 7, 8, 9, 24].map(fixedToHalf)).toEqual([0, 0, 0, 1, 2]);
  });

  test('are cut to 16-bit pixels', () => {
    const at = (value: number) => HALF_TO_UNIT16[numberToHalf(value)];
    expect([0, 1, 0.5, 2, -1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(at)).toEqual([
      0, 65_535, 32_768, 65_535, 0, 65_535, 0,
    ]);
    expect([0x7c01, 0x7e00, 0xffff].map((bits) => HALF_TO_UNIT16[bits])).toEqual([0, 0, 0]);
    for (let bits = 0; bits <= 0x3c00; bits += 1) {
      // floor(v · 65535 + 1/2) in integers over 2^25.
      const rounded = (2n * BigInt(halfToNumber(bits) * 2 ** 24) * 65_535n + 2n ** 24n) / 2n ** 25n;
      if (HALF_TO_UNIT16[bits] !== Number(rounded)) expect(HALF_TO_UNIT16[bits]).toBe(Number(rounded));
    }
  });

  test('are the nearest to every 16-bit pixel', () => {
    for (let value = 0; value < 65_536; value += 1) {
      const half = UNIT16_TO_HALF[value] as number;
      const own = distance(value, half);
      const nearer = [half - 1, half + 1].some((other) => other >= 0 && distance(value, other) < own);
      if (nearer) expect(`a nearer half than ${half} for ${value}`).toBe('none');
    }
    expect([UNIT16_TO_HALF[0], UNIT16_TO_HALF[65_535]]).toEqual([0, 0x3c00]);
  });
});
