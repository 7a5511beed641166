import {
  BT601,
  BT709,
  BT2020,
  type FrameFormat,
  frameLayout,
  type PixelFormat,
  SRGB,
} from '@framerail/media-types';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { planPasses } from '../src/backends/webgpu/pass-plan.js';
import { composePasses } from '../src/backends/webgpu/plan-tables.js';
import { type CubeLut, type Operation, planConversion, sizeAfter } from '../src/index.js';
import { planShape } from '../src/plan/plan-shape.js';

const device = { limits: { maxComputeWorkgroupsPerDimension: 65_535 } } as unknown as GPUDevice;
const amount = fc.double({ min: 0, max: 1, noNaN: true });
const peak = fc.constantFrom(1000, 4000);
const image = (width: number, height: number) =>
  fc
    .nat({ max: 255 })
    .map((value) => ({ data: new Uint8Array(width * height * 4).fill(value), width, height }));
const cube = (size: number): fc.Arbitrary<CubeLut> =>
  fc.double({ min: 0, max: 1, noNaN: true }).map((value) => ({
    title: '',
    dimensions: 3,
    size,
    domainMin: [0, 0, 0],
    domainMax: [1, 1, 1],
    entries: new Float64Array(3 * size ** 3).fill(value),
  }));

/** Operations of one kind on frames of 24×16, with two sets of values. */
const twice = (one: fc.Arbitrary<Operation>): fc.Arbitrary<[Operation, Operation]> => fc.tuple(one, one);

const anyPair: fc.Arbitrary<[Operation, Operation]> = fc.oneof(
  twice(fc.record({ type: fc.constant('fade' as const), amount, color: fc.tuple(amount, amount, amount) })),
  twice(
    fc.record({
      type: fc.constant('color' as const),
      brightness: amount,
      saturation: amount,
      exposure: amount,
    }),
  ),
  twice(fc.record({ type: fc.constant('color' as const), hue: fc.integer({ min: -90, max: 90 }) })),
  twice(
    fc.record({
      type: fc.constant('overlay' as const),
      image: fc
        .constantFrom({ width: 7, height: 5 }, { width: 2, height: 11 })
        .chain((size) => image(size.width, size.height)),
      x: fc.integer({ min: -6, max: 23 }),
      y: fc.integer({ min: -4, max: 15 }),
      opacity: amount,
      blend: fc.constantFrom('normal' as const, 'multiply' as const, 'softLight' as const),
    }),
  ),
  twice(fc.record({ type: fc.constant('dissolve' as const), other: image(24, 16), amount })),
  twice(
    fc.record({
      type: fc.constant('wipe' as const),
      other: image(24, 16),
      amount,
      softness: amount,
      direction: fc.constantFrom('left' as const, 'down' as const),
    }),
  ),
  fc
    .integer({ min: 2, max: 9 })
    .chain((size) => twice(fc.record({ type: fc.constant('lut3d' as const), lut: cube(size) }))),
);
/** They end the list: the next operation would meet another size. */
const anyGeometry: fc.Arbitrary<[Operation, Operation]> = fc.oneof(
  twice(
    fc.record({
      type: fc.constant('crop' as const),
      x: fc.nat({ max: 12 }),
      y: fc.nat({ max: 8 }),
      width: fc.constant(12),
      height: fc.constant(8),
    }),
  ),
  twice(
    fc.record({
      type: fc.constant('pad' as const),
      left: fc.nat({ max: 3 }),
      top: fc.constant(2),
      fill: fc.tuple(amount, amount, amount),
    }),
  ),
  twice(
    fc.record({
      type: fc.constant('scale' as const),
      width: fc.constant(18),
      height: fc.constant(12),
      filter: fc.constantFrom('bilinear' as const, 'bicubic' as const, 'lanczos3' as const, 'area' as const),
    }),
  ),
);

const anyTurn: fc.Arbitrary<[Operation, Operation]> = fc.oneof(
  twice(
    fc.record({
      type: fc.constant('flip' as const),
      axis: fc.constantFrom('horizontal' as const, 'vertical' as const),
    }),
  ),
  twice(
    fc.record({ type: fc.constant('rotate' as const), degrees: fc.constantFrom(90 as const, 270 as const) }),
  ),
  twice(
    fc.record({
      type: fc.constant('letterbox' as const),
      width: fc.constant(30),
      height: fc.constant(30),
      fill: fc.tuple(amount, amount, amount),
      linearLight: fc.constant(true),
    }),
  ),
  twice(
    fc.record({
      type: fc.constant('scale' as const),
      width: fc.constant(7),
      height: fc.constant(5),
      filter: fc.constantFrom('bilinear' as const, 'bicubic' as const, 'area' as const),
    }),
  ),
);

