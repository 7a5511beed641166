/** Something that a cache was asked, as a trace tells it. */
export interface TraceEvent {
  /** `get` is a request, and counts; `set` puts an entry in without one; `delete` takes it out. */
  readonly kind: 'get' | 'set' | 'delete';
  /** Equal for equal entries; a string where a number would not be exact. */
  readonly key: string | number;
  /** What the entry weighs, an integer of 0 or more; 1 in formats without sizes; `undefined` where it isn't known. */
  readonly bytes: number | undefined;
}

/** Events in the order of the trace, some at a time. */
export type TraceBatches = AsyncIterable<readonly TraceEvent[]>;
