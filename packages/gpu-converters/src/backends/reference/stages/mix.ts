import type { PreparedMix } from '../../../operations/prepared-operation.js';
import { keptRows, type RowSource } from '../row-source.js';

/** Mixes another picture of the same size in, by 256ths that go with columns or rows. */
export function mixRows(source: RowSource, { image, along, weights }: PreparedMix): RowSource {
  const unit = source.depth === 8 ? 1 : 257;
  return keptRows(source, (y, row) => {
    const input = source.row(y);
    for (let index = 0; index < row.length; index += 1) {
      const weight = weights[along === 'x' ? index >> 2 : y] as number;
      const other = unit * (image.data[y * row.length + index] as number);
      row[index] = ((input[index] as number) * (256 - weight) + other * weight + 128) >> 8;
    }
  });
}
