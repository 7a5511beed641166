import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mixerPasses } from '../src/verify/color-mixer.js';

const adjustments = fc.record({
  brightness: fc.double({ min: -1, max: 1, noNaN: true }),
  contrast: fc.double({ min: 0, max: 4, noNaN: true }),
  saturation: fc.double({ min: 0, max: 4, noNaN: true }),
  matrix: fc.constantFrom('bt709', 'smpte170m', 'bt2020-ncl'),
} as const);

/** What ffmpeg's filter does to one float pixel. */
function mix(pixel: number[], args: Readonly<Record<string, number>>): number[] {
  return ['r', 'g', 'b', 'a'].map((target) =>
    ['r', 'g', 'b', 'a'].reduce((sum, source, index) => {
      const identity = target === source ? 1 : 0;
      return sum + (args[target + source] ?? identity) * (pixel[index] ?? 0);
    }, 0),
  );
}

const SEED = { seed: 3 };

describe('mixerPasses', () => {
  it('keeps within what the filter takes', () => {
    fc.assert(
      fc.property(adjustments, (adjustment) => {
        for (const value of mixerPasses(adjustment).flatMap((args) => Object.values(args))) {
          expect(Math.abs(value)).toBeLessThanOrEqual(2);
        }
      }),
      SEED,
    );
  });

  it('keeps grey grey: contrast about the middle, then brightness', () => {
    fc.assert(
      fc.property(adjustments, fc.double({ min: 0, max: 1, noNaN: true }), (adjustment, grey) => {
        const passes = mixerPasses(adjustment);
        const [r = 0, g = 0, b = 0, a] = passes.reduce(mix, [grey, grey, grey, 1]);
        const expected = (grey - 0.5) * adjustment.contrast + 0.5 + adjustment.brightness;
        for (const value of [r, g, b]) expect(value).toBeCloseTo(expected, 9);
        expect(a).toBe(1);
      }),
      SEED,
    );
  });

  it('keeps the luma when only saturation changes', () => {
    const passes = mixerPasses({ brightness: 0, contrast: 1, saturation: 0.3, matrix: 'bt709' });
    const [r = 0, g = 0, b = 0] = passes.reduce(mix, [0.9, 0.2, 0.4, 1]);
    const luma = (red: number, green: number, blue: number) => 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    expect(luma(r, g, b)).toBeCloseTo(luma(0.9, 0.2, 0.4), 9);
    expect(r - b).toBeCloseTo(0.3 * 0.5, 9);
  });
});
