/** Full batches of a size before it is judged. */
const SAMPLES = 4;
/** A larger batch must save this share of a task's time to be preferred. */
const WORTHWHILE = 0.03;
/** Sizes in a row that bring nothing before the search ends. */
const PATIENCE = 2;

/** Batches in a row, larger than the best but smaller than what is tried, that tell that so many tasks never wait. */
const NEVER_FULL = 64;

/** Bounds of the number of tasks in a submission. */
export interface BatchBounds {
  /** Where the search begins. 1 to 32. */
  readonly min: number;
  /** Where it ends. 1 to 32. */
  readonly max: number;
}

/** Finds the number of tasks in a submission that takes the least time a task: 1, 2, 4 … are tried, the best is kept. */
export class BatchSize {
  readonly #sizes: readonly number[];
  #trial = 0;
  #samples: number[] = [];
  #best: { readonly size: number; readonly msPerTask: number } | undefined;
  #fruitless = 0;
  #short = 0;
  #settled: number | undefined;

  /** @param bounds - equal ones settle it without measuring */
  constructor({ min, max }: BatchBounds) {
    const sizes = [];
    for (let size = min; size < max; size *= 2) sizes.push(size);
    this.#sizes = [...sizes, max];
    if (min === max) this.#settled = max;
  }

  /** The number to be used now. */
  get size(): number {
    return this.#settled ?? (this.#sizes[this.#trial] as number);
  }

  /** Whether the search has ended. */
  get settled(): boolean {
    return this.#settled !== undefined;
  }

  /**
   * Learns from a submission.
   *
   * @param tasks - that were in it; only as many as were wanted say something
   * @param elapsedMs - that it kept the GPU busy
   */
  record(tasks: number, elapsedMs: number): void {
    if (this.#settled !== undefined) return;
    if (tasks !== this.size) {
      const best = this.#best?.size;
      // Up to the best nothing is lost, and a light load says nothing of a heavy one.
      if (best === undefined || tasks <= best) return;
      this.#short += 1;
      if (this.#short >= NEVER_FULL) this.#settled = best;
      return;
    }
    this.#short = 0;
    this.#samples.push(elapsedMs / tasks);
    if (this.#samples.length < SAMPLES) return;
    const msPerTask = median(this.#samples);
    this.#samples = [];
    if (this.#best === undefined || msPerTask < this.#best.msPerTask * (1 - WORTHWHILE)) {
      this.#best = { size: tasks, msPerTask };
      this.#fruitless = 0;
    } else {
      this.#fruitless += 1;
    }
    this.#trial += 1;
    if (this.#fruitless >= PATIENCE || this.#trial === this.#sizes.length) this.#settled = this.#best.size;
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2;
}
