import type { FrameFormat } from '@framerail/media-types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildFrame, buildPlan } from '../src/contract/build-plan.js';
import { generator } from '../src/contract/random-numbers.js';
import { randomRecipe } from '../src/contract/random-recipe.js';
import type { Taps } from '../src/operations/prepared-operation.js';
import { planPlanes } from '../src/plan/plan-work.js';
import type { CopiedAxis, PlanesWork } from '../src/plan/work.js';
import { carryOut, formatOf } from './convert-with.js';
import { codesOf } from './formula.js';
import {
  bitsOf,
  CHROMA_STEPS,
  type Component,
  type Grid,
  readComponents,
  writeComponents,
} from './formula-frames.js';

const YCBCR = ['NV12', 'I420', 'I422', 'I444', 'P010', 'I420P10', 'YUY2', 'UYVY'] as const;
const COMPONENTS = ['Y', 'U', 'V'] as const;

const shares = (axis: CopiedAxis | Taps, index: number): readonly (readonly [at: number, share: number])[] =>
  'weights' in axis
    ? Array.from({ length: axis.count }, (_, k) => [
        (axis.start[index] as number) + k,
        (axis.weights[index * axis.count + k] as number) / 16_384,
      ])
    : [[axis.start + index, 1]];

/** Where a sample lies, in luma samples. */
function position(
  { layout, color }: FrameFormat,
  name: Component,
  x: number,
  y: number,
): readonly [number, number] {
  const [across, down] = name === 'Y' ? [1, 1] : (CHROMA_STEPS[layout.format] as readonly [number, number]);
  return [
    across === 1 ? x : 2 * x + (color.chromaLocation === 'center' ? 0.5 : 0),
    down === 1 ? y : 2 * y + (color.chromaLocation === 'topleft' ? 0 : 0.5),
  ];
}

describe('components apart', () => {
  test('are the weighted sums of their plan, recoded, within a code', () => {
    const property = fc.property(
      fc.nat(),
      fc.constantFrom(...YCBCR),
      fc.constantFrom(...YCBCR),
      (seed, from, to) => {
        const random = generator(`planes ${seed}`);
        const limits = { maxSide: 24, maxSteps: 0, source: from, target: to };
        const recipe = randomRecipe(random, limits);
        const plan = buildPlan({ ...recipe, way: { by: 'planes', seed }, dither: 'none' });
        const { source, target } = plan;
        const work = plan.work as PlanesWork;
        const { data } = buildFrame(recipe, plan);
        const made = readComponents({ data: carryOut(plan, data), layout: target.layout });
        const codes = readComponents({ data, layout: source.layout });
        const [own, other] = [source, target].map(({ layout, color }) =>
          codesOf(bitsOf(layout.format), color.fullRange),
        ) as [ReturnType<typeof codesOf>, ReturnType<typeof codesOf>];
        for (const [index, name] of COMPONENTS.entries()) {
          const {
            horizontal,
            vertical,
            codes: table,
          } = work.components[index] as PlanesWork['components'][0];
          const [input, actual] = [codes.get(name) as Grid, made.get(name) as Grid];
          const ranges =
            name === 'Y'
              ? ([own.lumaSpan, own.black, other.lumaSpan, other.black] as const)
              : ([own.chromaSpan, own.middle, other.chromaSpan, other.middle] as const);
          const codesFollow = table?.length === 4096;
          for (let y = 0; y < actual.height; y += 1) {
            for (let x = 0; x < actual.width; x += 1) {
              let sum = 0;
              for (const [line, down] of shares(vertical, y))
                for (const [column, across] of shares(horizontal, x))
                  sum += down * across * input.at(column, line);
              // Overshoot is cut off at the end of 12 bits, where a table follows, or of the codes.
              const value = Math.min(
                Math.max(sum, 0),
                codesFollow ? own.largest + 1 - (own.largest + 1) / 4096 : own.largest,
              );
              const recoded = ((value - ranges[1]) * ranges[2]) / ranges[0] + ranges[3];
              const exact = Math.min(Math.max(recoded, 0), other.largest);
              if (Math.abs(actual.at(x, y) - exact) > 1)
                expect([from, to, name, x, y, actual.at(x, y)]).toEqual([from, to, name, x, y, exact]);
            }
          }
        }
      },
    );
    fc.assert(property, { seed: 38, numRuns: 400 });
  });

  // Interpolation gives a straight slope back exactly, so what comes out tells where samples were thought to be.
  test('keep a slope where it was: crops, sizes, sitings and subsampling don’t shift it', () => {
    const property = fc.property(
      fc.constantFrom(...YCBCR),
      fc.constantFrom(...YCBCR),
      fc.constantFrom('left', 'center', 'topleft'),
      fc.constantFrom('left', 'center', 'topleft'),
      fc.constantFrom('bilinear', 'bicubic'),
      fc.record({
        x: fc.integer({ min: 0, max: 14 }),
        y: fc.integer({ min: 0, max: 14 }),
        width: fc.integer({ min: 20, max: 34 }),
        height: fc.integer({ min: 20, max: 34 }),
      }),
      fc.tuple(fc.integer({ min: 20, max: 80 }), fc.integer({ min: 20, max: 80 })),
      fc.constantFrom('x', 'y'),
      (from, to, own, other, filter, part, [width, height], along) => {
        const source = formatOf(from, { width: 48, height: 48 }, { chromaLocation: own });
        const target = formatOf(to, { width, height }, { chromaLocation: other });
        const [unit, otherUnit] = [from, to].map((format) => (bitsOf(format) === 10 ? 4 : 1)) as [
          1 | 4,
          1 | 4,
        ];
        // Half a sample is two codes; kernels that shrink give a slope back only nearly.
        const slope = (x: number, y: number): number => 20 + 4 * (along === 'x' ? x : y);
        const allowed = 1 + otherUnit / 2;
        const data = new Uint8Array(source.layout.byteLength);
        writeComponents({ data, layout: source.layout }, (name, x, y) => {
          const [column, line] = position(source, name, x, y);
          return unit * slope(column, line);
        });
        const work = planPlanes({ source, target, upsampling: 'bilinear', dither: 'none' }, { part, filter });
        const plan = { source, target, operations: [], upsampling: 'bilinear', work } as const;
        const made = readComponents({ data: carryOut(plan, data), layout: target.layout });
        for (const name of COMPONENTS) {
          const plane = made.get(name) as Grid;
          for (let y = 0; y < plane.height; y += 1) {
            for (let x = 0; x < plane.width; x += 1) {
              const [column, line] = position(target, name, x, y);
              const u = ((column + 0.5) * part.width) / width + part.x - 0.5;
              const v = ((line + 0.5) * part.height) / height + part.y - 0.5;
              // Near the part's edge it repeats; a bicubic one reaches four chroma samples far.
              const isNear = (at: number, start: number, size: number): boolean =>
                at < start + 9 || at > start + size - 10;
              if (isNear(u, part.x, part.width) || isNear(v, part.y, part.height)) continue;
              const exact = otherUnit * slope(u, v);
              if (Math.abs(plane.at(x, y) - exact) > allowed)
                expect([from, to, name, x, y, plane.at(x, y)]).toEqual([from, to, name, x, y, exact]);
            }
          }
        }
      },
    );
    fc.assert(property, { seed: 39, numRuns: 300 });
  });
});
