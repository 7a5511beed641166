import type { RawFrame } from '@framerail/media-types';
import { keptRows, type RowSource } from '../row-source.js';

/**
 * Reads RGBA or BGRA.
 *
 * @param redAt - the byte of a pixel that holds red: 0 in RGBA, 2 in BGRA
 */
export function loadPackedRgb(frame: RawFrame, redAt: 0 | 2): RowSource {
  const { data, layout } = frame;
  const { width, height } = layout;
  const { offset = 0, stride = 0 } = layout.planes[0] ?? {};
  return keptRows(width, height, (y, row) => {
    const start = offset + y * stride;
    row.set(data.subarray(start, start + width * 4));
    if (redAt === 0) return;
    for (let at = 0; at < row.length; at += 4) {
      const blue = row[at] as number;
      row[at] = row[at + 2] as number;
      row[at + 2] = blue;
    }
  });
}
