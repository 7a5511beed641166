import type { PreparedCurves, WorkDepth } from './prepared-operation.js';

/** The largest value of a channel. */
function largestValue(depth: WorkDepth): 255 | 65_535 {
  return depth === 8 ? 255 : 65_535;
}

/** A share of white (0 to 1, cut off beyond) as a channel's value, rounded half up. */
export function channelValue(share: number, depth: WorkDepth): number {
  return Math.floor(Math.min(Math.max(share, 0), 1) * largestValue(depth) + 0.5);
}

/** The table of a curve: shares of white to shares of white, each result rounded half up. */
export function curveTable(curve: (share: number) => number, from: WorkDepth, to: WorkDepth): Uint16Array {
  const largest = largestValue(from);
  // A plain loop: 65,536 entries are made for every frame while an amount of 16-bit pixels is animated.
  const table = new Uint16Array(largest + 1);
  for (let value = 0; value <= largest; value += 1) table[value] = channelValue(curve(value / largest), to);
  return table;
}

/** A step of one curve for R, G and B. */
export function sameCurves(
  curve: (share: number) => number,
  from: WorkDepth,
  to: WorkDepth = from,
): PreparedCurves {
  const table = curveTable(curve, from, to);
  return { type: 'curves', from, to, tables: [table, table, table] };
}

/** Whether a step of curves changes nothing. */
export function isIdentity({ from, to, tables }: PreparedCurves): boolean {
  return from === to && tables.every((table) => table.every((entry, value) => entry === value));
}
