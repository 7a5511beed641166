import { BT709, frameLayout } from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import { type Operation, parseCube, planConversion } from '../src/index.js';
import { formatOf } from './convert-with.js';
import { coded, NV12_SMALL, RGBA_SMALL } from './frames.js';

const { width, height } = RGBA_SMALL.layout;
const picture = { data: new Uint8Array(16), width: 2, height: 2 };
const whole = { data: new Uint8Array(4 * width * height), width, height };
const overlay = { type: 'overlay', image: picture, x: 0, y: 0 } as const;
const lut = parseCube(`LUT_3D_SIZE 2\n${'0 0 0\n'.repeat(8)}`);
const withLut = (changes: object) => ({ type: 'lut3d', lut: { ...lut, ...changes } });
const row = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];
const withFactor = (index: number, value: unknown) => ({
  type: 'matrix',
  coefficients: row.map((factor, at) => (at === index ? value : factor)),
});
const detached = new Uint8Array(16);
structuredClone(detached.buffer, { transfer: [detached.buffer] });
const crop = { type: 'crop', x: 0, y: 0, width: 4, height: 4 } as const;

const plan = (operations: unknown) =>
  planConversion(RGBA_SMALL, RGBA_SMALL, { operations: operations as readonly Operation[] });

describe('operations that can’t be done are refused before a backend sees them', () => {
  test.each<[string, unknown, string]>([
    ['no list', 'flip', 'operations'],
    ['a hole', [undefined], 'operations[0]'],
    ['a number', [7], 'operations[0]'],
    ['an unknown name', [{ type: 'blur' }], 'operations[0].type'],
    ['no name', [{}], 'operations[0].type'],
    ['a name of Object’s', [{ type: 'toString' }], 'operations[0].type'],

    ['a scale to nothing', [{ type: 'scale', width: 0, height: 1 }], 'operations[0].width'],
    ['a scale to a negative size', [{ type: 'scale', width: 1, height: -1 }], 'operations[0].height'],
    ['a scale to half a pixel', [{ type: 'scale', width: 1.5, height: 1 }], 'operations[0].width'],
    ['a scale beyond all sizes', [{ type: 'scale', width: 65_536, height: 1 }], 'operations[0].width'],
    ['a scale to NaN', [{ type: 'scale', width: Number.NaN, height: 1 }], 'operations[0].width'],
    ['a scale to a word', [{ type: 'scale', width: '22', height: 14 }], 'operations[0].width'],
    ['an unknown filter', [{ type: 'scale', width, height, filter: 'cubic' }], 'operations[0].filter'],
    [
      'light that is a word',
      [{ type: 'scale', width, height, linearLight: 'yes' }],
      'operations[0].linearLight',
    ],

    ['a crop that begins before the frame', [{ ...crop, x: -1 }], 'operations[0].x'],
    ['a crop that begins behind it', [{ ...crop, y: height }], 'operations[0].y'],
    [
      'a crop that is wider than what is left',
      [{ ...crop, x: width - 3 }],
      'from 1 to 3 for operations[0].width',
    ],
    ['a crop of nothing', [{ ...crop, height: 0 }], 'operations[0].height'],
    ['a crop at half a pixel', [{ ...crop, x: 0.5 }], 'operations[0].x'],
    ['a crop that is larger than a crop before', [crop, { ...crop, width: 5 }], 'operations[1].width'],
    [
      'a crop larger than what a turn leaves',
      [
        { type: 'rotate', degrees: 90 },
        { ...crop, width: height + 1 },
      ],
      'operations[1].width',
    ],

    ['a negative border', [{ type: 'pad', left: -1 }], 'operations[0].left'],
    ['a border of NaN', [{ type: 'pad', bottom: Number.NaN }], 'operations[0].bottom'],
    [
      'a border beyond all sizes',
      [{ type: 'pad', left: 65_000, right: 65_000 }],
      'left and right that leave at most 65535',
    ],
    ['a border of two shares', [{ type: 'pad', left: 1, fill: [0, 0] }], 'operations[0].fill'],
    ['a border brighter than white', [{ type: 'pad', left: 1, fill: [0, 1.1, 0] }], 'operations[0].fill[1]'],
    [
      'a border of NaN’s colour',
      [{ type: 'pad', left: 1, fill: [0, 0, 0, Number.NaN] }],
      'operations[0].fill[3]',
    ],

    ['an unknown mirror', [{ type: 'flip', axis: 'x' }], 'operations[0].axis'],
    ['an eighth of a turn', [{ type: 'rotate', degrees: 45 }], '0, 90, 180 or 270 for operations[0].degrees'],
    ['a turn in words', [{ type: 'rotate', degrees: '90' }], 'operations[0].degrees'],
    ['a turn the other way', [{ type: 'rotate', degrees: -90 }], 'operations[0].degrees'],
    ['a box of no height', [{ type: 'letterbox', width: 4, height: 0 }], 'operations[0].height'],
    ['a solid of no colour', [{ type: 'solid' }], 'operations[0].fill'],

    ['an exposure of NaN', [{ type: 'color', exposure: Number.NaN }], 'operations[0].exposure'],
    ['an exposure of eleven stops', [{ type: 'color', exposure: 11 }], 'operations[0].exposure'],
    ['a gamma of 0', [{ type: 'color', gamma: 0 }], 'operations[0].gamma'],
    ['a gamma of infinity', [{ type: 'color', gamma: Number.POSITIVE_INFINITY }], 'operations[0].gamma'],
    ['a hue of more than a turn', [{ type: 'color', hue: 361 }], 'operations[0].hue'],
    ['a saturation in words', [{ type: 'color', saturation: '1' }], 'operations[0].saturation'],
    ['a contrast below nothing', [{ type: 'color', contrast: -0.1 }], 'operations[0].contrast'],
    ['a brightness above white', [{ type: 'color', brightness: 1.1 }], 'operations[0].brightness'],

    ['a matrix of eleven', [{ type: 'matrix', coefficients: row.slice(1) }], 'twelve numbers'],
    ['a matrix that is none', [{ type: 'matrix' }], 'operations[0].coefficients'],
    ['a matrix with NaN', [withFactor(4, Number.NaN)], 'operations[0].coefficients[4]'],
    ['a matrix with a factor of 8', [withFactor(0, 8)], 'operations[0].coefficients[0]'],
    ['a matrix with an offset of 5', [withFactor(7, -5)], 'operations[0].coefficients[7]'],
    ['a matrix with a hole', [withFactor(2, undefined)], 'operations[0].coefficients[2]'],

    ['no look', [{ type: 'lut3d' }], 'operations[0].lut'],
    ['a look of another length', [withLut({ size: 3 })], 'a Float64Array of 81 numbers'],
    ['a look of size 1', [withLut({ size: 1 })], 'operations[0].lut.size'],
    ['a look too large', [withLut({ size: 130 })], 'operations[0].lut.size'],
    ['a look of four dimensions', [withLut({ dimensions: 4 })], 'operations[0].lut.dimensions'],
    ['a look of plain numbers', [withLut({ entries: Array(24).fill(0) })], 'operations[0].lut.entries'],
    [
      'a look with NaN',
      [withLut({ entries: new Float64Array(24).fill(Number.NaN, 5, 6) })],
      'operations[0].lut.entries[5]',
    ],
    ['a look without a domain', [withLut({ domainMin: undefined })], 'operations[0].lut.domainMin[0]'],
    ['a look with an empty domain', [withLut({ domainMax: [1, 0, 1] })], 'operations[0].lut.domainMax[1]'],

    ['an overlay of nothing', [{ ...overlay, image: null }], 'operations[0].image'],
    [
      'an overlay of plain numbers',
      [{ ...overlay, image: { ...picture, data: Array(16).fill(0) } }],
      'operations[0].image.data',
    ],
    [
      'an overlay of other bytes',
      [{ ...overlay, image: { ...picture, data: new Uint8Array(15) } }],
      'the 16 bytes of 2×2 RGBA',
    ],
    [
      'an overlay whose buffer is gone',
      [{ ...overlay, image: { ...picture, data: detached } }],
      'a detached buffer',
    ],
    [
      'an overlay of no width',
      [{ ...overlay, image: { ...picture, width: 0 } }],
      'operations[0].image.width',
    ],
    ['an overlay at half a pixel', [{ ...overlay, x: 0.5 }], 'operations[0].x'],
    ['an overlay at infinity', [{ ...overlay, y: Number.POSITIVE_INFINITY }], 'operations[0].y'],
    ['an opacity above 1', [{ ...overlay, opacity: 1.01 }], 'operations[0].opacity'],
    ['an opacity of NaN', [{ ...overlay, opacity: Number.NaN }], 'operations[0].opacity'],
    ['an unknown blend mode', [{ ...overlay, blend: 'dissolve' }], 'operations[0].blend'],
    ['premultiplication in words', [{ ...overlay, premultiplied: 1 }], 'operations[0].premultiplied'],

    ['a fade of no amount', [{ type: 'fade' }], 'operations[0].amount'],
    ['a fade beyond its end', [{ type: 'fade', amount: 1.5 }], 'operations[0].amount'],
    ['a fade to half a colour', [{ type: 'fade', amount: 1, color: [0, 0] }], 'operations[0].color'],
    [
      'a fade to a negative colour',
      [{ type: 'fade', amount: 1, color: [0, -1, 0] }],
      'operations[0].color[1]',
    ],

    ['a dissolve into nothing', [{ type: 'dissolve', amount: 0.5 }], 'operations[0].other'],
    [
      'a dissolve into another size',
      [{ type: 'dissolve', other: picture, amount: 0.5 }],
      "of the frame's size",
    ],
    ['a dissolve of NaN', [{ type: 'dissolve', other: whole, amount: Number.NaN }], 'operations[0].amount'],
    [
      'a dissolve into a frame',
      [{ type: 'dissolve', other: { ...RGBA_SMALL, data: whole.data }, amount: 0.5 }],
      'createVideoProcessor also takes frames',
    ],
    ['a wipe to nowhere', [{ type: 'wipe', other: whole, amount: 0.5 }], 'operations[0].direction'],
    [
      'a wipe to an unknown side',
      [{ type: 'wipe', other: whole, amount: 0.5, direction: 'in' }],
      'operations[0].direction',
    ],
    [
      'a wipe softer than soft',
      [{ type: 'wipe', other: whole, amount: 0.5, direction: 'up', softness: 2 }],
      'operations[0].softness',
    ],
    [
      'a wipe of a turned frame',
      [
        { type: 'rotate', degrees: 90 },
        { type: 'wipe', other: whole, amount: 0, direction: 'up' },
      ],
      '14×22',
    ],
  ])('%s', (_, operations, words) => {
    expect(() => plan(operations)).toThrow(coded('E_INVALID_ARGUMENT', words));
    // Also where components would stay apart.
    expect(() => planConversion(NV12_SMALL, NV12_SMALL, { operations: operations as Operation[] })).toThrow(
      coded('E_INVALID_ARGUMENT', words),
    );
  });

  test('linear light of HDR', () => {
    const hdr = formatOf('P010', { width: 8, height: 8 }, { ...BT709, transfer: 'hlg' });
    const operations = [{ type: 'scale', width: 4, height: 4, linearLight: true }] as const;
    const target = { ...hdr, layout: frameLayout({ format: 'P010', width: 4, height: 4 }) };
    expect(() => planConversion(hdr, target, { operations })).toThrow(
      coded('E_UNSUPPORTED_COLOR', 'linearLight'),
    );
  });

  test('options that are none', () => {
    const choose = (options: unknown) => () => planConversion(RGBA_SMALL, RGBA_SMALL, options as object);
    expect(choose(null)).toThrow(coded('E_INVALID_ARGUMENT', 'options'));
    expect(choose({ dither: 'noise' })).toThrow(coded('E_INVALID_ARGUMENT', 'dither'));
    expect(choose({ upsampling: 'cubic' })).toThrow(coded('E_INVALID_ARGUMENT', 'upsampling'));
  });
});

