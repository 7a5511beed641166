import type { FrameLayout } from '@framerail/media-types';
import type { RowSource } from '../row-source.js';

/**
 * Writes RGBA or BGRA, a row a step.
 *
 * @param redAt - the byte of a pixel that holds red: 0 in RGBA, 2 in BGRA
 */
export function* storePackedRgb(
  source: RowSource,
  data: Uint8Array,
  layout: FrameLayout,
  redAt: 0 | 2,
): Generator<undefined, void> {
  const { offset = 0, stride = 0 } = layout.planes[0] ?? {};
  for (let y = 0; y < source.height; y += 1) {
    const row = source.row(y);
    const start = offset + y * stride;
    for (let at = 0; at < row.length; at += 4) {
      data[start + at + redAt] = row[at] as number;
      data[start + at + 1] = row[at + 1] as number;
      data[start + at + 2 - redAt] = row[at + 2] as number;
      data[start + at + 3] = row[at + 3] as number;
    }
    yield;
  }
}
