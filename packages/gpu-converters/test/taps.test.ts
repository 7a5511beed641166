import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { componentTaps } from '../src/exact/component-taps.js';
import type { ScaleFilter } from '../src/operations/operation.js';
import type { Taps } from '../src/operations/prepared-operation.js';
import { makeTaps, TAPS_ONE } from '../src/operations/taps.js';

const FILTERS: readonly ScaleFilter[] = ['bilinear', 'bicubic', 'lanczos3', 'area'];
const filter = fc.constantFrom(...FILTERS);
const size = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 700 }));

/** Taps of a scale of a whole axis. */
function scaleTaps(sourceSize: number, targetSize: number, by: ScaleFilter): Taps {
  const ratio = sourceSize / targetSize;
  const position = (index: number): number => (index + 0.5) * ratio - 0.5;
  return makeTaps({ sourceSize, targetSize, ratio, position, filter: by });
}

/** Weights of a position, as numbers. */
const weightsOf = ({ count, weights }: Taps, index: number): number[] => [
  ...weights.subarray(index * count, (index + 1) * count),
];

/** Kernels as their papers print them, in doubles. */
const KERNELS: Record<string, (x: number) => number> = {
  bilinear: (x) => Math.max(0, 1 - Math.abs(x)),
  bicubic: (x) => {
    const d = Math.abs(x);
    if (d < 1) return 1.5 * d ** 3 - 2.5 * d ** 2 + 1;
    return d < 2 ? -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2 : 0;
  },
  lanczos3: (x) => {
    if (x === 0) return 1;
    const px = Math.PI * x;
    return Math.abs(x) < 3 ? (3 * Math.sin(px) * Math.sin(px / 3)) / px ** 2 : 0;
  },
};

describe('taps', () => {
  test('add up to one exactly, lie inside and stay small', () => {
    const property = fc.property(size, size, filter, (sourceSize, targetSize, by) => {
      const taps = scaleTaps(sourceSize, targetSize, by);
      expect(taps.start.length).toBe(targetSize);
      expect(taps.weights.length).toBe(targetSize * taps.count);
      for (let index = 0; index < targetSize; index += 1) {
        const weights = weightsOf(taps, index);
        const start = taps.start[index] as number;
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(TAPS_ONE);
        expect(weights.reduce((sum, weight) => sum + Math.abs(weight), 0)).toBeLessThanOrEqual(26_000);
        expect(start + taps.count).toBeLessThanOrEqual(sourceSize);
      }
    });
    fc.assert(property, { seed: 61, numRuns: 400 });
    for (const by of FILTERS) expect(scaleTaps(65_535, 1, by).weights.reduce((a, b) => a + b)).toBe(TAPS_ONE);
  });

  test('are the kernels’ values, to the rounding of running sums', () => {
    const property = fc.property(
      fc.integer({ min: 8, max: 300 }),
      fc.integer({ min: 8, max: 300 }),
      fc.constantFrom('bilinear', 'bicubic', 'lanczos3'),
      (sourceSize, targetSize, by) => {
        const ratio = sourceSize / targetSize;
        if (ratio > 2) return;
        const taps = scaleTaps(sourceSize, targetSize, by);
        const widening = by === 'bilinear' ? 1 : Math.max(ratio, 1);
        for (let index = 0; index < targetSize; index += 1) {
          const position = ((2 * index + 1) * sourceSize) / (2 * targetSize) - 0.5;
          const exact = new Map<number, number>();
          let sum = 0;
          for (let sample = -20; sample < sourceSize + 20; sample += 1) {
            const value = (KERNELS[by] as (x: number) => number)((sample - position) / widening);
            const at = Math.min(Math.max(sample, 0), sourceSize - 1);
            exact.set(at, (exact.get(at) ?? 0) + value);
            sum += value;
          }
          for (const [k, weight] of weightsOf(taps, index).entries()) {
            const own = (exact.get((taps.start[index] as number) + k) ?? 0) / sum;
            expect(Math.abs(weight / TAPS_ONE - own)).toBeLessThanOrEqual(1.001 / TAPS_ONE);
          }
        }
      },
    );
    fc.assert(property, { seed: 62, numRuns: 60 });
  });

  test('weigh by what a pixel covers above a ratio of 2, whatever the filter', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 9 }),
      filter,
      (target, times, by) => {
        const source = target * 2 + times;
        const ratio = source / target;
        const taps = scaleTaps(source, target, by);
        for (let index = 0; index < target; index += 1) {
          for (const [k, weight] of weightsOf(taps, index).entries()) {
            const sample = (taps.start[index] as number) + k;
            const share =
              Math.max(0, Math.min(sample + 1, (index + 1) * ratio) - Math.max(sample, index * ratio)) /
              ratio;
            expect(Math.abs(weight / TAPS_ONE - share)).toBeLessThanOrEqual(1.001 / TAPS_ONE);
          }
        }
      },
    );
    fc.assert(property, { seed: 63, numRuns: 200 });
  });

  test('are the same from both ends, but for rounding', () => {
    const property = fc.property(size, size, filter, (sourceSize, targetSize, by) => {
      const taps = scaleTaps(sourceSize, targetSize, by);
      const centre = (index: number): number =>
        weightsOf(taps, index).reduce(
          (sum, weight, k) => sum + weight * ((taps.start[index] as number) + k),
          0,
        ) / TAPS_ONE;
      for (let index = 0; index < targetSize; index += 1) {
        const both = centre(index) + centre(targetSize - 1 - index);
        expect(Math.abs(both - (sourceSize - 1))).toBeLessThanOrEqual(
          (2 * taps.count * taps.count) / TAPS_ONE,
        );
      }
    });
    fc.assert(property, { seed: 64, numRuns: 200 });
  });
});

