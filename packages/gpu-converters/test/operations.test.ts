import { BT709 } from '@framerail/media-types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Operation, planConversion } from '../src/index.js';
import { axisTaps } from '../src/operations/axis-taps.js';
import { colorMatrices } from '../src/operations/color-adjustment.js';
import { prepareOperations } from '../src/operations/prepare-operations.js';
import { coded, NV12_SMALL, RGBA_SMALL } from './frames.js';

const MATRICES = ['bt709', 'smpte170m', 'bt470bg', 'bt2020-ncl'] as const;
/** Kr, Kg and Kb as the standards print them. */
const WEIGHTS = {
  bt709: [0.2126, 0.7152, 0.0722],
  smpte170m: [0.299, 0.587, 0.114],
  bt470bg: [0.299, 0.587, 0.114],
  'bt2020-ncl': [0.2627, 0.678, 0.0593],
} as const;

const adjustment = fc.record({
  brightness: fc.double({ min: -1, max: 1, noNaN: true }),
  contrast: fc.double({ min: 0, max: 4, noNaN: true }),
  saturation: fc.double({ min: 0, max: 4, noNaN: true }),
});

const apply = (m: Int32Array, rgb: readonly number[]) =>
  [0, 4, 8].map((at) => {
    const sum = [0, 1, 2].reduce(
      (all, channel) => all + (m[at + channel] as number) * (rgb[channel] as number),
      m[at + 3] as number,
    );
    return Math.min(255, Math.max(0, (sum + 2048) >> 12));
  });

describe('colour adjustments', () => {
  test('come within a code of the formula in floating point', () => {
    const property = fc.property(
      adjustment,
      fc.constantFrom(...MATRICES),
      fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)),
      (amounts, matrix, rgb) => {
        const steps = colorMatrices(amounts, matrix);
        // Two steps clamp in between, which the formula doesn't.
        if (steps.length > 1) return;
        const [kr, kg, kb] = WEIGHTS[matrix];
        const luma = kr * rgb[0] + kg * rgb[1] + kb * rgb[2];
        const expected = rgb.map((value) => {
          const saturated = luma + amounts.saturation * (value - luma);
          return amounts.contrast * (saturated - 127.5) + 127.5 + 255 * amounts.brightness;
        });
        const actual = steps.reduce(
          (value, { coefficients }) => apply(coefficients, value),
          rgb as readonly number[],
        );
        for (const [channel, value] of expected.entries()) {
          expect(
            Math.abs((actual[channel] as number) - Math.min(255, Math.max(0, value))),
          ).toBeLessThanOrEqual(0.75);
        }
      },
    );
    fc.assert(property, { seed: 31, numRuns: 5000 });
  });

  test('stay within what 16-bit kernels multiply with', () => {
    const property = fc.property(adjustment, fc.constantFrom(...MATRICES), (amounts, matrix) => {
      for (const { coefficients } of colorMatrices(amounts, matrix)) {
        for (const [index, value] of coefficients.entries()) {
          expect(Math.abs(value)).toBeLessThanOrEqual(index % 4 === 3 ? 2 ** 22 : 32_767);
        }
      }
    });
    fc.assert(property, { seed: 32, numRuns: 5000 });
    expect(colorMatrices({ brightness: 0, contrast: 4, saturation: 4 }, 'bt709')).toHaveLength(2);
  });

  test('saturation keeps every grey exactly, and takes all colour at 0', () => {
    const property = fc.property(
      fc.double({ min: 0, max: 4, noNaN: true }),
      fc.constantFrom(...MATRICES),
      fc.nat(255),
      (saturation, matrix, grey) => {
        for (const { coefficients } of colorMatrices({ brightness: 0, contrast: 1, saturation }, matrix)) {
          expect(apply(coefficients, [grey, grey, grey])).toEqual([grey, grey, grey]);
        }
      },
    );
    fc.assert(property, { seed: 33, numRuns: 2000 });
    const [step] = colorMatrices({ brightness: 0, contrast: 1, saturation: 0 }, 'bt709');
    const [r, g, b] = apply(step?.coefficients as Int32Array, [200, 30, 90]);
    expect([g, b]).toEqual([r, r]);
  });

  test('that change nothing make no step', () => {
    expect(colorMatrices({ brightness: 0, contrast: 1, saturation: 1 }, 'bt709')).toEqual([]);
    expect(colorMatrices({ brightness: 1e-9, contrast: 1, saturation: 1 }, 'bt709')).toEqual([]);
  });

  test('contrast leaves the middle where it is, brightness adds', () => {
    const one = (amounts: Partial<Parameters<typeof colorMatrices>[0]>) =>
      colorMatrices({ brightness: 0, contrast: 1, saturation: 1, ...amounts }, 'bt709')[0]
        ?.coefficients as Int32Array;
    expect(apply(one({ contrast: 2 }), [127, 128, 0])).toEqual(
      [127, 129, 0].map((value) => (value === 127 ? 127 : value)),
    );
    expect(apply(one({ contrast: 0 }), [1, 2, 3])).toEqual([128, 128, 128]);
    expect(apply(one({ brightness: 0.1 }), [0, 100, 250])).toEqual([26, 126, 255]);
    expect(apply(one({ brightness: -1 }), [255, 1, 0])).toEqual([0, 0, 0]);
  });

  test('use the weights of the video’s own matrix', () => {
    const color = [{ type: 'color', saturation: 0 }] as const;
    const row = (source: typeof NV12_SMALL, target: typeof NV12_SMALL) => {
      const [step] = prepareOperations(color, { source, target, depth: 8 }).operations;
      return step?.type === 'colorMatrix' ? step.coefficients[0] : undefined;
    };
    const of601 = { ...NV12_SMALL, color: { ...BT709, matrix: 'smpte170m' as const } };
    expect(row(NV12_SMALL, of601)).toBe(Math.round(0.2126 * 4096));
    expect(row(RGBA_SMALL, of601)).toBe(Math.round(0.299 * 4096));
    expect(row(RGBA_SMALL, RGBA_SMALL)).toBe(Math.round(0.2126 * 4096));
  });
});

