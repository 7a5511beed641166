import { BT709, type FrameFormat, frameLayout, SRGB } from '@framerail/media-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { planPasses } from '../src/backends/webgpu/pass-plan.js';
import { tablesOf } from '../src/backends/webgpu/step-tables.js';
import { buildPlan } from '../src/contract/build-plan.js';
import { generator } from '../src/contract/random-numbers.js';
import { randomRecipe } from '../src/contract/random-recipe.js';
import { HALF_TO_UNIT16, UNIT16_TO_HALF } from '../src/exact/half-float.js';
import { type BackendPlan, type GpuDeviceHandle, type Operation, openGpuDevice } from '../src/index.js';
import type { PreparedCurves } from '../src/operations/prepared-operation.js';
import { planConversion } from '../src/plan/plan-conversion.js';
import { planPixels, withWork } from '../src/plan/plan-work.js';
import { compile, composeAll, runPasses } from './run-passes.js';

const frame = (format: 'RGBA' | 'RGBA16F' | 'NV12' | 'P010', width = 64, height = 36): FrameFormat => ({
  layout: frameLayout({ format, width, height }),
  color: format.startsWith('RGBA') ? SRGB : BT709,
});
const picture = (byte: number, width = 16, height = 8) => ({
  data: new Uint8Array(width * height * 4).fill(byte),
  width,
  height,
});
const cube = (value: number) => ({
  title: '',
  size: 5,
  entries: new Float64Array(3 * 5 ** 3).fill(value),
  domainMin: [0, 0, 0] as const,
  domainMax: [1, 1, 1] as const,
});
const time = { timestampUs: 0, durationUs: 0, [Symbol.dispose]() {} };
const codes = (plan: BackendPlan): string[] => composeAll(plan).map(({ code }) => code);

/** Two amounts of the same thing. */
const ANIMATED: Readonly<Record<string, readonly [Operation, Operation]>> = {
  color: [
    { type: 'color', brightness: 0.1, contrast: 1.2 },
    { type: 'color', brightness: -0.3, contrast: 0.7 },
  ],
  fade: [
    { type: 'fade', amount: 0.2 },
    { type: 'fade', amount: 0.9 },
  ],
  overlay: [
    { type: 'overlay', image: picture(9), x: 1, y: 2, opacity: 0.5 },
    { type: 'overlay', image: picture(90, 20, 4), x: -3, y: 7, opacity: 0.01 },
  ],
  lut: [
    { type: 'lut3d', lut: cube(0.2) },
    { type: 'lut3d', lut: cube(0.7) },
  ],
  dissolve: [
    { type: 'dissolve', other: picture(1, 64, 36), amount: 0.1 },
    { type: 'dissolve', other: picture(2, 64, 36), amount: 1 },
  ],
  wipe: [
    { type: 'wipe', other: picture(1, 64, 36), amount: 0.1, direction: 'right' },
    { type: 'wipe', other: picture(2, 64, 36), amount: 0.8, direction: 'right' },
  ],
};

