import { createBufferPool } from '@framerail/buffer-pool';
import { type ChromaLocation, MAX_FRAME_SIDE, type PixelFormat } from '@framerail/media-types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { createNativeBackend, type NativeConverter } from '../src/backends/native/native-backend.js';
import { createReferenceBackend } from '../src/backends/reference/reference-backend.js';
import type { FrameContent } from '../src/contract/plan-recipe.js';
import { generator } from '../src/contract/random-numbers.js';
import { recipeFrame } from '../src/contract/recipe-frames.js';
import { afterOperation, recipeOperation } from '../src/contract/recipe-operations.js';
import { capabilities } from '../src/plan/capabilities.js';
import type { ConversionPlan } from '../src/plan/conversion-plan.js';
import { planConversion } from '../src/plan/plan-conversion.js';
import { carryOut, FORMATS, formatOf, frameOf } from './convert-with.js';
import { convertByFormula } from './formula.js';
import { bitsOf, type Grid, isRgb, readComponents } from './formula-frames.js';

const { conversions, operations } = capabilities();
const PAIRS = FORMATS.flatMap((from) => FORMATS.map((to) => [from, to] as const));

/** Codes between a sample and the formula; of half floats their own steps, which are not all of one size. */
function codesOff(to: PixelFormat, actual: number, exact: number): number {
  if (!isRgb(to)) return Math.abs(actual - exact);
  if (bitsOf(to) === 8) return Math.abs(actual - 255 * exact);
  const exponent = Math.max(Math.floor(Math.log2(Math.max(exact, actual) || 2 ** -14)), -14);
  return Math.abs(actual - exact) / 2 ** (exponent - 10);
}

/** The largest distance of a plan's result from the formula. */
function farthest(plan: ConversionPlan, data: Uint8Array): number {
  const { source, target, upsampling } = plan;
  const to = target.layout.format;
  const made = readComponents({ data: carryOut(plan, data), layout: target.layout });
  const components = readComponents({ data, layout: source.layout });
  let most = 0;
  for (const [name, exact] of convertByFormula(components, source, target, upsampling)) {
    const plane = made.get(name) as Grid;
    for (let y = 0; y < plane.height; y += 1)
      for (let x = 0; x < plane.width; x += 1)
        most = Math.max(most, codesOff(to, plane.at(x, y), exact.at(x, y)));
  }
  return most;
}

describe('what plans say about their exactness is true', () => {
  test.each(PAIRS.filter(([from, to]) => from !== 'RGBA16F' || to !== 'RGBA16F'))('%s to %s', (from, to) => {
    const colors = fc.record({
      matrix: fc.constantFrom('bt709', 'smpte170m', 'bt2020-ncl'),
      fullRange: fc.boolean(),
      chromaLocation: fc.constantFrom<ChromaLocation>('left', 'center', 'topleft'),
    });
    const sizes = fc.record({
      width: fc.integer({ min: 1, max: 12 }),
      height: fc.integer({ min: 1, max: 9 }),
    });
    const property = fc.property(
      sizes,
      fc.tuple(colors, colors),
      fc.constantFrom('nearest', 'bilinear'),
      fc.constantFrom('none', 'ordered'),
      fc.constantFrom<FrameContent>('grey', 'random', 'extreme'),
      fc.nat(),
      (size, [own, other], upsampling, dither, content, seed) => {
        const [source, target] = [formatOf(from, size, own), formatOf(to, size, other)];
        const plan = planConversion(source, target, { upsampling, dither });
        const { data } = recipeFrame(generator(`capability ${seed}`), source, content, 0);
        const most = farthest(plan, data);
        // What the comparison's own doubles may be off, a half that they round the other way included.
        if (plan.exact) expect(most).toBeLessThanOrEqual(0.5 + 1e-9);
        if (plan.largestErrorCodes !== undefined)
          expect(most).toBeLessThanOrEqual(plan.largestErrorCodes + 1e-9);
      },
    );
    fc.assert(property, { seed: 41, numRuns: 60 });
  });
});