const location = fc.constantFrom('left', 'center', 'topleft');
const step = fc.constantFrom(1, 2);

describe('taps of components', () => {
  // Where samples are, once more from the definition: chroma lies on its left (or top) luma sample, or between two.
  const luma = (index: number, by: 1 | 2, where: string, axis: 'across' | 'down'): number => {
    const isBetween = axis === 'across' ? where === 'center' : where !== 'topleft';
    return by === 2 ? 2 * index + (isBetween ? 0.5 : 0) : index;
  };

  test('are about the place where the sample lies, and never look outside the part', () => {
    const property = fc.property(
      fc.constantFrom('across', 'down'),
      step,
      step,
      location,
      location,
      fc.integer({ min: 0, max: 30 }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 30 }),
      fc.option(fc.integer({ min: 1, max: 90 }), { nil: undefined }),
      filter,
      (axis, from, to, own, other, start, length, rest, scaled, by) => {
        const target = scaled ?? length;
        const taps = componentTaps({
          axis,
          source: { size: start + length + rest, step: from, location: own },
          target: { size: target, step: to, location: other },
          part: { start, size: length },
          filter: by,
          upsampling: 'bilinear',
        });
        const first = Math.floor(start / from);
        const last = Math.floor((start + length - 1) / from);
        for (let index = 0; index < Math.ceil(target / to); index += 1) {
          // In luma samples of the source.
          const exact = ((luma(index, to, other, axis) + 0.5) * length) / target + start - 0.5;
          if (!('weights' in taps)) {
            expect(luma(taps.start + index, from, own, axis)).toBe(exact);
            continue;
          }
          const at = taps.start[index] as number;
          expect(at).toBeGreaterThanOrEqual(first);
          expect(at + taps.count - 1).toBeLessThanOrEqual(last);
          const weights = weightsOf(taps, index);
          expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(TAPS_ONE);
          // Kernels that shrink, and edges, are only nearly about their place.
          const isEdge = at === first || at + taps.count - 1 === last;
          if (isEdge || (length / target) * (to / from) > 1) continue;
          const centre =
            weights.reduce((sum, weight, k) => sum + weight * luma(at + k, from, own, axis), 0) / TAPS_ONE;
          expect(Math.abs(centre - exact)).toBeLessThanOrEqual(
            from * (by === 'lanczos3' ? 0.021 : by === 'area' ? 0.51 : 0.001),
          );
        }
      },
    );
    fc.assert(property, { seed: 65, numRuns: 4000 });
  });
});
