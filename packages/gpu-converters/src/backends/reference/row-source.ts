/** A picture that is made row by row, when a row is asked for: 8-bit R, G, B, A with straight alpha. */
export interface RowSource {
  readonly width: number;
  readonly height: number;
  /**
   * A row. Valid until a row that is {@link ROWS_KEPT} or more away is asked for.
   *
   * @param y - 0 to `height - 1`
   */
  row(y: number): Uint8Array;
}

/** The most rows that a stage may look at together: the chroma of `topleft` needs three. */
const ROWS_KEPT = 4;

/**
 * Makes a source that keeps its last rows, so that a stage above may ask for a row more than once.
 *
 * @param make - writes row `y` into `row`, all `width * 4` bytes of it
 */
export function keptRows(
  width: number,
  height: number,
  make: (y: number, row: Uint8Array) => void,
): RowSource {
  const rows = Array.from({ length: ROWS_KEPT }, () => ({ y: -1, bytes: new Uint8Array(width * 4) }));
  return {
    width,
    height,
    row(y) {
      const slot = rows[y % ROWS_KEPT] as { y: number; bytes: Uint8Array };
      if (slot.y !== y) {
        make(y, slot.bytes);
        slot.y = y;
      }
      return slot.bytes;
    },
  };
}
