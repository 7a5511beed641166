import type { FrameFormat } from '@framerail/media-types';
import { type DownsamplingTaps, downsamplingTaps } from '../../../exact/chroma-siting.js';
import { rgbToYcbcr } from '../../../exact/rgb-to-ycbcr.js';
import type { PixelsWork } from '../../../plan/work.js';
import { type ColorRow, exactRow, fixedRow } from '../color-forms.js';
import { frameSamples } from '../component-samples.js';
import type { Row, RowSource } from '../row-source.js';

/** A chroma sample that has a pixel to itself. */
const ITSELF: DownsamplingTaps = { offsets: [0], weights: [1], total: 1 };

/** Writes any Y′CbCr format, a row of chroma and its rows of luma a step. Alpha is ignored. */
export function* storeYcbcr(
  source: RowSource,
  data: Uint8Array,
  { layout, color }: FrameFormat,
  work: PixelsWork,
): Generator<undefined, void> {
  const { width, height } = source;
  const { luma, chroma, bits } = frameSamples(data, layout);
  const [cb, cr] = chroma;
  const siting = downsamplingTaps(color.chromaLocation);
  const taps = {
    across: cb.across === 2 ? siting.across : ITSELF,
    down: cb.down === 2 ? siting.down : ITSELF,
  };
  const forms = colorRows(color, work, bits, taps.across.total * taps.down.total);
  const lumas = new Uint16Array(width);
  const [cbs, crs] = [new Uint16Array(cb.width), new Uint16Array(cb.width)];
  const covered = coveredPixels(taps, width, source.depth === 16);

  for (let line = 0; line < cb.height; line += 1) {
    for (let y = cb.down * line; y < Math.min(cb.down * (line + 1), height); y += 1) {
      const row = source.row(y);
      for (let x = 0; x < width; x += 1) {
        const at = 4 * x;
        lumas[x] = forms.luma(row[at] as number, row[at + 1] as number, row[at + 2] as number, x, y);
      }
      luma.write(y, lumas);
    }
    const rows = taps.down.offsets.map((offset) => source.row(clamp(cb.down * line + offset, height)));
    for (let x = 0; x < cb.width; x += 1) {
      const [red, green, blue] = covered(rows, cb.across * x);
      cbs[x] = forms.cb(red, green, blue, x, line);
      crs[x] = forms.cr(red, green, blue, x, line);
    }
    cb.write(line, cbs);
    cr.write(line, crs);
    yield;
  }
}

function colorRows(
  color: FrameFormat['color'],
  { store, storeDepth, dithered }: PixelsWork,
  bits: 8 | 10,
  total: number,
): { luma: ColorRow; cb: ColorRow; cr: ColorRow } {
  if (store === undefined) {
    const { luma, cb, cr } = rgbToYcbcr(color, total);
    return { luma: exactRow(luma), cb: exactRow(cb), cr: exactRow(cr) };
  }
  const options = { largest: bits === 8 ? 255 : 1023, dithered, wide: storeDepth === 16 };
  return {
    luma: fixedRow(store, { row: 0, ...options }),
    cb: fixedRow(store, { row: 1, ...options }),
    cr: fixedRow(store, { row: 2, ...options }),
  };
}

/**
 * R, G and B of the pixels that a chroma sample covers: their weighted sum, which is rounded together with the
 * matrix, or at 16 bits, where that sum would be too large for the matrix, their mean. The result is overwritten.
 */
function coveredPixels(
  { across, down }: { across: DownsamplingTaps; down: DownsamplingTaps },
  width: number,
  isMean: boolean,
): (rows: readonly Row[], column: number) => readonly [number, number, number] {
  const total = across.total * down.total;
  const sums: [number, number, number] = [0, 0, 0];
  return (rows, column) => {
    sums.fill(0);
    for (const [i, row] of rows.entries()) {
      for (const [j, offset] of across.offsets.entries()) {
        const weight = (down.weights[i] as number) * (across.weights[j] as number);
        const at = 4 * clamp(column + offset, width);
        for (let channel = 0; channel < 3; channel += 1)
          sums[channel] = (sums[channel] as number) + weight * (row[at + channel] as number);
      }
    }
    if (isMean)
      for (let channel = 0; channel < 3; channel += 1)
        sums[channel] = Math.floor(((sums[channel] as number) + total / 2) / total);
    return sums;
  };
}

/** Positions beyond the picture repeat its edge. */
function clamp(position: number, size: number): number {
  return position < 0 ? 0 : position >= size ? size - 1 : position;
}
