import { BT709, BT2020, type ColorSpace, type FrameFormat, frameLayout, SRGB } from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import { mixingPart, primariesConversion, toneMapping } from '../src/color/color-map.js';
import { luminanceWeights, primariesMatrix } from '../src/color/primaries.js';
import { PQ_CURVE, transferCurve } from '../src/color/transfer-curves.js';
import { generator } from '../src/contract/random-numbers.js';
import { halfToNumber, numberToHalf } from '../src/exact/half-float.js';
import { type ConversionOptions, planConversion } from '../src/index.js';
import { carryOut } from './convert-with.js';
import { coded } from './frames.js';

const PQ: ColorSpace = { ...BT2020, transfer: 'pq' };
const HLG: ColorSpace = { ...BT2020, transfer: 'hlg' };
const format = (
  name: FrameFormat['layout']['format'],
  color: ColorSpace,
  size = { width: 16, height: 16 },
): FrameFormat => ({ layout: frameLayout({ format: name, ...size }), color });

/** What a plan makes of R'G'B' in half floats, as shares of white. */
function mapped(
  source: ColorSpace,
  target: ColorSpace,
  colors: readonly (readonly number[])[],
  options: ConversionOptions = {},
) {
  const size = { width: colors.length, height: 1 };
  const from = format('RGBA16F', { ...source, matrix: 'rgb', fullRange: true }, size);
  const to = format('RGBA16F', { ...target, matrix: 'rgb', fullRange: true }, size);
  const data = new Uint8Array(from.layout.byteLength);
  const words = new Uint16Array(data.buffer);
  for (const [index, color] of colors.entries())
    words.set(
      [...color, 1].map((value) => numberToHalf(value)),
      4 * index,
    );
  const plan = planConversion(from, to, options);
  const made = new Uint16Array(carryOut(plan, data).buffer);
  const inputs = colors.map((_, index) => [...words.subarray(4 * index, 4 * index + 3)].map(halfToNumber));
  return {
    plan,
    inputs,
    outputs: colors.map((_, index) => [...made.subarray(4 * index, 4 * index + 3)].map(halfToNumber)),
  };
}

