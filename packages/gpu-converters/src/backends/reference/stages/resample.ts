import type { PreparedResample, Taps, WorkDepth } from '../../../operations/prepared-operation.js';
import { keptRows, lastRows, type Row, type RowSource } from '../row-source.js';

/** How sums of weighted samples become samples, with 14 fraction bits in every weight. */
interface Rounding {
  /** Of a source sample that isn't resampled across. */
  readonly lift: (value: number) => number;
  /** Of a sum across. */
  readonly across: (sum: number) => number;
  /** Of a sum down. */
  readonly down: (sum: number) => number;
  /** Of a sample that isn't resampled down. */
  readonly lower: (value: number) => number;
}

const clamp = (value: number, least: number, largest: number): number =>
  value < least ? least : value > largest ? largest : value;

const ROUNDING: Readonly<Record<WorkDepth, Rounding>> = {
  // Between the axes there are 6 bits below the point.
  8: {
    lift: (value) => value << 6,
    across: (sum) => (sum + 128) >> 8,
    down: (sum) => clamp((sum + 2 ** 19) >> 20, 0, 255),
    lower: (value) => clamp((value + 32) >> 6, 0, 255),
  },
  // No room for them here: the sum down has to fit 32 bits with a quarter of overshoot on either side.
  16: {
    lift: (value) => value,
    across: (sum) => clamp((sum + 8192) >> 14, -16_384, 81_919),
    down: (sum) => clamp((sum + 8192) >> 14, 0, 65_535),
    lower: (value) => clamp(value, 0, 65_535),
  },
};

/** Separable resampling of all four channels, first across and then down. */
export function resampleRows(
  source: RowSource,
  { width, height, horizontal, vertical }: PreparedResample,
): RowSource {
  const rounding = ROUNDING[source.depth];
  const across = lastRows(
    vertical?.count ?? 1,
    () => new Int32Array(4 * width),
    (y, row) => {
      const input = source.row(y);
      if (horizontal !== undefined) sumAcross(horizontal, input, row, rounding.across);
      else
        for (let index = 0; index < row.length; index += 1)
          row[index] = rounding.lift(input[index] as number);
    },
  );
  const size = { width, height, depth: source.depth };
  if (vertical === undefined) {
    return keptRows(size, (y, row) => {
      const input = across(y);
      for (let index = 0; index < row.length; index += 1) row[index] = rounding.lower(input[index] as number);
    });
  }
  const sums = new Int32Array(4 * width);
  return keptRows(size, (y, row) => {
    sums.fill(0);
    for (let k = 0; k < vertical.count; k += 1) {
      const weight = vertical.weights[y * vertical.count + k] as number;
      const input = across((vertical.start[y] as number) + k);
      for (let index = 0; index < sums.length; index += 1)
        sums[index] = (sums[index] as number) + weight * (input[index] as number);
    }
    for (let index = 0; index < row.length; index += 1) row[index] = rounding.down(sums[index] as number);
  });
}

function sumAcross(
  { start, count, weights }: Taps,
  input: Row,
  row: Int32Array,
  round: (sum: number) => number,
): void {
  for (let x = 0; 4 * x < row.length; x += 1) {
    const first = 4 * (start[x] as number);
    for (let channel = 0; channel < 4; channel += 1) {
      let sum = 0;
      for (let k = 0; k < count; k += 1)
        sum += (weights[x * count + k] as number) * (input[first + 4 * k + channel] as number);
      row[4 * x + channel] = round(sum);
    }
  }
}
