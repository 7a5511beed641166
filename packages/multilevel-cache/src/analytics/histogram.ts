/** Parts into which each doubling is divided: a quantile is at most an eighth off. */
const PARTS = 8;
const DOUBLINGS = 40;

/** What a histogram shows. All values are in the unit of what was recorded; 0 while nothing was. */
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

/** Counts values of 0 or more in buckets that are wider the larger the values, so that it stays small. */
export class Histogram {
  readonly #buckets = new Float64Array(PARTS * DOUBLINGS);
  #count = 0;
  #sum = 0;
  #max = 0;

  /** Records a value of 0 or more. */
  record(value: number): void {
    const index = bucketOf(value);
    this.#buckets[index] = (this.#buckets[index] as number) + 1;
    this.#count += 1;
    this.#sum += value;
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
      if (counted >= wanted) return Math.min(upperEnd(index), this.#max);
    }
    return this.#max;
  }
}

/** The first bucket holds what is below 1, the next eight what is below 2, and so on. */
function bucketOf(value: number): number {
  if (!(value >= 1)) return 0;
  const doubling = Math.floor(Math.log2(value));
  const part = Math.floor((value / 2 ** doubling - 1) * PARTS);
  return Math.min(1 + doubling * PARTS + part, PARTS * DOUBLINGS - 1);
}

function upperEnd(index: number): number {
  if (index === 0) return 1;
  const doubling = Math.floor((index - 1) / PARTS);
  return 2 ** doubling * (1 + (((index - 1) % PARTS) + 1) / PARTS);
}
