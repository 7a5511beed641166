import { describe, expect, test } from 'vitest';
import { planSteps } from '../src/backends/reference/plan-steps.js';
import type { FrameContent } from '../src/contract/plan-recipe.js';
import { generator } from '../src/contract/random-numbers.js';
import { recipeFrame } from '../src/contract/recipe-frames.js';
import type { Operation } from '../src/operations/operation.js';
import { planConversion } from '../src/plan/plan-conversion.js';
import { carryOut, conversionPlan, formatOf, frameOf } from './convert-with.js';
import { FULL, moveGrid, sideOf } from './formula.js';
import { type Component, type Components, type Grid, readComponents } from './formula-frames.js';
import { chromaCode, lumaCode, lumaSum, MATRICES, rgbCodes, roundToByte } from './rational.js';

const YCBCR = ['NV12', 'I420', 'I422', 'I444', 'YUY2', 'UYVY'] as const;
const RANGES = [false, true];
const LOCATIONS = ['left', 'center', 'topleft'] as const;
const PATCHES: readonly FrameContent[] = ['random', 'extreme', 'extreme'];
const cases = MATRICES.flatMap((matrix) => RANGES.map((fullRange) => ({ matrix, fullRange })));

const plane = (components: Components, name: Component): Grid => components.get(name) as Grid;

/** Demands that every sample of a plane is what a function says. */
function expectPlane(name: string, actual: Grid, expected: (x: number, y: number) => number): void {
  for (let y = 0; y < actual.height; y += 1)
    for (let x = 0; x < actual.width; x += 1)
      if (actual.at(x, y) !== expected(x, y))
        expect([name, x, y, actual.at(x, y)]).toEqual([name, x, y, expected(x, y)]);
}

/** Chroma at another siting in sixteenths of a code, which are integers. */
function sixteenths(...parameters: Parameters<typeof moveGrid>): (x: number, y: number) => bigint {
  const moved = moveGrid(...parameters);
  return (x, y) => BigInt(16 * moved.at(x, y));
}

describe.each(YCBCR)('RGBA to %s is the exactly rounded rational value', (format) => {
  test.each(cases)('$matrix, full range $fullRange', ({ matrix, fullRange }) => {
    const random = generator(`exact ${format} ${matrix} ${fullRange}`);
    for (const chromaLocation of LOCATIONS) {
      for (const content of PATCHES) {
        const size = { width: random.between(1, 24), height: random.between(1, 16) };
        const source = formatOf('RGBA', size);
        const target = formatOf(format, size, { matrix, fullRange, chromaLocation });
        const { data } = recipeFrame(random, source, content, 0);
        const made = readComponents({
          data: carryOut(conversionPlan(source, target), data),
          layout: target.layout,
        });
        const rgb = readComponents({ data, layout: source.layout });
        expectPlane('Y', plane(made, 'Y'), (x, y) => {
          const [r, g, b] = (['R', 'G', 'B'] as const).map((name) => BigInt(plane(rgb, name).at(x, y)));
          return roundToByte(lumaCode(lumaSum(matrix, r as bigint, g as bigint, b as bigint), fullRange));
        });
        const covered = (['R', 'G', 'B'] as const).map((name) =>
          sixteenths(plane(rgb, name), FULL, sideOf(target), size, 'bilinear'),
        );
        for (const [name, component] of [
          ['U', 'cb'],
          ['V', 'cr'],
        ] as const) {
          expectPlane(name, plane(made, name), (x, y) => {
            const [r, g, b] = covered.map((channel) => channel(x, y)) as [bigint, bigint, bigint];
            const difference = (component === 'cb' ? b : r) * 10_000n - lumaSum(matrix, r, g, b);
            return roundToByte(chromaCode(matrix, component, difference, 16n, fullRange));
          });
        }
      }
    }
  });
});

