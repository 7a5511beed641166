import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Histogram } from '../src/index.js';

const values = fc.array(fc.double({ min: -1, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 200 });

test('quantiles are at most an eighth, or the smallest value, above what they were', () => {
  fc.assert(
    fc.property(values, fc.constantFrom(1 / 64, 1, 10), (recorded, smallest) => {
      const histogram = new Histogram(smallest);
      for (const value of recorded) histogram.record(value);
      const { count, mean, max, p50, p90, p99 } = histogram.snapshot();
      const sorted = recorded.map((value) => Math.max(0, value)).sort((a, b) => a - b);
      expect(count).toBe(sorted.length);
      expect(max).toBe(sorted.at(-1));
      expect(mean).toBeCloseTo(sorted.reduce((sum, value) => sum + value, 0) / count, 3);
      for (const [share, quantile] of [
        [0.5, p50],
        [0.9, p90],
        [0.99, p99],
      ] as const) {
        const exact = sorted[Math.ceil(count * share) - 1] as number;
        expect(quantile).toBeGreaterThanOrEqual(exact);
        expect(quantile).toBeLessThanOrEqual(Math.max(smallest, exact * 1.125) * (1 + 1e-9));
      }
    }),
    { seed: 20_261_120 },
  );
});

test('a bucket that is known is the one that would be found', () => {
  fc.assert(
    fc.property(values, (recorded) => {
      const [found, told] = [new Histogram(1 / 64), new Histogram(1 / 64)];
      for (const value of recorded) {
        found.record(value);
        told.record(value, Histogram.bucketOf(value, 1 / 64));
      }
      expect(told.snapshot()).toEqual(found.snapshot());
    }),
    { seed: 20_261_121 },
  );
});

test('shows zeros before anything was recorded, and can not be changed', () => {
  const snapshot = new Histogram().snapshot();
  expect(snapshot).toEqual({ count: 0, mean: 0, max: 0, p50: 0, p90: 0, p99: 0 });
  expect(Object.isFrozen(snapshot)).toBe(true);
});
