import type { PreparedLut3d } from '../../../operations/prepared-operation.js';
import { keptRows, largestOf, type RowSource } from '../row-source.js';

/** A colour cube, interpolated in tetrahedra: from the corner below, along the axes in falling order of the rests. */
export function lut3dRows(source: RowSource, { size, entries }: PreparedLut3d): RowSource {
  const largest = largestOf(source.depth);
  const strides = [3, 3 * size, 3 * size * size];
  const sums = [0, 0, 0];
  return keptRows(source, (y, row) => {
    const input = source.row(y);
    for (let at = 0; at < row.length; at += 4) {
      let node = 0;
      const axes = strides.map((stride, channel) => {
        const position = (input[at + channel] as number) * (size - 1);
        node += Math.floor(position / largest) * stride;
        return { stride, rest: position % largest };
      });
      // The sort is stable, so red comes before green and green before blue where rests are equal.
      axes.sort((one, other) => other.rest - one.rest);
      sums.fill(0);
      let before: number = largest;
      for (const { stride, rest } of axes) {
        add(sums, entries, node, before - rest);
        before = rest;
        if (rest === 0) break;
        node += stride;
      }
      add(sums, entries, node, before);
      for (let channel = 0; channel < 3; channel += 1)
        row[at + channel] = Math.floor(((sums[channel] as number) + 32_767) / 65_535);
      row[at + 3] = input[at + 3] as number;
    }
  });
}

function add(sums: number[], entries: Uint16Array, node: number, weight: number): void {
  if (weight === 0) return;
  for (let channel = 0; channel < 3; channel += 1)
    sums[channel] = (sums[channel] as number) + weight * (entries[node + channel] as number);
}
