import type { WaitTimes } from './gpu-scheduler.js';

const KEPT = 512;

/** Remembers how long the last tasks waited. */
export class WaitRecord {
  readonly #times: number[] = [];
  #next = 0;

  /** @param waitedMs - milliseconds */
  add(waitedMs: number): void {
    this.#times[this.#next] = waitedMs;
    this.#next = (this.#next + 1) % KEPT;
  }

  /** Nearest-rank percentiles; zeros before anybody waited. */
  summary(): WaitTimes {
    const sorted = [...this.#times].sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
    return Object.freeze({ p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) });
  }
}
