import type { PreparedColorMatrix } from '../../../operations/prepared-operation.js';
import { keptRows, type RowSource } from '../row-source.js';

/** An affine map of R, G, B with 12 fraction bits, rounded half up and clamped; alpha stays. */
export function colorMatrixRows(source: RowSource, { coefficients }: PreparedColorMatrix): RowSource {
  const rows = [0, 4, 8].map(
    (at) => [...coefficients.subarray(at, at + 4)] as [number, number, number, number],
  );
  return keptRows(source.width, source.height, (y, row) => {
    const input = source.row(y);
    for (let at = 0; at < row.length; at += 4) {
      const [red, green, blue] = [input[at] as number, input[at + 1] as number, input[at + 2] as number];
      for (let channel = 0; channel < 3; channel += 1) {
        const [r, g, b, offset] = rows[channel] as [number, number, number, number];
        const value = (r * red + g * green + b * blue + offset + 2048) >> 12;
        row[at + channel] = value < 0 ? 0 : value > 255 ? 255 : value;
      }
      row[at + 3] = input[at + 3] as number;
    }
  });
}