describe('tone mapping', () => {
  test.each([
    ['pq', PQ, 0.75],
    ['hlg', HLG, 1],
  ] as const)('of %s is the formula: figures of the decision hold', (_, source, largest) => {
    const random = generator('tone mapping');
    const share = (): number => random.below(65_536) / 65_535;
    const colors = Array.from({ length: 12_000 }, (__, index) => {
      if (index % 3 === 0) return Array(3).fill(largest * share()) as number[];
      const grey = largest * share();
      // Half of them near grey, as pictures are; the rest anything.
      return [0, 1, 2].map(() =>
        Math.min(Math.max(index % 3 === 1 ? grey + 0.1 * (share() - 0.5) : largest * share(), 0), largest),
      );
    });
    const map = toneMapping(source, BT709, { sourcePeakNits: 1000, targetPeakNits: 203 });
    const mix = mixingPart(map);
    const { inputs, outputs } = mapped(source, BT709, colors);
    const all: { error: number; isInside: boolean; isGrey: boolean }[] = inputs.map((color, index) => {
      const [r, g, b] = color.map(map.toLight) as [number, number, number];
      const out = new Float64Array(3);
      mix(r, g, b, out);
      const exact = primariesMatrix('bt2020', 'bt709').map((row) => row[0] * r + row[1] * g + row[2] * b);
      const luminance = luminanceWeights('bt709').reduce(
        (sum, weight, channel) => sum + weight * (exact[channel] as number),
        0,
      );
      const error =
        Math.max(
          ...out.map((value, channel) => Math.abs(value - ((outputs[index] as number[])[channel] as number))),
        ) * 255;
      return {
        error,
        isInside: (luminance - Math.min(...exact)) / luminance <= 0.8,
        isGrey: color.every((value) => value === color[0]),
      };
    });
    const figures = (chosen: typeof all) => {
      const errors = chosen.map(({ error }) => error).sort((a, b) => a - b);
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      return {
        count: errors.length,
        max: errors.at(-1) as number,
        mean,
        p99: errors[Math.floor(errors.length * 0.99)] as number,
      };
    };
    const inside = figures(all.filter(({ isInside }) => isInside));
    expect(inside.count).toBeGreaterThan(5000);
    expect(inside.max).toBeLessThanOrEqual(2.6);
    expect(inside.p99).toBeLessThanOrEqual(1.5);
    expect(inside.mean).toBeLessThanOrEqual(0.2);
    expect(figures(all.filter(({ isGrey }) => isGrey)).max).toBeLessThanOrEqual(0.4);
    // At the border of the gamut one channel is next to 0, where a code is very little light.
    expect(figures(all).max).toBeLessThanOrEqual(18);
    expect(figures(all).mean).toBeLessThanOrEqual(0.35);
  });

  test('brings HDR’s white to white’s neighbourhood, keeps greys grey and the order of lights', () => {
    for (const source of [PQ, HLG]) {
      const greys = Array.from({ length: 400 }, (_, index) => Array(3).fill(index / 399) as number[]);
      const { outputs } = mapped(source, BT709, greys);
      let before = 0;
      for (const color of outputs) {
        expect(new Set(color).size).toBe(1);
        expect(color[0] as number).toBeGreaterThanOrEqual(before);
        before = color[0] as number;
      }
      expect(before).toBe(1);
      // Reference white, 203 cd/m², by the spline: 88 % of SDR's codes.
      const white = source === PQ ? PQ_CURVE.toCode(0.0203) : 0.75;
      expect(mapped(source, BT709, [[white, white, white]]).outputs[0]?.[0]).toBeCloseTo(0.903, 2);
    }
  });

  test('takes peaks: as bright as the target’s is left alone, brighter sources are darker', () => {
    const grey = [0.4, 0.4, 0.4];
    const one = (options: ConversionOptions) =>
      mapped(PQ, SRGB, [grey, [0.7, 0.7, 0.7]], options).outputs as [number[], number[]];
    const [asIs] = one({ toneMapping: { sourcePeakNits: 203 } });
    const nits = 10_000 * PQ_CURVE.toLight(0.4);
    expect(asIs[0]).toBeCloseTo(transferCurve('iec61966-2-1').toCode(nits / 203), 2);
    const bright = one({ toneMapping: { sourcePeakNits: 1000 } })[1][0] as number;
    expect(one({ toneMapping: { sourcePeakNits: 4000 } })[1][0] as number).toBeLessThan(bright);
    expect(one({ toneMapping: { targetPeakNits: 100 } })[0][0] as number).toBeGreaterThan(asIs[0] as number);
  });

  test('comes first, so that operations work on SDR', () => {
    const plan = planConversion(format('P010', PQ), format('NV12', BT709), {
      operations: [
        { type: 'color', contrast: 1.2 },
        { type: 'scale', width: 16, height: 16, linearLight: true },
      ],
    });
    expect(plan.operations.map(({ type }) => type)).toEqual(['curves', 'lut3d', 'colorMatrix']);
    expect(plan).toMatchObject({ exact: false, largestErrorCodes: undefined });
    expect(plan.passes[0]?.label).toBe('P010 → tone map → color → NV12');
    expect(planConversion(format('P010', PQ), format('NV12', BT709)).work.kind).toBe('pixels');
    const solid = planConversion(format('P010', PQ), format('NV12', BT709), {
      operations: [{ type: 'solid', fill: [1, 0, 0] }],
    });
    expect(solid.operations.map(({ type }) => type)).toEqual(['place']);
  });

  test('makes a cube once', () => {
    const [a, b] = [0, 1].map(() => planConversion(format('P010', HLG), format('RGBA', SRGB)).operations);
    expect(a?.[1]).toBe(b?.[1]);
    expect(a?.[0]).toBe(b?.[0]);
  });

  test.each<[string, ColorSpace, ColorSpace]>([
    ['SDR to PQ', BT709, PQ],
    ['SDR to HLG', BT709, HLG],
    ['PQ to HLG', PQ, HLG],
    ['HLG to PQ', HLG, PQ],
  ])('is not turned around: %s is refused', (_, from, to) => {
    expect(() => planConversion(format('P010', from), format('P010', to))).toThrow(
      coded('E_UNSUPPORTED_COLOR', 'HDR to SDR'),
    );
  });

  test.each<[ConversionOptions, string]>([
    [{ toneMapping: { sourcePeakNits: 0 } }, 'toneMapping.sourcePeakNits'],
    [{ toneMapping: { sourcePeakNits: 10_001 } }, 'toneMapping.sourcePeakNits'],
    [{ toneMapping: { targetPeakNits: Number.NaN } }, 'toneMapping.targetPeakNits'],
    [{ toneMapping: null as unknown as object }, 'toneMapping'],
    [{ primaries: 'yes' as 'auto' }, 'primaries'],
  ])('refuses %j', (options, words) => {
    expect(() => planConversion(format('P010', PQ), format('NV12', BT709), options)).toThrow(
      coded('E_INVALID_ARGUMENT', words),
    );
  });
});

