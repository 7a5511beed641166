import { BT709 } from '@framerail/media-types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generator } from '../src/contract/random-numbers.js';
import { type Operation, planConversion } from '../src/index.js';
import { carryOut, formatOf } from './convert-with.js';
import { type Grid, readComponents } from './formula-frames.js';
import { coded } from './frames.js';

const from = formatOf('NV12', { width: 40, height: 30 });
const planned = (size: { width: number; height: number }, operations: readonly Operation[], color = {}) =>
  planConversion(from, formatOf('I422', size, color), { operations });

describe('components stay apart', () => {
  test.each<[string, { width: number; height: number }, readonly Operation[], string]>([
    [
      'for a crop',
      { width: 9, height: 8 },
      [{ type: 'crop', x: 3, y: 5, width: 9, height: 8 }],
      'NV12 → crop → I422',
    ],
    [
      'for crops and a scale',
      { width: 60, height: 20 },
      [
        { type: 'crop', x: 3, y: 5, width: 30, height: 20 },
        { type: 'crop', x: 1, y: 2, width: 20, height: 10 },
        { type: 'scale', width: 60, height: 20 },
      ],
      'NV12 → crop → scale → I422',
    ],
    [
      'for a box without bars',
      { width: 20, height: 15 },
      [{ type: 'letterbox', width: 20, height: 15 }],
      'NV12 → scale → I422',
    ],
    [
      'with amounts of nothing in between',
      { width: 20, height: 15 },
      [
        { type: 'color', contrast: 1 },
        { type: 'fade', amount: 0, color: [1, 0, 0] },
        { type: 'rotate', degrees: 0 },
        { type: 'letterbox', width: 20, height: 15, fill: [1, 1, 1] },
        { type: 'color' },
      ],
      'NV12 → scale → I422',
    ],
    [
      'for a scale to the same size and another',
      { width: 20, height: 15 },
      [
        { type: 'scale', width: 40, height: 30, linearLight: true },
        { type: 'scale', width: 20, height: 15 },
      ],
      'NV12 → scale → I422',
    ],
  ])('%s', (_, size, operations, label) => {
    const plan = planned(size, operations);
    expect(plan.work.kind).toBe('planes');
    expect(plan.operations).toEqual([]);
    expect(plan.passes[0]?.label).toBe(label);
  });

  test.each<[string, { width: number; height: number }, readonly Operation[], object]>([
    [
      'with another matrix',
      { width: 20, height: 15 },
      [{ type: 'scale', width: 20, height: 15 }],
      { matrix: 'smpte170m' },
    ],
    [
      'in linear light',
      { width: 20, height: 15 },
      [{ type: 'scale', width: 20, height: 15, linearLight: true }],
      {},
    ],
    ['with bars', { width: 20, height: 20 }, [{ type: 'letterbox', width: 20, height: 20 }], {}],
    ['for a mirror', { width: 40, height: 30 }, [{ type: 'flip', axis: 'vertical' }], {}],
    [
      'for two scales',
      { width: 20, height: 15 },
      [
        { type: 'scale', width: 30, height: 30 },
        { type: 'scale', width: 20, height: 15 },
      ],
      {},
    ],
    [
      'for a crop after a scale',
      { width: 5, height: 5 },
      [
        { type: 'scale', width: 30, height: 30 },
        { type: 'crop', x: 0, y: 0, width: 5, height: 5 },
      ],
      {},
    ],
    ['with other primaries', { width: 40, height: 30 }, [], { primaries: 'bt2020' }],
  ])('not %s', (_, size, operations, color) => {
    expect(planned(size, operations, color).work.kind).toBe('pixels');
  });

  test('only if what has no effect is right too', () => {
    const size = { width: 40, height: 30 };
    expect(() => planned(size, [{ type: 'fade', amount: 0, color: [2, 0, 0] }])).toThrow(
      coded('E_INVALID_ARGUMENT', 'operations[0].color[0]'),
    );
    expect(() => planned(size, [{ type: 'letterbox', ...size, fill: [0, 0, 2] }])).toThrow(
      coded('E_INVALID_ARGUMENT', 'operations[0].fill[2]'),
    );
  });

  test('in a size that has to be right', () => {
    const scale = [{ type: 'scale', width: 20, height: 15 }] as const;
    expect(() => planned({ width: 20, height: 16 }, scale)).toThrow(coded('E_INVALID_ARGUMENT', '20×15'));
    expect(() =>
      planned({ width: 4, height: 4 }, [{ type: 'crop', x: 37, y: 0, width: 4, height: 4 }]),
    ).toThrow(coded('E_INVALID_ARGUMENT', 'operations[0].width'));
  });

  // One way is as good as the other: luma comes out the same but for rounding.
  test('as crops and scales of pixels have it', () => {
    const property = fc.property(
      fc.nat(9),
      fc.nat(9),
      fc.integer({ min: 2, max: 30 }),
      fc.integer({ min: 2, max: 20 }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom('bilinear', 'bicubic', 'lanczos3', 'area'),
      (x, y, width, height, scaledWidth, scaledHeight, filter) => {
        const operations: readonly Operation[] = [
          { type: 'crop', x, y, width, height },
          { type: 'scale', width: scaledWidth, height: scaledHeight, filter },
        ];
        const size = { width: scaledWidth, height: scaledHeight };
        // Greys of full range are their own pixels.
        const color = { ...BT709, fullRange: true };
        const source = formatOf('NV12', { width: 40, height: 30 }, color);
        const data = generator(`luma ${x} ${y}`)
          .fill(new Uint8Array(source.layout.byteLength))
          .fill(128, 40 * 30);
        const apart = planConversion(source, formatOf('NV12', size, color), { operations });
        const pixels = planConversion(source, formatOf('RGBA', size), { operations });
        expect([apart.work.kind, pixels.work.kind]).toEqual(['planes', 'pixels']);
        const read = (plan: typeof apart, name: 'Y' | 'G'): Grid =>
          readComponents({ data: carryOut(plan, data), layout: plan.target.layout }).get(name) as Grid;
        const [luma, green] = [read(apart, 'Y'), read(pixels, 'G')];
        for (let row = 0; row < scaledHeight; row += 1)
          for (let column = 0; column < scaledWidth; column += 1)
            expect(Math.abs(luma.at(column, row) - green.at(column, row))).toBeLessThanOrEqual(
              filter === 'bilinear' ? 2 : 1,
            );
      },
    );
    fc.assert(property, { seed: 121, numRuns: 150 });
  });
});
