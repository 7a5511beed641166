import type { TraceEvent } from '../trace-event.js';

/** Reads one format of traces. */
export interface TraceFormat {
  /** Such as `lirs`. */
  readonly name: string;
  /** Whether its entries have sizes in bytes; otherwise each counts as one. */
  readonly hasSizes: boolean;
  /**
   * Says whether a file is likely to be of this format.
   *
   * @param start - its first bytes, unpacked: all, or 4,096 at least
   * @param name - its name, without `.gz` and `.zst`
   */
  recognizes(start: Uint8Array, name: string): boolean;
  /**
   * Reads a trace.
   *
   * @param chunks - its bytes, unpacked, cut anywhere
   * @param refuse - throws for what isn't of the format
   */
  read(
    chunks: AsyncIterable<Uint8Array>,
    refuse: (problem: string) => never,
  ): AsyncIterable<readonly TraceEvent[]>;
}