describe('primaries of SDR', () => {
  const wide: ColorSpace = { ...BT709, primaries: 'bt2020' };
  const stepsOf = (from: ColorSpace, to: ColorSpace, options: ConversionOptions = {}) =>
    planConversion(
      format('NV12', from),
      format('RGBA', { ...SRGB, primaries: to.primaries }),
      options,
    ).operations.map(({ type }) => type);

  test('are converted where they are wide, or when asked for', () => {
    const other = (primaries: ColorSpace['primaries']): ColorSpace => ({ ...BT709, primaries });
    expect(stepsOf(wide, BT709)).toEqual(['lut3d']);
    expect(stepsOf(BT709, other('smpte432'))).toEqual(['lut3d']);
    expect(stepsOf(wide, BT709, { primaries: 'keep' })).toEqual([]);
    expect(stepsOf(other('smpte170m'), BT709)).toEqual([]);
    expect(stepsOf(other('smpte170m'), other('bt470bg'), { primaries: 'convert' })).toEqual(['lut3d']);
    expect(stepsOf(BT709, BT709, { primaries: 'convert' })).toEqual([]);
    // Y'CbCr of one matrix and two primaries can't keep its components.
    expect(planConversion(format('NV12', wide), format('NV12', BT709)).work.kind).toBe('pixels');
    expect(
      planConversion(format('P010', PQ), format('P010', { ...PQ, primaries: 'smpte432' })).operations,
    ).toHaveLength(1);
  });

  test('are the formula: greys stay, and colours inside are within two codes', () => {
    const random = generator('primaries');
    const share = (): number => random.below(65_536) / 65_535;
    for (const [from, to, bound] of [
      ['bt2020', 'bt709', 2],
      ['smpte432', 'bt709', 2],
      ['bt709', 'bt2020', 1],
      ['smpte170m', 'bt709', 2],
    ] as const) {
      const colors = Array.from({ length: 3000 }, (_, index) =>
        index % 4 === 0 ? (Array(3).fill(share()) as number[]) : [share(), share(), share()],
      );
      const map = primariesConversion(from, to, 'bt709');
      const mix = mixingPart(map);
      const { inputs, outputs } = mapped({ ...BT709, primaries: from }, { ...BT709, primaries: to }, colors, {
        primaries: 'convert',
      });
      for (const [index, color] of inputs.entries()) {
        const [r, g, b] = color.map(map.toLight) as [number, number, number];
        const out = new Float64Array(3);
        mix(r, g, b, out);
        const made = outputs[index] as number[];
        const error =
          Math.max(...out.map((value, channel) => Math.abs(value - (made[channel] as number)))) * 255;
        if (color[0] === color[1] && color[1] === color[2]) {
          for (const value of made)
            expect(Math.abs(value - (color[0] as number)) * 255).toBeLessThanOrEqual(0.1);
          continue;
        }
        const exact = primariesMatrix(from, to).map((row) => row[0] * r + row[1] * g + row[2] * b);
        const luminance = luminanceWeights(to).reduce(
          (sum, weight, channel) => sum + weight * (exact[channel] as number),
          0,
        );
        if ((luminance - Math.min(...exact)) / luminance <= 0.8 && Math.max(...exact) <= 1)
          expect(error).toBeLessThanOrEqual(bound);
      }
    }
  });
});
