import { axisTaps } from '../../../operations/axis-taps.js';
import type { PreparedScale } from '../../../operations/prepared-operation.js';
import { keptRows, type RowSource } from '../row-source.js';

/** Bilinear scaling of bytes, rounded once over both axes: weights are 256ths on each. */
export function scaleRows(source: RowSource, { width, height }: PreparedScale): RowSource {
  if (source.depth !== 8)
    throw new RangeError('Expected pixels of 8 bits for a scale but received 16: resample does those');
  const columns = axisTaps(source.width, width);
  const lines = axisTaps(source.height, height);
  return keptRows({ width, height, depth: 8 }, (y, row) => {
    const top = source.row(lines.first[y] as number);
    const bottom = source.row(lines.second[y] as number);
    const below = lines.weight[y] as number;
    const above = 256 - below;
    for (let x = 0; x < width; x += 1) {
      const left = 4 * (columns.first[x] as number);
      const right = 4 * (columns.second[x] as number);
      const after = columns.weight[x] as number;
      const before = 256 - after;
      for (let channel = 0; channel < 4; channel += 1) {
        const upper = before * (top[left + channel] as number) + after * (top[right + channel] as number);
        const lower =
          before * (bottom[left + channel] as number) + after * (bottom[right + channel] as number);
        row[4 * x + channel] = (above * upper + below * lower + 32_768) >> 16;
      }
    }
  });
}
