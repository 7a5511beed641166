/** A piece of the room that nothing lies on; between two of them something does. */
interface Gap {
  offset: number;
  bytes: number;
}

/**
 * Finds places in a row of bytes, each at the lowest offset where it fits. What comes back joins the gaps beside it.
 *
 * Not the gap that fits best: that needs more room in the worst case by orders of magnitude (see {@link roomFor}).
 */
export class Extents {
  readonly #gaps: Gap[];
  #bytesTaken = 0;

  /** @param roomBytes - bytes of the row, a multiple of what all requests are multiples of */
  constructor(roomBytes: number) {
    this.#gaps = [{ offset: 0, bytes: roomBytes }];
  }

  /** Bytes that something lies on. */
  get bytesTaken(): number {
    return this.#bytesTaken;
  }

  /** Bytes of the largest gap. */
  get largestGap(): number {
    return this.#gaps.reduce((largest, { bytes }) => Math.max(largest, bytes), 0);
  }

  /** @returns the offset of so many bytes that are the caller's now, or `undefined` if no gap is large enough */
  take(bytes: number): number | undefined {
    const gaps = this.#gaps;
    const index = gaps.findIndex((gap) => gap.bytes >= bytes);
    const gap = gaps[index];
    if (gap === undefined) return undefined;
    const { offset } = gap;
    gap.offset += bytes;
    gap.bytes -= bytes;
    if (gap.bytes === 0) gaps.splice(index, 1);
    this.#bytesTaken += bytes;
    return offset;
  }

  /** Takes back exactly what {@link Extents.take} gave. */
  giveBack(offset: number, bytes: number): void {
    const gaps = this.#gaps;
    const index = this.#firstAfter(offset);
    const [before, after] = [gaps[index - 1], gaps[index]];
    const joinsBefore = before !== undefined && before.offset + before.bytes === offset;
    const joinsAfter = after !== undefined && offset + bytes === after.offset;
    this.#bytesTaken -= bytes;
    if (joinsBefore) {
      before.bytes += bytes + (joinsAfter ? after.bytes : 0);
      if (joinsAfter) gaps.splice(index, 1);
    } else if (joinsAfter) {
      after.offset = offset;
      after.bytes += bytes;
    } else gaps.splice(index, 0, { offset, bytes });
  }

  /** Index of the first gap behind an offset. */
  #firstAfter(offset: number): number {
    let [low, high] = [0, this.#gaps.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#gaps[middle] as Gap).offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * Room in which placing at the lowest offset always finds a place for what is within the budget, whatever came and went
 * before: it needs about `M · log2 n` where best fit needs `M · n`, with `M` the budget and `n` the largest request in
 * units of the smallest. Source: J. M. Robson, Worst case fragmentation of first fit and best fit storage allocation
 * strategies, The Computer Journal 20 (3), 1977.
 *
 * @param maxBytes - the budget, a multiple of `unitBytes`
 * @param unitBytes - what all requests are multiples of
 */
export function roomFor(maxBytes: number, unitBytes: number): number {
  return maxBytes * (2 + Math.ceil(Math.log2(maxBytes / unitBytes)));
}
