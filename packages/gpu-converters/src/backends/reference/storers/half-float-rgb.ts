import type { FrameLayout } from '@framerail/media-types';
import { UNIT16_TO_HALF } from '../../../exact/half-float.js';
import type { RowSource } from '../row-source.js';

/**
 * Writes RGBA16F, a row a step.
 *
 * @param holdsHalfs - whether the source's channels are half floats already, and not pixels of 16 bits
 */
export function* storeHalfFloatRgb(
  source: RowSource,
  data: Uint8Array,
  layout: FrameLayout,
  holdsHalfs: boolean,
): Generator<undefined, void> {
  if (source.depth !== 16) throw new RangeError('Expected pixels of 16 bits for RGBA16F but received 8');
  const { offset = 0, stride = 0 } = layout.planes[0] ?? {};
  for (let y = 0; y < source.height; y += 1) {
    const row = source.row(y);
    for (let index = 0, at = offset + y * stride; index < row.length; index += 1, at += 2) {
      const channel = row[index] as number;
      const half = holdsHalfs ? channel : (UNIT16_TO_HALF[channel] as number);
      data[at] = half & 255;
      data[at + 1] = half >> 8;
    }
    yield;
  }
}
