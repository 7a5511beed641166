import fc from 'fast-check';
import type { NativeColor, NativeFormat, NativeImage, NativeOperation } from '../src/index.js';

const FORMATS = ['RGBA', 'BGRA', 'NV12', 'I420'] as const;

/** Bytes of a row and rows of each plane. */
function planeSizes(
  format: NativeFormat,
  width: number,
  height: number,
): { rowBytes: number; rows: number }[] {
  const half = { rowBytes: Math.ceil(width / 2), rows: Math.ceil(height / 2) };
  if (format === 'RGBA' || format === 'BGRA') return [{ rowBytes: width * 4, rows: height }];
  const luma = { rowBytes: width, rows: height };
  return format === 'NV12' ? [luma, { rowBytes: half.rowBytes * 2, rows: half.rows }] : [luma, half, half];
}

/** An image whose planes follow each other, with this many bytes before each and after each row. */
export function imageOf(format: NativeFormat, width: number, height: number, gap = 0): NativeImage {
  let end = 0;
  const planes = planeSizes(format, width, height).map(({ rowBytes, rows }) => {
    const plane = { offset: end + gap, stride: rowBytes + gap };
    end = plane.offset + plane.stride * rows;
    return plane;
  });
  return { data: new Uint8Array(end), format, width, height, planes };
}

/** Fills memory with numbers that look random and are the same for a seed. */
export function fillNoise(data: Uint8Array, seed: number): Uint8Array {
  let state = seed | 1;
  for (let index = 0; index < data.length; index += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[index] = state >>> 24;
  }
  return data;
}

export const REC709: NativeColor = { matrix: 'bt709', fullRange: false, chromaLocation: 'left' };

export const anyFormat = fc.constantFrom(...FORMATS);

export const anyColor: fc.Arbitrary<NativeColor> = fc.record({
  matrix: fc.constantFrom('smpte170m', 'bt709', 'bt2020-ncl'),
  fullRange: fc.boolean(),
  chromaLocation: fc.constantFrom('left', 'center', 'topleft'),
});

const anyOverlay = fc
  .record({
    width: fc.integer({ min: 1, max: 20 }),
    height: fc.integer({ min: 1, max: 20 }),
    x: fc.integer({ min: -30, max: 90 }),
    y: fc.integer({ min: -30, max: 90 }),
    opacity: fc.nat(255),
    seed: fc.nat(),
  })
  .map(({ width, height, x, y, opacity, seed }): NativeOperation => {
    const image = imageOf('RGBA', width, height);
    fillNoise(image.data, seed);
    return { type: 'overlay', image, x, y, opacity };
  });

const anyMatrix = fc
  .array(fc.integer({ min: -8192, max: 8192 }), { minLength: 12, maxLength: 12 })
  .map((list): NativeOperation => ({ type: 'colorMatrix', coefficients: Int32Array.from(list) }));

/** Operations that keep the size. */
export const anyEdits = fc.array(fc.oneof(anyOverlay, anyMatrix), { maxLength: 3 });
