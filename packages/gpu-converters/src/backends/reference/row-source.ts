import type { WorkDepth } from '../../operations/prepared-operation.js';

/** R, G, B, A with straight alpha, one pixel after the other: bytes at 8 bits, 0 to 65,535 at 16. */
export type Row = Uint8Array | Uint16Array;

/** A picture that is made row by row, when a row is asked for. */
export interface RowSource {
  /** Pixels of a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Bits of a channel. */
  readonly depth: WorkDepth;
  /**
   * A row. Valid until a row that is {@link ROWS_KEPT} or more away is asked for.
   *
   * @param y - 0 to `height - 1`
   */
  row(y: number): Row;
}

/** The most rows that a stage may look at together: the chroma of `topleft` needs three. */
const ROWS_KEPT = 4;

/** What 1.0 is at a depth. */
export function largestOf(depth: WorkDepth): 255 | 65_535 {
  return depth === 8 ? 255 : 65_535;
}

/** Memory for `pixels` pixels. */
function newRow(depth: WorkDepth, pixels: number): Row {
  return depth === 8 ? new Uint8Array(4 * pixels) : new Uint16Array(4 * pixels);
}

/**
 * Makes a source that keeps its last rows, so that a stage above may ask for a row more than once.
 *
 * @param make - writes row `y` into `row`, all `width * 4` channels of it
 */
export function keptRows(
  { width, height, depth }: Omit<RowSource, 'row'>,
  make: (y: number, row: Row) => void,
): RowSource {
  const row = lastRows(ROWS_KEPT, () => newRow(depth, width), make);
  return { width, height, depth, row };
}

/**
 * Makes a function that gives row `y`, and makes it only when it isn't one of those made last.
 *
 * @param count - of rows that are kept: any so many neighbours are valid together
 */
export function lastRows<T>(
  count: number,
  allocate: () => T,
  make: (y: number, row: T) => void,
): (y: number) => T {
  const kept = Array.from({ length: count }, () => ({ y: -1, row: allocate() }));
  return (y) => {
    const slot = kept[y % count] as { y: number; row: T };
    if (slot.y !== y) {
      make(y, slot.row);
      slot.y = y;
    }
    return slot.row;
  };
}

/** Makes every row of a source, a row a step, for a stage that needs rows out of order. */
export function* wholePicture(source: RowSource): Generator<undefined, RowSource> {
  const rows: Row[] = [];
  for (let y = 0; y < source.height; y += 1) {
    rows.push(source.row(y).slice());
    yield;
  }
  const { width, height, depth } = source;
  return { width, height, depth, row: (y) => rows[y] as Row };
}
