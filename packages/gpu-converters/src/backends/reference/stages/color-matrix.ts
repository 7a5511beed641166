import type { PreparedColorMatrix } from '../../../operations/prepared-operation.js';
import { keptRows, largestOf, type RowSource } from '../row-source.js';

/** An affine map of R, G, B with 12 fraction bits, rounded half up and clamped; alpha stays. */
export function colorMatrixRows(source: RowSource, { coefficients }: PreparedColorMatrix): RowSource {
  const rows = [0, 4, 8].map(
    (at) => [...coefficients.subarray(at, at + 4)] as [number, number, number, number],
  );
  const largest = largestOf(source.depth);
  const unit = source.depth === 8 ? 1 : 257;
  return keptRows(source, (y, row) => {
    const input = source.row(y);
    for (let at = 0; at < row.length; at += 4) {
      const [red, green, blue] = [input[at] as number, input[at + 1] as number, input[at + 2] as number];
      for (let channel = 0; channel < 3; channel += 1) {
        const [r, g, b, offset] = rows[channel] as [number, number, number, number];
        // In doubles: at 16 bits the sum is more than 32 bits.
        const value = Math.floor((r * red + g * green + b * blue + offset * unit + 2048) / 4096);
        row[at + channel] = value < 0 ? 0 : value > largest ? largest : value;
      }
      row[at + 3] = input[at + 3] as number;
    }
  });
}
