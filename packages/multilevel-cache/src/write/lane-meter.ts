import { Histogram, type HistogramSnapshot } from '@framerail/lifecycle';

/** Counts of a lane, see `LaneStats`. */
export interface LaneCounts {
  hits: number;
  misses: number;
  bytesRead: number;
  bytesWritten: number;
  writes: number;
  lostWrites: number;
  failures: number;
  skipped: number;
  corruptions: number;
}

/** Counts what a lane does, and how long it takes. */
export class LaneMeter {
  readonly counts: LaneCounts = {
    hits: 0,
    misses: 0,
    bytesRead: 0,
    bytesWritten: 0,
    writes: 0,
    lostWrites: 0,
    failures: 0,
    skipped: 0,
    corruptions: 0,
  };
  readonly #hitUs = new Histogram();
  readonly #missUs = new Histogram();
  readonly #writeUs = new Histogram();

  /** A get came to its end, after so many milliseconds. */
  read(isHit: boolean, ms: number): void {
    this.counts[isHit ? 'hits' : 'misses'] += 1;
    (isHit ? this.#hitUs : this.#missUs).record(ms * 1000);
  }

  /** An entry was written, packed to so many bytes, in so many milliseconds. */
  written(bytes: number, ms: number): void {
    this.counts.writes += 1;
    this.counts.bytesWritten += bytes;
    this.#writeUs.record(ms * 1000);
  }

  /** The figures as they are now. */
  snapshot(): Readonly<LaneCounts> & Readonly<Record<'hitUs' | 'missUs' | 'writeUs', HistogramSnapshot>> {
    return {
      ...this.counts,
      hitUs: this.#hitUs.snapshot(),
      missUs: this.#missUs.snapshot(),
      writeUs: this.#writeUs.snapshot(),
    };
  }
}
