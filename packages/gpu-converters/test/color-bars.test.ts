import { readFileSync } from 'node:fs';
import { BT709, type ColorSpace, type FrameFormat, frameLayout, SRGB } from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import { requireShared } from '../../../scripts/testing/require.js';
import { convertFrame } from '../src/index.js';
import { watchedPool } from './frames.js';

interface Bars {
  readonly matrix: Exclude<ColorSpace['matrix'], 'rgb'>;
  readonly bits: number;
  readonly fullRange: boolean;
  /** The RGB amplitude; only '1' is a code of 8 bits. */
  readonly level: string;
  readonly colors: Record<string, [y: number, cb: number, cr: number]>;
}

const RGB: Record<string, readonly [number, number, number]> = {
  white: [255, 255, 255],
  yellow: [255, 255, 0],
  cyan: [0, 255, 255],
  green: [0, 255, 0],
  magenta: [255, 0, 255],
  red: [255, 0, 0],
  blue: [0, 0, 255],
  black: [0, 0, 0],
};

async function convertSolid(
  codes: readonly number[],
  source: FrameFormat,
  target: FrameFormat,
): Promise<Uint8Array> {
  const pool = watchedPool();
  const frame = await pool.acquireFrame({ ...source, timestampUs: 0, durationUs: 0 });
  frame.data.set(codes);
  using result = await convertFrame({ frame, target, backend: 'reference' });
  pool.expectAllBack();
  return result.data.slice();
}

const vectors = requireShared('vectors/color-bars.json');

const { bars } = JSON.parse(vectors === undefined ? '{ "bars": [] }' : readFileSync(vectors, 'utf8')) as {
  bars: Bars[];
};
const exact = bars.filter(({ bits, level }) => bits === 8 && level === '1');

test.runIf(vectors !== undefined)('there are bars for three matrices in both ranges', () => {
  expect(exact.length).toBe(6);
});

describe.each(exact)('colour bars in $matrix, full range $fullRange', ({ matrix, fullRange, colors }) => {
  test.each(Object.entries(colors))('%s is %j, and comes back', async (name, [y, cb, cr]) => {
    const [r, g, b] = RGB[name] as [number, number, number];
    const rgba = { layout: frameLayout({ format: 'RGBA', width: 2, height: 2 }), color: SRGB };
    const nv12 = {
      layout: frameLayout({ format: 'NV12', width: 2, height: 2 }),
      color: { ...BT709, matrix, fullRange },
    };
    const pixels = Array.from({ length: 4 }, () => [r, g, b, 255]).flat();
    expect([...(await convertSolid(pixels, rgba, nv12))]).toEqual([y, y, y, y, cb, cr]);
    const back = await convertSolid([y, y, y, y, cb, cr], nv12, rgba);
    // A code of luma or chroma is up to two of RGB, and bars lie on the edge of the gamut.
    for (const [index, value] of back.entries())
      expect(Math.abs(value - (pixels[index] as number))).toBeLessThanOrEqual(2);
  });
});