describe.each(YCBCR)('%s to RGBA is the exactly rounded rational value', (format) => {
  test.each(cases)('$matrix, full range $fullRange', ({ matrix, fullRange }) => {
    const random = generator(`exact back ${format} ${matrix} ${fullRange}`);
    for (const chromaLocation of LOCATIONS) {
      for (const content of PATCHES) {
        const upsampling = random.pick(['bilinear', 'nearest'] as const);
        const size = { width: random.between(1, 24), height: random.between(1, 16) };
        const source = formatOf(format, size, { matrix, fullRange, chromaLocation });
        const target = formatOf('RGBA', size);
        const { data } = recipeFrame(random, source, content, 0);
        const made = readComponents({
          data: carryOut(conversionPlan(source, target, { upsampling }), data),
          layout: target.layout,
        });
        const codes = readComponents({ data, layout: source.layout });
        const [cb, cr] = (['U', 'V'] as const).map((name) =>
          sixteenths(plane(codes, name), sideOf(source), FULL, size, upsampling),
        ) as [(x: number, y: number) => bigint, (x: number, y: number) => bigint];
        const exact = (x: number, y: number) =>
          rgbCodes(matrix, fullRange, BigInt(plane(codes, 'Y').at(x, y)), cb(x, y), cr(x, y));
        expectPlane('R', plane(made, 'R'), (x, y) => roundToByte(exact(x, y).r));
        expectPlane('G', plane(made, 'G'), (x, y) => roundToByte(exact(x, y).g));
        expectPlane('B', plane(made, 'B'), (x, y) => roundToByte(exact(x, y).b));
        expectPlane('A', plane(made, 'A'), () => 255);
      }
    }
  });
});

test('a format that packs two lumas writes the last of an odd row twice, and reads it once', () => {
  const size = { width: 3, height: 1 };
  const [from, to] = [formatOf('YUY2', size), formatOf('UYVY', size)];
  const bytes = Uint8Array.of(10, 1, 20, 2, 30, 3, 99, 4);
  expect([...carryOut(conversionPlan(from, to), bytes)]).toEqual([1, 10, 2, 20, 3, 30, 4, 30]);
});

test('10-bit words keep their codes where the formats have them', () => {
  const size = { width: 2, height: 2 };
  const [p010, i420p10] = [formatOf('P010', size), formatOf('I420P10', size)];
  const words = Uint16Array.of(0xffff, 0x0040, 0x003f, 0x8000, 0x1234, 0xabcd);
  const codes = new Uint16Array(carryOut(conversionPlan(p010, i420p10), new Uint8Array(words.buffer)).buffer);
  expect([...codes]).toEqual([1023, 1, 0, 512, 0x1234 >> 6, 0xabcd >> 6]);
  const back = new Uint16Array(carryOut(conversionPlan(i420p10, p010), new Uint8Array(codes.buffer)).buffer);
  expect([...back]).toEqual([...words].map((word) => word & 0xffc0));
  // A word that can't be a code counts as the largest.
  const beyond = new Uint8Array(Uint16Array.of(1024, 65_535, 1023, 0, 2000, 3).buffer);
  const made = new Uint16Array(carryOut(conversionPlan(i420p10, p010), beyond).buffer);
  expect([...made]).toEqual([1023, 1023, 1023, 0, 1023, 3].map((code) => code << 6));
});

test.each<[string, readonly Operation[], { width: number; height: number }]>([
  ['shrunk to a row', [{ type: 'scale', width: 4, height: 1, filter: 'area' }], { width: 4, height: 1 }],
  ['turned', [{ type: 'rotate', degrees: 90 }], { width: 600, height: 4 }],
])(
  'a frame that is %s takes a step for each of its rows, so that others get their turn',
  (_, operations, size) => {
    const source = formatOf('RGBA', { width: 4, height: 600 });
    const plan = planConversion(source, formatOf('RGBA', size), { operations });
    const frame = frameOf(source, new Uint8Array(source.layout.byteLength));
    const steps = [...planSteps(plan, frame, new Uint8Array(plan.target.layout.byteLength))];
    expect(steps.length).toBeGreaterThanOrEqual(600);
  },
);
