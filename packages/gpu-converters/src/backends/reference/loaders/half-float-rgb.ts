import type { RawFrame } from '@framerail/media-types';
import { HALF_TO_UNIT16 } from '../../../exact/half-float.js';
import { keptRows, type RowSource } from '../row-source.js';

/** Reads RGBA16F: 16 bits of the share of white, kept within 0 to 1. */
export function loadHalfFloatRgb(frame: RawFrame): RowSource {
  const { data, layout } = frame;
  const { width, height } = layout;
  const { offset = 0, stride = 0 } = layout.planes[0] ?? {};
  return keptRows({ width, height, depth: 16 }, (y, row) => {
    for (let index = 0, at = offset + y * stride; index < row.length; index += 1, at += 2)
      row[index] = HALF_TO_UNIT16[(data[at] as number) | ((data[at + 1] as number) << 8)] as number;
  });
}
