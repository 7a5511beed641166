import { convertFrame } from '@framerail/gpu-converters';
import { BT709, frameLayout, type PixelFormat, SRGB } from '@framerail/media-types';
import { type Bars, RGB } from '../color-bar-rows.js';
import { expectBytes, type PageCase } from './page-case.js';

type Codes = readonly [y: number, cb: number, cr: number];
const four = (code: number): number[] => [code, code, code, code];
const words = (shift: number, codes: readonly number[]): number[] =>
  codes.flatMap((code) => [(code << shift) & 255, (code << shift) >> 8]);

/** The bytes of 2×2 pixels of one colour. */
const PACKINGS: Partial<Record<PixelFormat, { bits: number; bytes(codes: Codes): number[] }>> = {
  NV12: { bits: 8, bytes: ([y, cb, cr]) => [...four(y), cb, cr] },
  I420: { bits: 8, bytes: ([y, cb, cr]) => [...four(y), cb, cr] },
  I422: { bits: 8, bytes: ([y, cb, cr]) => [...four(y), cb, cb, cr, cr] },
  I444: { bits: 8, bytes: ([y, cb, cr]) => [...four(y), ...four(cb), ...four(cr)] },
  YUY2: { bits: 8, bytes: ([y, cb, cr]) => [y, cb, y, cr, y, cb, y, cr] },
  UYVY: { bits: 8, bytes: ([y, cb, cr]) => [cb, y, cr, y, cb, y, cr, y] },
  P010: { bits: 10, bytes: ([y, cb, cr]) => words(6, [...four(y), cb, cr]) },
  I420P10: { bits: 10, bytes: ([y, cb, cr]) => words(0, [...four(y), cb, cr]) },
};

/** Colour bars through the GPU, a case for each matrix, range and depth. */
export function colorBarCases(bars: readonly Bars[], device: GPUDevice): PageCase[] {
  return bars
    .filter(({ level }) => level === '1')
    .map((row) => ({
      name: `colour bars in ${row.matrix}, ${row.bits} bits, full range ${row.fullRange}`,
      async run() {
        for (const [format, { bits, bytes }] of Object.entries(PACKINGS)) {
          if (bits !== row.bits) continue;
          for (const [name, codes] of Object.entries(row.colors)) {
            const data = await convert(RGB[name] as Codes, format as PixelFormat, row, device);
            expectBytes(data, bytes(codes), `${name} in ${format}`);
          }
        }
      },
    }));
}

async function convert(rgb: Codes, format: PixelFormat, row: Bars, device: GPUDevice): Promise<Uint8Array> {
  const size = { width: 2, height: 2 };
  const pixels = four(0).flatMap(() => [...rgb.map((share) => 255 * share), 255]);
  const frame = {
    data: Uint8Array.from(pixels),
    layout: frameLayout({ format: 'RGBA', ...size }),
    color: SRGB,
    timestampUs: 0,
    durationUs: 0,
    [Symbol.dispose]: () => {},
  };
  const { matrix, fullRange } = row;
  const target = { layout: frameLayout({ format, ...size }), color: { ...BT709, matrix, fullRange } };
  using result = await convertFrame({ frame, target, backend: 'webgpu', device });
  return result.data.slice();
}
