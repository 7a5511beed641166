/** The weight of the newest rate in the average. */
const NEWEST_SHARE = 0.2;

/** Measures how long the GPU works, and how many bytes it moves meanwhile. */
export class GpuMeter {
  #busyMs = 0;
  #lastEndMs = Number.NEGATIVE_INFINITY;
  #bytesPerMs: number | undefined;

  /** Milliseconds that the GPU worked: times in which two submissions overlap count once. */
  get busyMs(): number {
    return this.#busyMs;
  }

  /** Bytes a second over the last submissions; `undefined` before there were any. */
  get bytesPerSecond(): number | undefined {
    return this.#bytesPerMs === undefined ? undefined : this.#bytesPerMs * 1000;
  }

  /**
   * Learns from a submission; they come in the order in which they were made.
   *
   * @param beganMs - on any clock, the same for all
   * @param endedMs - on the same clock
   * @param bytes - read and written
   * @returns milliseconds that it kept the GPU busy alone
   */
  record(beganMs: number, endedMs: number, bytes: number): number {
    const ownMs = Math.max(0, endedMs - Math.max(beganMs, this.#lastEndMs));
    this.#lastEndMs = Math.max(this.#lastEndMs, endedMs);
    this.#busyMs += ownMs;
    if (ownMs > 0 && bytes > 0) {
      const rate = bytes / ownMs;
      this.#bytesPerMs =
        this.#bytesPerMs === undefined ? rate : this.#bytesPerMs + (rate - this.#bytesPerMs) * NEWEST_SHARE;
    }
    return ownMs;
  }

  /** Milliseconds that bytes are expected to take; `undefined` before anything was measured. */
  expectedMs(bytes: number): number | undefined {
    return this.#bytesPerMs === undefined ? undefined : bytes / this.#bytesPerMs;
  }
}
