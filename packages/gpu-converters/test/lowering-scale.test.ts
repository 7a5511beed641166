import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Operation, planConversion } from '../src/index.js';
import {
  at,
  cut,
  format,
  formatOf,
  make,
  rounding,
  run,
  type Shares,
  SIZE,
  seeds,
  toCode,
  toLight,
} from './shares.js';

/** Filters as functions of the distance, and light as the standards have it. */
const KERNELS = {
  bilinear: { reach: 1, at: (d: number) => Math.max(0, 1 - d) },
  bicubic: {
    reach: 2,
    at: (d: number) =>
      d < 1 ? 1.5 * d ** 3 - 2.5 * d ** 2 + 1 : d < 2 ? -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2 : 0,
  },
  lanczos3: {
    reach: 3,
    at: (d: number) =>
      d === 0
        ? 1
        : d < 3
          ? (3 * Math.sin(Math.PI * d) * Math.sin((Math.PI * d) / 3)) / (Math.PI * d) ** 2
          : 0,
  },
};

function scaleBy(
  frame: Shares,
  width: number,
  height: number,
  filter: keyof typeof KERNELS | 'area',
  between: (value: number) => number = cut,
): Shares {
  const axis = (
    sizes: readonly [number, number],
    read: (sample: number) => number,
    index: number,
  ): number => {
    const [from, to] = sizes;
    const ratio = from / to;
    if (from === to) return read(index);
    const position = (index + 0.5) * ratio - 0.5;
    let [sum, total] = [0, 0];
    for (let sample = -40; sample < from + 40; sample += 1) {
      let weight: number;
      if (ratio > 2 || filter === 'area') {
        const half = Math.max(ratio, 1) / 2;
        weight = Math.max(
          0,
          Math.min(sample + 0.5, position + half) - Math.max(sample - 0.5, position - half),
        );
      } else {
        const widening = filter === 'bilinear' ? 1 : Math.max(ratio, 1);
        weight = KERNELS[filter].at(Math.abs(sample - position) / widening);
      }
      sum += weight * read(sample);
      total += weight;
    }
    return sum / total;
  };
  const across = make(width, frame.height, (x, y) =>
    [0, 1, 2, 3].map((channel) =>
      axis([frame.width, width], (sample) => at(frame, sample, y)[channel] as number, x),
    ),
  );
  return make(width, height, (x, y) =>
    [0, 1, 2, 3].map((channel) =>
      between(axis([frame.height, height], (sample) => at(across, x, sample)[channel] as number, y)),
    ),
  );
}

describe('scale', () => {
  const sides = fc.tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 24 }));
  const filter = fc.constantFrom(
    'bilinear' as const,
    'bicubic' as const,
    'lanczos3' as const,
    'area' as const,
  );

  test('is the filter, within a code', () => {
    const property = fc.property(format, seeds, sides, filter, (of, seed, [width, height], by) => {
      const operation: Operation = { type: 'scale', width, height, filter: by };
      const { plan, codes } = run(of, seed, [operation], (frame) => scaleBy(frame, width, height, by));
      // Bilinear scaling at 8 bits has weights of 256ths: up to 1/256 of 255 codes an axis.
      const isLegacy = plan.operations.some((step) => step.type === 'scale');
      expect(codes).toBeLessThanOrEqual(rounding(of) + (isLegacy ? 1 : 0.1));
    });
    fc.assert(property, { seed: 93, numRuns: 250 });
  });

  test('of linear light mixes light', () => {
    const property = fc.property(format, seeds, sides, filter, (of, seed, [width, height], by) => {
      if (width === SIZE.width && height === SIZE.height) return;
      const operation: Operation = { type: 'scale', width, height, filter: by, linearLight: true };
      const { plan, codes } = run(of, seed, [operation], (frame) => {
        const light = make(frame.width, frame.height, (x, y) => {
          const [r, g, b, a] = at(frame, x, y) as [number, number, number, number];
          return [toLight(r), toLight(g), toLight(b), a];
        });
        const scaled = scaleBy(light, width, height, by);
        return make(width, height, (x, y) => {
          const [r, g, b, a] = at(scaled, x, y) as [number, number, number, number];
          return [toCode(r), toCode(g), toCode(b), a];
        });
      });
      expect(plan.operations.map(({ type }) => type)).toEqual(['curves', 'resample', 'curves']);
      // The standards' rounded constants leave a step of their own where the curve's two parts meet.
      expect(codes).toBeLessThanOrEqual(rounding(of) + 0.35);
    });
    fc.assert(property, { seed: 94, numRuns: 150 });
  });

  test('of one row or column leaves the other axis alone', () => {
    const source = formatOf('RGBA16F', SIZE, 'bt709');
    const size = { width: SIZE.width, height: 20 };
    const plan = planConversion(source, formatOf('RGBA16F', size, 'bt709'), {
      operations: [{ type: 'scale', ...size, filter: 'bicubic' }],
    });
    expect(plan.operations).toMatchObject([{ type: 'resample', horizontal: undefined }]);
  });
});
