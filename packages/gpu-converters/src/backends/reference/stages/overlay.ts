import type { PreparedOverlay } from '../../../operations/prepared-operation.js';
import { keptRows, type RowSource } from '../row-source.js';

/** Lays a picture over with straight alpha; every product of two bytes is rounded back to a byte. */
export function overlayRows(source: RowSource, { image, x, y: top, opacity }: PreparedOverlay): RowSource {
  const from = Math.max(x, 0);
  const to = Math.min(x + image.width, source.width);
  return keptRows(source.width, source.height, (y, row) => {
    row.set(source.row(y));
    if (y < top || y >= top + image.height) return;
    for (let column = from; column < to; column += 1) {
      const at = 4 * column;
      const over = 4 * ((y - top) * image.width + column - x);
      const alpha = divideBy255((image.data[over + 3] as number) * opacity);
      const rest = 255 - alpha;
      for (let channel = 0; channel < 3; channel += 1) {
        row[at + channel] = divideBy255(
          (image.data[over + channel] as number) * alpha + (row[at + channel] as number) * rest,
        );
      }
      row[at + 3] = alpha + divideBy255((row[at + 3] as number) * rest);
    }
  });
}

/** `round(value / 255)` for 0 to 65,025. */
function divideBy255(value: number): number {
  const biased = value + 128;
  return (biased + (biased >> 8)) >> 8;
}