describe('a shape', () => {
  test.each(Object.keys(ANIMATED))('of %s has one shader for all amounts', (name) => {
    const [one, other] = ANIMATED[name] as readonly [Operation, Operation];
    const planOf = (operation: Operation): BackendPlan =>
      planConversion(frame('NV12'), frame('NV12'), { operations: [operation] });
    const [first, second] = [planOf(one), planOf(other)];
    expect(codes(second)).toEqual(codes(first));
    expect(composeAll(second)).not.toEqual(composeAll(first));
  });

  test('tells sizes, formats and kinds of steps apart', () => {
    const color: Operation = { type: 'color', contrast: 0.5 };
    const plans = [
      planConversion(frame('NV12'), frame('RGBA'), { operations: [color] }),
      planConversion(frame('NV12'), frame('NV12'), { operations: [color] }),
      planConversion(frame('P010'), frame('NV12'), { operations: [color] }),
      planConversion(frame('NV12', 66), frame('RGBA', 66), { operations: [color] }),
      planConversion(frame('NV12'), frame('RGBA'), { operations: [color, color] }),
    ];
    expect(new Set(plans.map((plan) => codes(plan).join())).size).toBe(plans.length);
  });

  test('has tables whose parts lie one behind the other', () => {
    for (let one = 0; one < 60; one += 1) {
      const plan = buildPlan(randomRecipe(generator(`tables ${one}`), { maxSide: 24, maxSteps: 6 }));
      for (const pass of planPasses(plan).passes) {
        const { head, parts, byteLength } = tablesOf(pass) ?? { head: [], parts: [], byteLength: 0 };
        let end = 0;
        for (const { start, length } of parts) {
          expect(start).toBe(end);
          end += length;
        }
        expect(byteLength).toBeGreaterThanOrEqual(4 * (head.length + end));
        expect(byteLength % 16).toBe(0);
      }
    }
  });
});

describe.runIf(requireProgram('webgpu'))('shaders', () => {
  let gpu: GpuDeviceHandle;
  beforeAll(async () => {
    gpu = await openGpuDevice();
  });
  afterAll(() => gpu.close());

  test('of random plans compile', async () => {
    const seen = new Set<string>();
    for (let one = 0; one < 200; one += 1) {
      const plan = buildPlan(randomRecipe(generator(`valid ${one}`), { maxSide: 40, maxSteps: 6 }));
      for (const pass of composeAll(plan)) {
        if (seen.has(pass.code)) continue;
        seen.add(pass.code);
        await compile(gpu.device, pass);
      }
    }
    expect(seen.size).toBeGreaterThan(150);
  });

  test('read all half floats as the table does', async () => {
    const source = frame('RGBA16F', 128, 128);
    const halfs = Uint16Array.from({ length: 65_536 }, (_, half) => half);
    const data = new Uint8Array(halfs.buffer);
    // A matrix that changes nothing keeps this from being a move.
    const identity = Int32Array.of(4096, 0, 0, 0, 0, 4096, 0, 0, 0, 0, 4096, 0);
    const plan = withWork({
      source,
      target: source,
      operations: [{ type: 'colorMatrix', coefficients: identity }],
      upsampling: 'nearest',
    });
    const result = await runPasses(gpu.device, plan, { ...source, ...time, data });
    const expected = halfs.map((half) => UNIT16_TO_HALF[HALF_TO_UNIT16[half] as number] as number);
    expect(new Uint16Array(result.buffer)).toEqual(expected);
  });

  test('write every pixel of 16 bits as the half float that the table has', async () => {
    const [source, target] = [frame('RGBA', 256, 1), frame('RGBA16F', 256, 1)];
    const data = Uint8Array.from({ length: 4 * 256 }, (_, at) => at >> 2);
    const options = { source, target, upsampling: 'nearest', dither: 'none' } as const;
    const work = planPixels(options, { loadDepth: 8, storeDepth: 16 });
    // Each channel's curve makes 256 numbers more.
    for (let first = 0; first < 65_536; first += 768) {
      const tables = [0, 256, 512].map((from) =>
        Uint16Array.from({ length: 256 }, (_, byte) => Math.min(first + from + byte, 65_535)),
      ) as unknown as PreparedCurves['tables'];
      const operations = [{ type: 'curves', from: 8, to: 16, tables }] as const;
      const plan: BackendPlan = { source, target, operations, upsampling: 'nearest', work };
      const result = await runPasses(gpu.device, plan, { ...source, ...time, data });
      const halfs = new Uint16Array(result.buffer);
      for (const [channel, table] of tables.entries())
        expect(halfs.filter((_, at) => at % 4 === channel)).toEqual(
          table.map((unit) => UNIT16_TO_HALF[unit] as number),
        );
    }
  });
});
