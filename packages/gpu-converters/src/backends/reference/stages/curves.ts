import type { PreparedCurves } from '../../../operations/prepared-operation.js';
import { keptRows, type RowSource } from '../row-source.js';

/** Looks R, G and B up in tables; the depth may change, and alpha's with it. */
export function curvesRows(source: RowSource, { from, to, tables }: PreparedCurves): RowSource {
  if (source.depth !== from)
    throw new RangeError(`Expected pixels of ${from} bits for curves but received ${source.depth}`);
  const alphaOf = (value: number): number => {
    if (from === to) return value;
    return to === 16 ? value * 257 : Math.floor((value + 128) / 257);
  };
  return keptRows({ width: source.width, height: source.height, depth: to }, (y, row) => {
    const input = source.row(y);
    for (let at = 0; at < row.length; at += 4) {
      for (let channel = 0; channel < 3; channel += 1)
        row[at + channel] = (tables[channel] as Uint16Array)[input[at + channel] as number] as number;
      row[at + 3] = alphaOf(input[at + 3] as number);
    }
  });
}