describe('axis taps', () => {
  test('are the definition in fractions, rounded half up', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 65_535 }),
      fc.integer({ min: 1, max: 65_535 }),
      fc.nat(),
      (source, target, any) => {
        const index = any % target;
        const { first, second, weight } = axisTaps(source, target);
        // ((2i + 1) · s / 2d - 1/2) · 256 + 1/2, floored, over the denominator 2d.
        const [s, d, i] = [BigInt(source), BigInt(target), BigInt(index)];
        const numerator = 256n * ((2n * i + 1n) * s - d) + d;
        let position = numerator / (2n * d);
        if (numerator < 0n && numerator % (2n * d) !== 0n) position -= 1n;
        const last = (s - 1n) * 256n;
        const clamped = Number(position < 0n ? 0n : position > last ? last : position);
        expect(first[index]).toBe(clamped >> 8);
        expect(weight[index]).toBe(clamped & 255);
        expect(second[index]).toBe(Math.min((clamped >> 8) + 1, source - 1));
      },
    );
    fc.assert(property, { seed: 34, numRuns: 300 });
  });

  test('of the same size are the positions themselves', () => {
    const { first, weight } = axisTaps(100, 100);
    expect([...first]).toEqual([...first.keys()]);
    expect(weight.every((one) => one === 0)).toBe(true);
  });

  test('are symmetric but for rounding', () => {
    const { first, weight } = axisTaps(7, 20);
    const position = (index: number) => (first[index] as number) * 256 + (weight[index] as number);
    for (let index = 0; index < 20; index += 1)
      expect(Math.abs(position(index) + position(19 - index) - 6 * 256)).toBeLessThanOrEqual(1);
  });
});