const COLORS = [BT601, BT709, BT2020, { ...BT709, fullRange: true }];
const formats = fc.constantFrom<PixelFormat>(
  'RGBA',
  'BGRA',
  'NV12',
  'I420',
  'I422',
  'I444',
  'P010',
  'I420P10',
  'YUY2',
  'UYVY',
  'RGBA16F',
);

function formatOf(format: PixelFormat, color: number, size: { width: number; height: number }): FrameFormat {
  const isRgb = format === 'RGBA' || format === 'BGRA' || format === 'RGBA16F';
  return { layout: frameLayout({ ...size, format }), color: isRgb ? SRGB : (COLORS[color] ?? BT709) };
}

test('plans of one shape have the same shaders, with as many numbers', () => {
  let sameShapes = 0;
  const question = fc.record({
    from: formats,
    to: formats,
    fromColor: fc.nat({ max: 3 }),
    toColor: fc.nat({ max: 3 }),
    steps: fc.array(anyPair, { maxLength: 3 }),
    last: fc.option(fc.oneof(anyGeometry, anyTurn), { nil: undefined }),
    peaks: fc.option(fc.tuple(peak, peak), { nil: undefined, freq: 3 }),
    dither: fc.constantFrom('none' as const, 'ordered' as const),
  });
  fc.assert(
    fc.property(question, ({ from, to, fromColor, toColor, steps, last, dither, peaks }) => {
      const [a, b] = [0, 1].map((side) => {
        const operations = [...steps, ...(last === undefined ? [] : [last])].map(
          (pair) => pair[side] as Operation,
        );
        const sdr = formatOf(from, peaks === undefined ? fromColor : 2, { width: 24, height: 16 });
        const hdr = {
          ...sdr,
          color: { ...sdr.color, primaries: 'bt2020' as const, transfer: 'pq' as const },
        };
        const source = peaks === undefined ? sdr : hdr;
        const toneMapping = peaks === undefined ? {} : { sourcePeakNits: peaks[side] as number };
        const target = formatOf(to, toColor, sizeAfter(source.layout, operations));
        return planConversion(source, target, { operations, dither, primaries: 'keep', toneMapping });
      }) as [ReturnType<typeof planConversion>, ReturnType<typeof planConversion>];
      if (planShape(a) !== planShape(b)) return;
      sameShapes += 1;
      const [one, other] = [a, b].map((plan) => composePasses(device, planPasses(plan), plan.upsampling));
      expect(one?.map(({ code }) => code)).toEqual(other?.map(({ code }) => code));
      expect(one?.map(({ tables }) => tables?.head.length)).toEqual(
        other?.map(({ tables }) => tables?.head.length),
      );
    }),
    { seed: 20_261_120, numRuns: 1200 },
  );
  // Else this would say little.
  expect(sameShapes).toBeGreaterThan(500);
});

test('what has to be compiled anew has another shape', () => {
  const source = formatOf('NV12', 1, { width: 24, height: 16 });
  const target = formatOf('NV12', 1, { width: 24, height: 16 });
  const fade: Operation = { type: 'fade', amount: 0.5 };
  const shapes = [
    planShape(planConversion(source, target)),
    planShape(planConversion(source, target, { operations: [fade] })),
    planShape(planConversion(source, target, { operations: [fade], upsampling: 'nearest' })),
    planShape(planConversion(source, formatOf('I420', 1, target.layout), { operations: [fade] })),
    planShape(planConversion(source, formatOf('NV12', 0, target.layout), { operations: [fade] })),
    planShape(planConversion(source, formatOf('P010', 1, target.layout), { operations: [fade] })),
    planShape(
      planConversion(source, formatOf('NV12', 1, { width: 12, height: 8 }), {
        operations: [fade, { type: 'scale', width: 12, height: 8 }],
      }),
    ),
  ];
  expect(new Set(shapes).size).toBe(shapes.length);
});
