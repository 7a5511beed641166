/** Checkpoints kept; every other one is dropped when there are more. */
const MOST = 128;
/** Milliseconds that a span of time lasts at least. */
const SPAN_MS = 100;

/**
 * Tells which entries were idle for a time, without reading a clock at each use: spans of time are numbered, and uses
 * have the number of their span. In doubt an entry counts as used.
 */
export class RecentUse {
  #checkpoints: { readonly span: number; readonly atMs: number }[] = [];

  /**
   * Notes that all uses with this number or a smaller one were at this time or earlier.
   *
   * @param span - the number of the latest uses
   * @param atMs - monotonic milliseconds
   * @returns whether that was noted, so that later uses need another number
   */
  note(span: number, atMs: number): boolean {
    const last = this.#checkpoints.at(-1);
    if (last !== undefined && atMs - last.atMs < SPAN_MS) return false;
    this.#checkpoints.push({ span, atMs });
    if (this.#checkpoints.length > MOST)
      this.#checkpoints = this.#checkpoints.filter((_, index) => index % 2 === 1);
    return true;
  }

  /** The last span that was certainly over so long ago; 0 if that can be said of none. */
  idleSince(nowMs: number, idleMs: number): number {
    return this.#checkpoints.findLast(({ atMs }) => atMs <= nowMs - idleMs)?.span ?? 0;
  }
}