describe('capabilities', () => {
  test('have one entry for each pair of formats and each backend, and every pair is there', () => {
    const listed = conversions
      .filter(({ supported }) => supported)
      .map(({ from, to, backend }) => `${from} ${to} ${backend}`);
    const expected = PAIRS.flatMap((pair) =>
      ['webgpu', 'native', 'reference'].map((one) => `${pair.join(' ')} ${one}`),
    );
    // That webgpu has them all is what the contract's cases for each pair hold it to.
    expect(listed.toSorted()).toEqual(expected.toSorted());
  });

  test('say of each pair what a plan in BT.709 says', () => {
    for (const { from, to, exact, largestErrorCodes } of conversions) {
      const plan = planConversion(
        formatOf(from, { width: 6, height: 4 }),
        formatOf(to, { width: 6, height: 4 }),
      );
      expect([from, to, plan.exact, plan.largestErrorCodes]).toEqual([from, to, exact, largestErrorCodes]);
    }
  });
});

type Run = (plan: ConversionPlan, data: Uint8Array) => Promise<Uint8Array>;

function runnerOf(binding: NativeConverter | undefined): Run {
  return async (plan, data) => {
    const leases = createBufferPool({ maxBytes: 1 << 26, name: 'capabilities' });
    const backend =
      binding === undefined
        ? createReferenceBackend({ plan, leases })
        : createNativeBackend({ plan, leases, binding });
    using result = await backend.process(frameOf(plan.source, data));
    const bytes = result.data.slice();
    await backend.close();
    return bytes;
  };
}

const addon = requireProgram('addon') ? (await import('@framerail/native')).loadNative() : undefined;
if (addon?.available === false) throw new Error(addon.reasons.join('\n'));
const runners: readonly (readonly [name: 'reference' | 'native', run: Run])[] = [
  ['reference', runnerOf(undefined)],
  ...(addon?.available ? ([['native', runnerOf(addon.binding)]] as const) : []),
];

describe.each(runners)('%s does what capabilities list', (name, run) => {
  test('every pair at the largest width and the largest height', { timeout: 180_000 }, async () => {
    for (const { from, to, maxWidth, maxHeight } of conversions.filter(({ backend }) => backend === name)) {
      expect([maxWidth, maxHeight]).toEqual([MAX_FRAME_SIDE, MAX_FRAME_SIDE]);
      for (const size of [
        { width: maxWidth, height: 1 },
        { width: 1, height: maxHeight },
      ]) {
        const plan = planConversion(formatOf(from, size), formatOf(to, size));
        const data = generator(`${from} ${to}`).fill(new Uint8Array(plan.source.layout.byteLength));
        const made = await run(plan, data);
        expect(made.byteLength).toBe(plan.target.layout.byteLength);
        if (name === 'native') expect(Buffer.compare(made, carryOut(plan, data))).toBe(0);
      }
    }
  });

  test.each(operations.filter(({ backend }) => backend === name))(
    '$operation at $depths bits',
    async ({ operation, depths }) => {
      expect(depths.length).toBeGreaterThan(0);
      for (const depth of depths) {
        for (let seed = 0; seed < 12; seed += 1) {
          const size = { width: 9, height: 7 };
          const format = depth === 8 ? 'RGBA' : 'RGBA16F';
          const one = recipeOperation({ kind: operation, seed }, { ...size, maxSide: 20 });
          const source = formatOf(format, size);
          const plan = planConversion(source, formatOf(format, afterOperation(size, one)), {
            operations: [one],
          });
          const { data } = recipeFrame(generator(`${operation} ${seed}`), source, 'random', 0);
          expect(Buffer.compare(await run(plan, data), carryOut(plan, data))).toBe(0);
        }
      }
    },
  );
});
