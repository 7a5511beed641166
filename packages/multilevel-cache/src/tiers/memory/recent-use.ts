/** Checkpoints kept; every other one is dropped when there are more. */
const MOST = 128;

/**
 * Tells which entries were idle for a time, without reading a clock at each use: uses are numbered, and now and then
 * the number and the time are noted together. In doubt an entry counts as used.
 */
export class RecentUse {
  #checkpoints: { readonly sequence: number; readonly atMs: number }[] = [];

  /**
   * Notes that all uses until now were at this time or earlier.
   *
   * @param sequence - the number of the latest use
   * @param atMs - monotonic milliseconds
   */
  note(sequence: number, atMs: number): void {
    const last = this.#checkpoints.at(-1);
    if (last !== undefined && atMs - last.atMs < 100) return;
    if (last?.sequence === sequence) return;
    this.#checkpoints.push({ sequence, atMs });
    if (this.#checkpoints.length > MOST)
      this.#checkpoints = this.#checkpoints.filter((_, index) => index % 2 === 1);
  }

  /** The last use that was certainly so long ago; 0 if that can be said of none. */
  idleSince(nowMs: number, idleMs: number): number {
    return this.#checkpoints.findLast(({ atMs }) => atMs <= nowMs - idleMs)?.sequence ?? 0;
  }
}