describe('operations that change nothing are no steps', () => {
  test.each<[string, unknown]>([
    ['a scale to the same size', [{ type: 'scale', width, height, filter: 'lanczos3', linearLight: true }]],
    ['a crop of all', [{ type: 'crop', x: 0, y: 0, width, height }]],
    ['a border of nothing', [{ type: 'pad', fill: [1, 1, 1] }]],
    ['no turn', [{ type: 'rotate', degrees: 0 }]],
    ['a box of the same size', [{ type: 'letterbox', width, height }]],
    ['no adjustment', [{ type: 'color' }]],
    ['a hue all around', [{ type: 'color', hue: 360 }]],
    ['no exposure to speak of', [{ type: 'color', exposure: 1e-9, gamma: 1 + 1e-9 }]],
    ['a matrix of ones', [{ type: 'matrix', coefficients: row }]],
    ['a fade of nothing', [{ type: 'fade', amount: 0, color: [1, 0, 0] }]],
    ['a dissolve that hasn’t begun', [{ type: 'dissolve', other: whole, amount: 0 }]],
    ['a wipe that hasn’t begun', [{ type: 'wipe', other: whole, amount: 0, direction: 'left', softness: 1 }]],
    [
      'an overlay that isn’t seen',
      [
        { ...overlay, opacity: 0.001 },
        { ...overlay, x: -2 },
        { ...overlay, y: height },
      ],
    ],
    ['curves of a straight line', [{ type: 'lut3d', lut: parseCube('LUT_1D_SIZE 2\n0 0 0\n1 1 1') }]],
  ])('%s', (_, operations) => {
    expect(plan(operations).operations).toEqual([]);
  });
});
