import type { FrameFormat, PixelFormat } from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import type { FrameContent } from '../src/contract/plan-recipe.js';
import { generator } from '../src/contract/random-numbers.js';
import { recipeFrame } from '../src/contract/recipe-frames.js';
import { carryOut, conversionPlan, FORMATS, formatOf } from './convert-with.js';
import { convertByFormula } from './formula.js';
import { bitsOf, type Grid, isRgb, readComponents } from './formula-frames.js';

const MATRICES = ['bt709', 'smpte170m', 'bt2020-ncl', 'bt470bg'] as const;
const LOCATIONS = ['left', 'center', 'topleft'] as const;

/** How far a component is from the formula, in codes; a half float's code is its own step. */
function codesOff(format: FrameFormat['layout']['format'], actual: number, exact: number): number {
  if (!isRgb(format)) return Math.abs(actual - exact);
  if (bitsOf(format) === 8) return Math.abs(actual - 255 * exact);
  const ulp = 2 ** (Math.max(Math.floor(Math.log2(exact || 2 ** -14)), -14) - 10);
  return Math.abs(actual - exact) / ulp;
}

/** The largest distance from the formula over frames of all matrices, ranges, sitings and contents. */
function largestError(from: (typeof FORMATS)[number], to: (typeof FORMATS)[number]): number {
  let largest = 0;
  const random = generator(`accuracy ${from} ${to}`);
  const color = () => ({
    matrix: random.pick(MATRICES),
    fullRange: random.below(2) === 0,
    chromaLocation: random.pick(LOCATIONS),
  });
  for (let round = 0; round < 60; round += 1) {
    const size = { width: random.between(1, 13), height: random.between(1, 9) };
    const own = color();
    const source = formatOf(from, size, own);
    // Every other one keeps its matrix.
    const target = formatOf(to, size, { ...color(), ...(round % 2 === 0 ? { matrix: own.matrix } : {}) });
    const upsampling = random.pick(['bilinear', 'bilinear', 'nearest'] as const);
    const content = random.pick<FrameContent>(['random', 'extreme', 'grey']);
    const { data } = recipeFrame(random, source, content, 0);
    const plan = conversionPlan(source, target, { upsampling });
    const actual = readComponents({ data: carryOut(plan, data), layout: target.layout });
    const components = readComponents({ data, layout: source.layout });
    for (const [name, exact] of convertByFormula(components, source, target, upsampling)) {
      const made = actual.get(name) as Grid;
      expect([made.width, made.height]).toEqual([exact.width, exact.height]);
      for (let y = 0; y < exact.height; y += 1)
        for (let x = 0; x < exact.width; x += 1)
          largest = Math.max(largest, codesOff(to, made.at(x, y), exact.at(x, y)));
    }
  }
  return largest;
}

/** Codes that a conversion may be off; its rounding to the target's codes is half of one. */
function bound(from: PixelFormat, to: PixelFormat): number {
  const is8 = bitsOf(from) === 8 && bitsOf(to) === 8;
  if (is8) return isRgb(from) === isRgb(to) ? 1 : 0.5 + 1e-9;
  // Rounded once, from 2^-31 beside the formula, where halves are 2^-24 apart at least.
  if (bitsOf(to) === 16) return 0.51;
  // Components of 10 bits have 2 bits more between siting and range, pixels of 16 bits are off by little.
  return bitsOf(from) === 10 && !isRgb(to) ? 0.65 : 0.55;
}

describe('the reference is within one code of the formulas in double precision', () => {
  describe.each(FORMATS)('from %s', (from) => {
    test.each(FORMATS.filter((to) => from !== 'RGBA16F' || to !== 'RGBA16F'))('to %s', (to) => {
      const error = largestError(from, to);
      expect(error).toBeLessThanOrEqual(bound(from, to));
    });
  });

  test('half floats stay as they are, whatever they hold', () => {
    const format = formatOf('RGBA16F', { width: 256, height: 64 });
    const every = new Uint8Array(Uint16Array.from({ length: 65_536 }, (_, half) => half).buffer);
    expect(carryOut(conversionPlan(format, format), every)).toEqual(every);
  });
});
