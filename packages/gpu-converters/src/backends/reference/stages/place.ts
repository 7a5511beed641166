import type { PreparedPlace } from '../../../operations/prepared-operation.js';
import { keptRows, type RowSource } from '../row-source.js';

/**
 * Moves pixels: crop, pad, flip, quarter turns.
 *
 * @param source - with `transpose`, one that gives any row at any time: see `wholePicture`
 */
export function placeRows(source: RowSource, place: PreparedPlace): RowSource {
  const { width, height, transpose, flipX, flipY, fill } = place;
  const { width: sourceWidth, height: sourceHeight, depth } = source;
  return keptRows({ width, height, depth }, (y, row) => {
    const v = y - place.y;
    for (let x = 0; x < width; x += 1) {
      const u = x - place.x;
      const [a, b] = transpose ? [v, u] : [u, v];
      if (a < 0 || a >= sourceWidth || b < 0 || b >= sourceHeight) {
        row.set(fill, 4 * x);
        continue;
      }
      const input = source.row(flipY ? sourceHeight - 1 - b : b);
      const at = 4 * (flipX ? sourceWidth - 1 - a : a);
      for (let channel = 0; channel < 4; channel += 1) row[4 * x + channel] = input[at + channel] as number;
    }
  });
}
