import { readFileSync } from 'node:fs';
import type { FrameFormat, PixelFormat } from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import { requireShared } from '../../../scripts/testing/require.js';
import { type Bars, RGB } from './color-bar-rows.js';
import { carryOut, conversionPlan, FORMATS, formatOf } from './convert-with.js';
import {
  bitsOf,
  type Component,
  type Grid,
  isRgb,
  readComponents,
  writeComponents,
} from './formula-frames.js';

/** 0, 3/4 and 1 as half floats. */
const HALFS = new Map([
  [0, 0],
  [0.75, 0x3a00],
  [1, 0x3c00],
]);
const SIZE = { width: 4, height: 2 };

const vectors = requireShared('vectors/color-bars.json');
const { bars } = JSON.parse(vectors === undefined ? '{ "bars": [] }' : readFileSync(vectors, 'utf8')) as {
  bars: Bars[];
};
const YCBCR = FORMATS.filter((format) => !isRgb(format));

const convert = (data: Uint8Array, source: FrameFormat, target: FrameFormat): Uint8Array =>
  carryOut(conversionPlan(source, target), data);

/** A frame of one colour. */
function solidRgb(format: 'RGBA' | 'BGRA' | 'RGBA16F', color: readonly number[]): Uint8Array {
  const [r, g, b] = color as [number, number, number];
  const pixel = format === 'BGRA' ? [b, g, r, 1] : [r, g, b, 1];
  const all = Array.from({ length: SIZE.width * SIZE.height }, () => pixel).flat();
  if (format === 'RGBA16F')
    return new Uint8Array(Uint16Array.from(all, (share) => HALFS.get(share) as number).buffer);
  return Uint8Array.from(all, (share) => 255 * share);
}

/** Every component's value, which all of its samples have to have. */
function solidValues(data: Uint8Array, layout: FrameFormat['layout'], names: readonly Component[]): number[] {
  const components = readComponents({ data, layout });
  return names.map((name) => {
    const plane = components.get(name) as Grid;
    const values = new Set<number>();
    for (let y = 0; y < plane.height; y += 1)
      for (let x = 0; x < plane.width; x += 1) values.add(plane.at(x, y));
    expect([...values]).toHaveLength(1);
    return plane.at(0, 0);
  });
}

test.runIf(vectors !== undefined)(
  'there are bars for three matrices, two ranges, two depths and two levels',
  () => {
    expect(bars.length).toBe(24);
  },
);

describe.each(bars)(
  '$level bars in $matrix, $bits bits, full range $fullRange',
  ({ matrix, fullRange, bits, level, colors }) => {
    const amplitude = level === '1' ? 1 : 0.75;
    const sources = amplitude === 1 ? (['RGBA', 'BGRA', 'RGBA16F'] as const) : (['RGBA16F'] as const);
    const formats = YCBCR.filter((format) => bitsOf(format) === bits);
    const ycbcr = (format: PixelFormat) => formatOf(format, SIZE, { matrix, fullRange });

    test.each(Object.entries(colors))('%s is %j in every format, and comes back', (name, codes) => {
      const rgb = (RGB[name] as readonly number[]).map((share) => share * amplitude);
      for (const format of formats) {
        const own = ycbcr(format);
        for (const source of sources) {
          const made = convert(solidRgb(source, rgb), formatOf(source, SIZE), own);
          expect([source, format, ...solidValues(made, own.layout, ['Y', 'U', 'V'])]).toEqual([
            source,
            format,
            ...codes,
          ]);
        }
        const data = new Uint8Array(own.layout.byteLength);
        writeComponents(
          { data, layout: own.layout },
          (component) => codes['YUV'.indexOf(component)] as number,
        );
        for (const target of FORMATS) {
          const other = ycbcr(target);
          const made = convert(data, own, other);
          if (isRgb(target)) {
            const unit = target === 'RGBA16F' ? 255 : 1;
            // A code of luma or chroma is up to two of RGB, and bars lie on the edge of the gamut.
            for (const [index, value] of solidValues(made, other.layout, ['R', 'G', 'B']).entries())
              expect(Math.abs(unit * value - 255 * (rgb[index] as number))).toBeLessThanOrEqual(2);
          } else if (bitsOf(target) === bits) {
            expect([format, target, ...solidValues(made, other.layout, ['Y', 'U', 'V'])]).toEqual([
              format,
              target,
              ...codes,
            ]);
          }
        }
      }
    });
  },
);