describe('planning', () => {
  const picture = { data: new Uint8Array(16), width: 2, height: 2 };
  const overlay = { type: 'overlay', image: picture, x: 0, y: 0 } as const;
  const operationsOf = (operations: readonly Operation[]) =>
    prepareOperations(operations, { source: NV12_SMALL, target: NV12_SMALL, depth: 8 }).operations;

  test('leaves out what changes nothing', () => {
    const { width, height } = NV12_SMALL.layout;
    expect(
      operationsOf([
        { type: 'scale', width, height },
        { type: 'color' },
        { ...overlay, opacity: 0 },
        { ...overlay, x: width },
        { ...overlay, y: -2 },
      ]),
    ).toEqual([]);
    expect(operationsOf([{ ...overlay, x: width - 1, opacity: 0.5 }])).toMatchObject([
      { type: 'overlay', opacity: 128 },
    ]);
  });

  test('is plain frozen data', () => {
    const plan = planConversion(NV12_SMALL, RGBA_SMALL);
    expect(Object.isFrozen(plan)).toBe(true);
    expect(plan).toMatchObject({
      source: NV12_SMALL,
      target: RGBA_SMALL,
      operations: [],
      upsampling: 'bilinear',
    });
  });

  test.each<[unknown, string]>([
    ['scale', 'operations'],
    [Array(65).fill({ type: 'color' }), 'at most 64'],
    [[null], 'operations[0]'],
    [[{ type: 'blur' }], 'operations[0].type'],
    [[{ type: 'scale', width: 0, height: 1 }], 'operations[0].width'],
    [[{ type: 'scale', width: 1, height: 65_536 }], 'operations[0].height'],
    [[{ type: 'scale', width: 1.5, height: 1 }], 'operations[0].width'],
    [[{ type: 'color' }, { type: 'color', brightness: Number.NaN }], 'operations[1].brightness'],
    [[{ type: 'color', brightness: 1.1 }], 'operations[0].brightness'],
    [[{ type: 'color', contrast: -0.1 }], 'operations[0].contrast'],
    [[{ type: 'color', saturation: 4.1 }], 'operations[0].saturation'],
    [[{ ...overlay, image: undefined }], 'operations[0].image'],
    [[{ ...overlay, image: { ...picture, data: [] } }], 'operations[0].image.data'],
    [[{ ...overlay, image: { ...picture, width: 3 } }], 'the 24 bytes of 3×2 RGBA'],
    [[{ ...overlay, image: { ...picture, height: 0 } }], 'operations[0].image.height'],
    [[{ ...overlay, x: 0.5 }], 'operations[0].x'],
    [[{ ...overlay, y: Number.NaN }], 'operations[0].y'],
    [[{ ...overlay, opacity: 1.01 }], 'operations[0].opacity'],
  ])('refuses operations %j', (operations, words) => {
    expect(() => operationsOf(operations as Operation[])).toThrow(coded('E_INVALID_ARGUMENT', words));
  });

  const { layout } = NV12_SMALL;
  const withLayout = (changes: object) => ({ ...NV12_SMALL, layout: { ...layout, ...changes } });
  const withColor = (changes: object) => ({ ...NV12_SMALL, color: { ...BT709, ...changes } });
  test.each<[string, object, string, string]>([
    ['no format', undefined as unknown as object, 'E_INVALID_ARGUMENT', 'source'],
    ['an unknown pixel format', withLayout({ format: 'NV21' }), 'E_INVALID_ARGUMENT', 'source.layout.format'],
    ['no layout', { color: BT709, layout: null }, 'E_INVALID_ARGUMENT', 'source'],
    ['no colour', { layout, color: null }, 'E_INVALID_ARGUMENT', 'source'],
    ['a hole for a plane', withLayout({ planes: [null, null] }), 'E_INVALID_ARGUMENT', 'planes[0]'],
    ['half a row', withLayout({ height: 1.5 }), 'E_INVALID_ARGUMENT', 'source.layout.height'],
    ['a negative width', withLayout({ width: -4 }), 'E_INVALID_ARGUMENT', 'source.layout.width'],
    [
      'a stride of NaN',
      withLayout({ planes: [{ offset: 0, stride: Number.NaN }, layout.planes[1]] }),
      'E_INVALID_ARGUMENT',
      'planes[0].stride',
    ],
    ['no width', withLayout({ width: 0 }), 'E_INVALID_ARGUMENT', 'source.layout.width'],
    ['too much height', withLayout({ height: 65_536 }), 'E_INVALID_ARGUMENT', 'source.layout.height'],
    ['a plane too few', withLayout({ planes: layout.planes.slice(1) }), 'E_INVALID_ARGUMENT', '2 planes'],
    [
      'a negative offset',
      withLayout({ planes: [{ offset: -1, stride: 22 }, layout.planes[1]] }),
      'E_INVALID_ARGUMENT',
      'planes[0].offset',
    ],
    [
      'a stride below a row',
      withLayout({ planes: [{ offset: 0, stride: 21 }, layout.planes[1]] }),
      'E_INVALID_ARGUMENT',
      'planes[0].stride',
    ],
    [
      'memory that is too short',
      withLayout({ byteLength: layout.byteLength - 1 }),
      'E_INVALID_ARGUMENT',
      'where plane 1 ends',
    ],
    ['an unknown matrix', withColor({ matrix: 'ycgco' }), 'E_INVALID_ARGUMENT', 'source.color.matrix'],
    ['YCbCr without a matrix', withColor({ matrix: 'rgb' }), 'E_INVALID_ARGUMENT', 'a YCbCr matrix for NV12'],
    ['no range', withColor({ fullRange: undefined }), 'E_INVALID_ARGUMENT', 'source.color.fullRange'],
    [
      'an unknown siting',
      withColor({ chromaLocation: 'bottom' }),
      'E_INVALID_ARGUMENT',
      'source.color.chromaLocation',
    ],
    ['an unknown curve', withColor({ transfer: 'bt470m' }), 'E_INVALID_ARGUMENT', 'source.color.transfer'],
    ['unknown primaries', withColor({ primaries: 'film' }), 'E_INVALID_ARGUMENT', 'source.color.primaries'],
  ])('refuses a source with %s', (_, source, code, words) => {
    expect(() => planConversion(source as typeof NV12_SMALL, RGBA_SMALL)).toThrow(coded(code, words));
  });

  test('refuses a target whose planes overlap', () => {
    const target = withLayout({ planes: [layout.planes[0], { offset: 21 * 14, stride: 22 }] });
    expect(() => planConversion(NV12_SMALL, target)).toThrow(
      coded('E_INVALID_ARGUMENT', 'target.layout.planes[1].offset'),
    );
  });

  test('refuses a target of another size than the operations give', () => {
    const operations = [{ type: 'scale', width: 44, height: 28 }] as const;
    expect(() => planConversion(NV12_SMALL, NV12_SMALL, { operations })).toThrow(
      coded('E_INVALID_ARGUMENT', '44×28'),
    );
    expect(() => planConversion(NV12_SMALL, NV12_SMALL, { upsampling: 'cubic' as 'nearest' })).toThrow(
      coded('E_INVALID_ARGUMENT', 'upsampling'),
    );
  });

  test('lets HDR stay HDR', () => {
    const hdr = withColor({ transfer: 'pq', matrix: 'bt2020-ncl', primaries: 'bt2020' });
    expect(planConversion(hdr, hdr).target.color.transfer).toBe('pq');
  });
});
