import { frameLayout, SRGB } from '@framerail/media-types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planConversion } from '../src/index.js';
import { carryOut } from './convert-with.js';
import { cut, format, recolor, rounding, run, seeds, share, toCode, toLight } from './shares.js';

describe('colour', () => {
  const amounts = fc.record({
    exposure: fc.oneof(fc.constant(0), fc.double({ min: -10, max: 10, noNaN: true })),
    gamma: fc.oneof(fc.constant(1), fc.double({ min: 0.1, max: 10, noNaN: true })),
  });

  test('exposure and gamma are one curve, rounded once', () => {
    const property = fc.property(seeds, amounts, (seed, { exposure, gamma }) => {
      const { plan, codes } = run('RGBA', seed, [{ type: 'color', exposure, gamma }], (frame) =>
        recolor(frame, (rgb) =>
          rgb.map((value) => {
            const exposed = exposure === 0 ? value : cut(toCode(cut(2 ** exposure * toLight(value))));
            return exposed ** (1 / gamma);
          }),
        ),
      );
      expect(plan.operations.length).toBeLessThanOrEqual(1);
      expect(codes).toBeLessThanOrEqual(gamma > 1 ? 3 : 0.7);
    });
    fc.assert(property, { seed: 95, numRuns: 200 });
  });

  test('hue turns colours about the greys: luma stays, R - Y and B - Y turn', () => {
    const property = fc.property(
      format,
      seeds,
      fc.double({ min: -360, max: 360, noNaN: true }),
      fc.double({ min: 0, max: 1.2, noNaN: true }),
      (of, seed, hue, saturation) => {
        const [kr, kg, kb] = [0.2126, 0.7152, 0.0722];
        const { codes } = run(of, seed, [{ type: 'color', hue, saturation }], (frame) =>
          recolor(frame, ([r, g, b]) => {
            const luma = kr * (r as number) + kg * (g as number) + kb * (b as number);
            const [v, u] = [(r as number) - luma, (b as number) - luma];
            const angle = (hue * Math.PI) / 180;
            const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
            const red = luma + saturation * (cos * v + sin * u);
            const blue = luma + saturation * (cos * u - sin * v);
            return [red, (luma - kr * red - kb * blue) / kg, blue];
          }),
        );
        expect(codes).toBeLessThanOrEqual(rounding(of) + 0.15);
      },
    );
    fc.assert(property, { seed: 96, numRuns: 300 });
  });

  test('greys stay greys through hue and saturation, exactly', () => {
    const property = fc.property(
      fc.double({ min: -360, max: 360, noNaN: true }),
      fc.double({ min: 0, max: 4, noNaN: true }),
      fc.constantFrom('bt709', 'smpte170m', 'bt2020-ncl'),
      (hue, saturation, matrix) => {
        const layout = frameLayout({ format: 'RGBA', width: 256, height: 1 });
        const plan = planConversion(
          { layout, color: SRGB },
          { layout, color: { ...SRGB, matrix } },
          { operations: [{ type: 'color', hue, saturation }] },
        );
        const data = Uint8Array.from({ length: 1024 }, (_, index) => index >> 2);
        expect(carryOut(plan, data)).toEqual(data);
      },
    );
    fc.assert(property, { seed: 97, numRuns: 200 });
  });

  test('a matrix is its numbers, a fade what lies between', () => {
    const factor = fc.double({ min: -2, max: 2, noNaN: true });
    const row = fc.tuple(factor, factor, factor, fc.double({ min: -1, max: 1, noNaN: true }));
    const matrix = fc.property(format, seeds, fc.tuple(row, row, row), (of, seed, rows) => {
      const { codes } = run(of, seed, [{ type: 'matrix', coefficients: rows.flat() }], (frame) =>
        recolor(frame, (rgb) =>
          rows.map(
            (own) => own[3] + rgb.reduce((sum, value, index) => sum + value * (own[index] as number), 0),
          ),
        ),
      );
      expect(codes).toBeLessThanOrEqual(rounding(of) + 0.1);
    });
    fc.assert(matrix, { seed: 98, numRuns: 200 });
    const fade = fc.property(
      format,
      seeds,
      share,
      fc.tuple(share, share, share),
      (of, seed, amount, color) => {
        const { codes } = run(of, seed, [{ type: 'fade', amount, color }], (frame) =>
          recolor(frame, (rgb) =>
            rgb.map((value, index) => value + amount * ((color[index] as number) - value)),
          ),
        );
        expect(codes).toBeLessThanOrEqual(rounding(of) + 0.1);
      },
    );
    fc.assert(fade, { seed: 99, numRuns: 200 });
  });
});
