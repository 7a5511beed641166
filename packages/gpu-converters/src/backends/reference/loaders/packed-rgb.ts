import type { RawFrame } from '@framerail/media-types';
import type { WorkDepth } from '../../../operations/prepared-operation.js';
import { keptRows, type RowSource } from '../row-source.js';

/**
 * Reads RGBA or BGRA; at 16 bits a byte counts 257 times.
 *
 * @param redAt - the byte of a pixel that holds red: 0 in RGBA, 2 in BGRA
 */
export function loadPackedRgb(frame: RawFrame, redAt: 0 | 2, depth: WorkDepth): RowSource {
  const { data, layout } = frame;
  const { width, height } = layout;
  const { offset = 0, stride = 0 } = layout.planes[0] ?? {};
  const unit = depth === 8 ? 1 : 257;
  return keptRows({ width, height, depth }, (y, row) => {
    const start = offset + y * stride;
    for (let at = 0; at < row.length; at += 4) {
      row[at] = unit * (data[start + at + redAt] as number);
      row[at + 1] = unit * (data[start + at + 1] as number);
      row[at + 2] = unit * (data[start + at + 2 - redAt] as number);
      row[at + 3] = unit * (data[start + at + 3] as number);
    }
  });
}
