import { BT709, type FrameFormat, frameLayout, PIXEL_FORMATS, SRGB } from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import type { FrameContent } from '../src/contract/plan-recipe.js';
import { generator } from '../src/contract/random-numbers.js';
import { recipeFrame } from '../src/contract/recipe-frames.js';
import { capabilities, planConversion } from '../src/index.js';
import { carryOut, FORMATS, formatOf } from './convert-with.js';
import { convertByFormula } from './formula.js';
import { bitsOf, type Grid, isRgb, readComponents } from './formula-frames.js';

/** Codes of the target that a component is off; of half floats in their own steps. */
function codesOff(format: FrameFormat['layout']['format'], actual: number, exact: number): number {
  if (!isRgb(format)) return Math.abs(actual - exact);
  if (bitsOf(format) === 8) return Math.abs(actual - 255 * exact);
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(exact) || 2 ** -14)), -14);
  return Math.abs(actual - exact) / 2 ** (exponent - 10);
}

const MATRICES = ['bt709', 'smpte170m', 'bt2020-ncl'] as const;
const LOCATIONS = ['left', 'center', 'topleft'] as const;

describe('what a plan says of its exactness is true', () => {
  describe.each(FORMATS)('from %s', (from) => {
    test.each(FORMATS.filter((to) => from !== 'RGBA16F' || to !== 'RGBA16F'))('to %s', (to) => {
      const random = generator(`exactness ${from} ${to}`);
      for (let round = 0; round < 30; round += 1) {
        const size = { width: random.between(1, 12), height: random.between(1, 8) };
        const color = () => ({
          matrix: random.pick(MATRICES),
          fullRange: random.below(2) === 0,
          chromaLocation: random.pick(LOCATIONS),
        });
        const own = color();
        const source = formatOf(from, size, own);
        const target = formatOf(to, size, { ...color(), ...(round % 2 === 0 ? { matrix: own.matrix } : {}) });
        const dither = random.pick(['none', 'none', 'ordered'] as const);
        const upsampling = random.pick(['bilinear', 'nearest'] as const);
        const plan = planConversion(source, target, { upsampling, dither });
        const { exact, largestErrorCodes } = plan;
        expect(exact).toBe(largestErrorCodes === 0.5);
        if (largestErrorCodes === undefined) continue;
        const { data } = recipeFrame(
          random,
          source,
          random.pick<FrameContent>(['random', 'extreme', 'grey']),
          0,
        );
        const made = readComponents({ data: carryOut(plan, data), layout: target.layout });
        const formula = convertByFormula(
          readComponents({ data, layout: source.layout }),
          source,
          target,
          upsampling,
        );
        for (const [name, grid] of formula) {
          for (let y = 0; y < grid.height; y += 1) {
            for (let x = 0; x < grid.width; x += 1) {
              const actual = (made.get(name) as Grid).at(x, y);
              const off = codesOff(to, actual, grid.at(x, y));
              if (off > largestErrorCodes + 1e-6)
                expect({ name, x, y, off, actual }).toEqual({ largestErrorCodes });
            }
          }
        }
      }
    });
  });
});

describe('a plan’s passes', () => {
  const nv12 = formatOf('NV12', { width: 64, height: 32 });
  const p010 = formatOf('P010', { width: 64, height: 32 });

  test('are one where a pixel is needed once, with the bytes of the pixels', () => {
    const plan = planConversion(nv12, p010);
    expect(plan.passes).toEqual([{ label: 'NV12 → P010', bytesRead: 3072, bytesWritten: 6144 }]);
    expect(plan).toMatchObject({ bytesMoved: 9216, exact: true, largestErrorCodes: 0.5 });
    expect([plan, plan.passes, plan.passes[0], plan.operations].every(Object.isFrozen)).toBe(true);
    const looks = planConversion(nv12, formatOf('RGBA', { width: 32, height: 64 }), {
      operations: [
        { type: 'rotate', degrees: 90 },
        { type: 'color', gamma: 1.5, contrast: 1.1 },
      ],
    });
    expect(looks.passes.map(({ label }) => label)).toEqual(['NV12 → place → curves → color → RGBA']);
    expect(looks.exact).toBe(false);
    // Moving pixels rounds nothing.
    const turned = planConversion(nv12, formatOf('RGBA', { width: 32, height: 64 }), {
      operations: [{ type: 'rotate', degrees: 90 }],
    });
    expect(turned).toMatchObject({ exact: true });
  });

  test('don’t count what lies between rows', () => {
    const padded = {
      layout: frameLayout({ format: 'NV12', width: 50, height: 20, alignment: 64 }),
      color: BT709,
    };
    const plan = planConversion(padded, formatOf('NV12', { width: 50, height: 20 }));
    expect(plan.passes[0]?.bytesRead).toBe(1500);
  });

  test('add up', () => {
    const large = formatOf('NV12', { width: 1920, height: 1080 });
    const plan = planConversion(large, formatOf('RGBA', { width: 3840, height: 2160 }), {
      operations: [
        { type: 'color', gamma: 2 },
        { type: 'scale', width: 3840, height: 2160 },
      ],
    });
    const sum = plan.passes.reduce((all, { bytesRead, bytesWritten }) => all + bytesRead + bytesWritten, 0);
    expect(plan.bytesMoved).toBe(sum);
    expect(plan.passes.length).toBeGreaterThan(1);
    expect(plan.passes[0]?.bytesRead).toBe(1920 * 1080 * 1.5);
    expect(plan.passes.at(-1)?.bytesWritten).toBe(3840 * 2160 * 4);
  });
});

describe('capabilities', () => {
  test('have an entry for each pair, backend and operation, and say what plans say', () => {
    const { conversions, operations } = capabilities();
    expect(conversions).toHaveLength(FORMATS.length ** 2 * 3);
    expect(new Set(conversions.map(({ from, to, backend }) => [from, to, backend].join())).size).toBe(
      conversions.length,
    );
    for (const {
      from,
      to,
      supported,
      exact,
      largestErrorCodes,
      maxWidth,
      maxHeight,
      maxFrameBytes,
    } of conversions) {
      const sample = (format: typeof from): FrameFormat => ({
        layout: frameLayout({ format, width: 6, height: 6 }),
        color: PIXEL_FORMATS[format].model === 'rgb' ? SRGB : BT709,
      });
      expect(planConversion(sample(from), sample(to))).toMatchObject({ exact, largestErrorCodes });
      expect(supported).toBe(maxWidth > 0 && maxHeight > 0 && maxFrameBytes !== 0);
    }
    expect(operations).toHaveLength(14 * 3);
    expect(Object.isFrozen(conversions) && Object.isFrozen(conversions[0])).toBe(true);
  });

  test('go by the limits of a device', () => {
    const { conversions } = capabilities({
      limits: { maxBufferSize: 1e9, maxStorageBufferBindingSize: 2e9 },
    });
    expect(
      conversions
        .filter(({ backend }) => backend === 'webgpu')
        .every(({ maxFrameBytes }) => maxFrameBytes === 1e9),
    ).toBe(true);
    expect(
      conversions
        .filter(({ backend }) => backend === 'native')
        .every(({ maxFrameBytes }) => maxFrameBytes === undefined),
    ).toBe(true);
  });
});
