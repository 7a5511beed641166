/** Parts into which each doubling is divided: a quantile is at most an eighth off. */
const PARTS = 8;
const DOUBLINGS = 40;

/** What a {@link Histogram} shows. All values are in the unit of what was recorded; 0 while nothing was. Immutable. */
export interface HistogramSnapshot {
  /** Values that were recorded. */
  readonly count: number;
  /** Their mean. */
  readonly mean: number;
  /** The largest. */
  readonly max: number;
  /** Half of them were at most so large; at most an eighth more than it was. */
  readonly p50: number;
  /** As `p50`, for nine of ten. */
  readonly p90: number;
  /** As `p50`, for 99 of a hundred. */
  readonly p99: number;
}

/** Counts values in buckets that are wider the larger the values, so that it stays small: 2.5 KB. */
export class Histogram {
  readonly #buckets = new Float64Array(PARTS * DOUBLINGS);
  readonly #smallest: number;
  #count = 0;
  #sum = 0;
  #max = 0;

  /** @param smallest - values below this aren't told apart, nor are those above 2^39 times as much; default 1 */
  constructor(smallest = 1) {
    this.#smallest = smallest;
  }

  /**
   * Records a value; what is below 0 counts as 0.
   *
   * @param value - in the unit of the histogram
   * @param bucket - where it is counted, for who records it in several histograms: {@link Histogram.bucketOf} of it
   */
  record(value: number, bucket = Histogram.bucketOf(value, this.#smallest)): void {
    this.#buckets[bucket] = (this.#buckets[bucket] as number) + 1;
    this.#count += 1;
    if (value > 0) this.#sum += value;
    if (value > this.#max) this.#max = value;
  }

  /** What was recorded until now. */
  snapshot(): HistogramSnapshot {
    return Object.freeze({
      count: this.#count,
      mean: this.#count === 0 ? 0 : this.#sum / this.#count,
      max: this.#max,
      p50: this.#quantile(0.5),
      p90: this.#quantile(0.9),
      p99: this.#quantile(0.99),
    });
  }

  #quantile(share: number): number {
    const wanted = Math.ceil(this.#count * share);
    let counted = 0;
    for (let index = 0; index < this.#buckets.length && wanted > 0; index += 1) {
      counted += this.#buckets[index] as number;
      if (counted >= wanted) return Math.min(this.#upperEnd(index), this.#max);
    }
    return this.#max;
  }

  /**
   * Where a value is counted: the first bucket holds what is below the smallest, the next eight what is below twice that, and so on.
   *
   * @param value - in the unit of the histogram
   * @param smallest - the histogram's
   */
  static bucketOf(value: number, smallest = 1): number {
    const times = value / smallest;
    if (!(times >= 1)) return 0;
    const doubling = Math.floor(Math.log2(times));
    const part = Math.floor((times / 2 ** doubling - 1) * PARTS);
    return Math.min(1 + doubling * PARTS + part, PARTS * DOUBLINGS - 1);
  }

  #upperEnd(index: number): number {
    if (index === 0) return this.#smallest;
    const doubling = Math.floor((index - 1) / PARTS);
    return this.#smallest * 2 ** doubling * (1 + (((index - 1) % PARTS) + 1) / PARTS);
  }
}
