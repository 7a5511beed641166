import type { PreparedOverlay } from '../../../operations/prepared-operation.js';
import { keptRows, largestOf, type RowSource } from '../row-source.js';
import { blendOf, share } from './blend-modes.js';

/** Lays a picture over; every product of two shares is rounded back to a share. */
export function overlayRows(source: RowSource, overlay: PreparedOverlay): RowSource {
  const { image, x, y: top, premultiplied = false, mode = 'normal' } = overlay;
  const from = Math.max(x, 0);
  const to = Math.min(x + image.width, source.width);
  const largest = largestOf(source.depth);
  const unit = source.depth === 8 ? 1 : 257;
  const opacity = overlay.opacity * unit;
  const blend = blendOf(mode, largest);
  return keptRows(source, (y, row) => {
    row.set(source.row(y));
    if (y < top || y >= top + image.height) return;
    for (let column = from; column < to; column += 1) {
      const at = 4 * column;
      const over = 4 * ((y - top) * image.width + column - x);
      const pixel = (channel: number): number => unit * (image.data[over + channel] as number);
      const alpha = share(pixel(3) * opacity, largest);
      const rest = largest - alpha;
      for (let channel = 0; channel < 3; channel += 1) {
        const below = row[at + channel] as number;
        row[at + channel] = premultiplied
          ? Math.min(largest, share(pixel(channel) * opacity, largest) + share(below * rest, largest))
          : share(blend(below, pixel(channel)) * alpha + below * rest, largest);
      }
      row[at + 3] = alpha + share((row[at + 3] as number) * rest, largest);
    }
  });
}
