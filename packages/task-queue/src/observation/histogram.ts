/** Parts into which each doubling is divided: a quantile is at most an eighth off. */
const PARTS = 8;
/** From 1/64 ms to 2^34 ms, half a year. */
const DOUBLINGS = 40;
const SMALLEST = 1 / 64;

/** What a histogram of times shows. All values are milliseconds; 0 while there were none. */
export interface TimeHistogram {
  /** Times that were recorded. */
  readonly count: number;
  /** Their mean. */
  readonly meanMs: number;
  /** The longest. */
  readonly maxMs: number;
  /** Half of them were at most so long; at most an eighth more than it was. */
  readonly p50Ms: number;
  /** As `p50Ms`, for nine of ten. */
  readonly p90Ms: number;
  /** As `p50Ms`, for 99 of a hundred. */
  readonly p99Ms: number;
}

/** Counts times in buckets that are wider the longer the times, so that it stays small. */
export class Histogram {
  readonly #buckets = new Uint32Array(PARTS * DOUBLINGS);
  #count = 0;
  #sum = 0;
  #max = 0;

  /**
   * Records milliseconds; what is below 0 counts as 0.
   *
   * @param index - {@link bucketOf} of them, for callers that record them several times
   */
  record(ms: number, index = bucketOf(ms)): void {
    this.#buckets[index] = (this.#buckets[index] as number) + 1;
    this.#count += 1;
    if (ms > 0) this.#sum += ms;
    if (ms > this.#max) this.#max = ms;
  }

  /** What was recorded until now. Immutable. */
  snapshot(): TimeHistogram {
    return Object.freeze({
      count: this.#count,
      meanMs: this.#count === 0 ? 0 : this.#sum / this.#count,
      maxMs: this.#max,
      p50Ms: this.#quantile(0.5),
      p90Ms: this.#quantile(0.9),
      p99Ms: this.#quantile(0.99),
    });
  }

  #quantile(share: number): number {
    const wanted = Math.ceil(this.#count * share);
    let counted = 0;
    for (let index = 0; index < this.#buckets.length && wanted > 0; index += 1) {
      counted += this.#buckets[index] as number;
      if (counted >= wanted) return Math.min(upperEnd(index), this.#max);
    }
    return this.#max;
  }
}

/** Where a time is counted. The first bucket holds what is below the smallest, the next eight what is below twice that, and so on. */
export function bucketOf(ms: number): number {
  const value = ms / SMALLEST;
  if (!(value >= 1)) return 0;
  const doubling = Math.floor(Math.log2(value));
  const part = Math.floor((value / 2 ** doubling - 1) * PARTS);
  return Math.min(1 + doubling * PARTS + part, PARTS * DOUBLINGS - 1);
}

function upperEnd(index: number): number {
  if (index === 0) return SMALLEST;
  const doubling = Math.floor((index - 1) / PARTS);
  return SMALLEST * 2 ** doubling * (1 + (((index - 1) % PARTS) + 1) / PARTS);
}
