import type { FrameLayout } from '@framerail/media-types';
import { bayer } from '../color-forms.js';
import type { RowSource } from '../row-source.js';

/** Options of {@link storePackedRgb}. */
export interface StorePackedRgbOptions {
  /** The byte of a pixel that holds red: 0 in RGBA, 2 in BGRA. */
  readonly redAt: 0 | 2;
  /** Whether 16 bits become 8 with ordered dither; alpha is always rounded. */
  readonly dithered: boolean;
}

/** Writes RGBA or BGRA, a row a step. */
export function* storePackedRgb(
  source: RowSource,
  data: Uint8Array,
  layout: FrameLayout,
  { redAt, dithered }: StorePackedRgbOptions,
): Generator<undefined, void> {
  const { offset = 0, stride = 0 } = layout.planes[0] ?? {};
  // 65,535 is 255 times 257.
  const toByte = (value: number, rounding: number): number =>
    source.depth === 8 ? value : Math.floor((value + rounding) / 257);
  for (let y = 0; y < source.height; y += 1) {
    const row = source.row(y);
    const start = offset + y * stride;
    for (let at = 0; at < row.length; at += 4) {
      const rounding = dithered ? ((2 * bayer(at / 4, y) + 1) * 257) >> 7 : 128;
      data[start + at + redAt] = toByte(row[at] as number, rounding);
      data[start + at + 1] = toByte(row[at + 1] as number, rounding);
      data[start + at + 2 - redAt] = toByte(row[at + 2] as number, rounding);
      data[start + at + 3] = toByte(row[at + 3] as number, 128);
    }
    yield;
  }
}
