import type { PoolCounters } from '../pool/pool-stats.js';
import { CallSite, type LeakDetection, SAMPLE_INTERVAL } from './call-site.js';

/** One in so many has when it has allocated nothing for long. */
export const MAX_SAMPLE_INTERVAL = 65_536;

/**
 * Chooses the loans whose place is recorded. A stack costs microseconds and a kilobyte. A program that loses leases makes
 * its pool allocate, so while all loans are served by what is there, twice as many go by from sample to sample.
 */
export class SiteSampler {
  readonly #every: boolean;
  readonly #counters: PoolCounters;
  #interval = SAMPLE_INTERVAL;
  #left = SAMPLE_INTERVAL;
  #missesBefore = 0;

  constructor(leakDetection: LeakDetection, counters: PoolCounters) {
    this.#every = leakDetection === 'full';
    this.#counters = counters;
    if (leakDetection === 'off') this.#left = Number.POSITIVE_INFINITY;
  }

  /** The caller's place, if this loan is one of those. */
  next(): CallSite | undefined {
    this.#left -= 1;
    return this.#left <= 0 || this.#every ? this.#record() : undefined;
  }

  /** The pool allocated: places are of interest again. */
  missed(): void {
    if (this.#left === Number.POSITIVE_INFINITY) return;
    this.#interval = SAMPLE_INTERVAL;
    this.#left = Math.min(this.#left, SAMPLE_INTERVAL);
  }

  #record(): CallSite {
    const { misses } = this.#counters;
    const hasMissed = misses !== this.#missesBefore;
    this.#missesBefore = misses;
    this.#interval = hasMissed ? SAMPLE_INTERVAL : Math.min(2 * this.#interval, MAX_SAMPLE_INTERVAL);
    this.#left = this.#interval;
    return new CallSite();
  }
}
