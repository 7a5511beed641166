import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareRational,
  formatRational,
  invertRational,
  multiplyDivide,
  multiplyRational,
  parseRational,
  rational,
} from '../src/index.js';

const part = fc.integer({ min: -1_000_000, max: 1_000_000 });
const nonZero = part.filter((n) => n !== 0);
const fraction = fc.tuple(part, nonZero).map(([n, d]) => rational(n, d));

describe('rational', () => {
  it('is in lowest terms with a positive denominator', () => {
    fc.assert(
      fc.property(part, nonZero, nonZero, (n, d, k) => {
        const value = rational(n, d);
        expect(value.denominator).toBeGreaterThan(0);
        expect(BigInt(value.numerator) * BigInt(d)).toBe(BigInt(value.denominator) * BigInt(n));
        expect(rational(n * k, d * k)).toEqual(value);
      }),
    );
  });

  it('is read back from what it is written as', () => {
    fc.assert(
      fc.property(fraction, (value) => {
        expect(parseRational(formatRational(value))).toEqual(value);
      }),
    );
  });

  it('keeps order, products and inverses as exact integers do', () => {
    fc.assert(
      fc.property(fraction, fraction, (a, b) => {
        const difference =
          BigInt(a.numerator) * BigInt(b.denominator) - BigInt(b.numerator) * BigInt(a.denominator);
        expect(compareRational(a, b)).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0);
        expect(multiplyRational(a, b)).toEqual(multiplyRational(b, a));
        if (a.numerator !== 0) expect(multiplyRational(a, invertRational(a))).toEqual(rational(1));
      }),
    );
  });

  it.each([
    ['30', 30, 1],
    ['29.97', 2997, 100],
    ['30000/1001', 30000, 1001],
    ['16:9', 16, 9],
    ['-1/2', -1, 2],
  ])('reads %s', (text, numerator, denominator) => {
    expect(parseRational(text)).toEqual({ numerator, denominator });
  });

  it.each(['', '0/0', '1/0', 'NaN', '1e3', '1/-2', '99999999999999999999'])('does not read %j', (text) => {
    expect(parseRational(text)).toBeUndefined();
  });

  it.each([
    [1, 0],
    [0.5, 1],
    [Number.NaN, 1],
    [1, Number.POSITIVE_INFINITY],
    [2 ** 53, 1],
  ])('refuses %d/%d', (n, d) => {
    expect(() => rational(n, d)).toThrow(RangeError);
  });
});

describe('multiplyDivide', () => {
  const large = fc.integer({ min: -(2 ** 50), max: 2 ** 50 });
  it('rounds the exact quotient', () => {
    fc.assert(
      fc.property(
        large,
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1001, max: 2 ** 40 }),
        (f, a, b) => {
          const product = BigInt(f) * BigInt(a);
          const divisor = BigInt(b);
          const floor = BigInt(multiplyDivide(f, a, b, 'floor'));
          const ceil = BigInt(multiplyDivide(f, a, b, 'ceil'));
          const nearest = BigInt(multiplyDivide(f, a, b, 'half-up'));
          expect(floor * divisor <= product && product < (floor + 1n) * divisor).toBe(true);
          expect((ceil - 1n) * divisor < product && product <= ceil * divisor).toBe(true);
          const twice = 2n * (product - nearest * divisor);
          expect(-divisor <= twice && twice < divisor).toBe(true);
        },
      ),
    );
  });

  it('refuses what no safe integer holds', () => {
    expect(() => multiplyDivide(2 ** 50, 2 ** 50, 1, 'floor')).toThrow(RangeError);
  });
});
