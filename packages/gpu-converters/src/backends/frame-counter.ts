import type { RawFrame } from '@framerail/media-types';
import type { BackendStats } from './backend.js';

/** Counts a backend's frames, and waits for the last of them. */
export class FrameCounter {
  #framesDone = 0;
  #framesFailed = 0;
  #inFlight = 0;
  #resultsOut = 0;
  #idle: (() => void)[] = [];

  /** Counts a frame while `work` goes on, and its result until that is disposed. */
  async count(work: () => Promise<RawFrame>): Promise<RawFrame> {
    this.#inFlight += 1;
    try {
      const result = await work();
      this.#framesDone += 1;
      this.#resultsOut += 1;
      return new CountedFrame(result, () => {
        this.#resultsOut -= 1;
      });
    } catch (error) {
      this.#framesFailed += 1;
      throw error;
    } finally {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) for (const wake of this.#idle.splice(0)) wake();
    }
  }

  /** Settles when nothing is in flight. */
  whenIdle(): Promise<void> {
    if (this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  stats(): BackendStats {
    return Object.freeze({
      framesDone: this.#framesDone,
      framesFailed: this.#framesFailed,
      inFlight: this.#inFlight,
      resultsOut: this.#resultsOut,
    });
  }
}

class CountedFrame implements RawFrame {
  readonly layout: RawFrame['layout'];
  readonly color: RawFrame['color'];
  readonly timestampUs: number;
  readonly durationUs: number;
  readonly #frame: RawFrame;
  readonly #onDispose: () => void;

  constructor(frame: RawFrame, onDispose: () => void) {
    this.layout = frame.layout;
    this.color = frame.color;
    this.timestampUs = frame.timestampUs;
    this.durationUs = frame.durationUs;
    this.#frame = frame;
    this.#onDispose = onDispose;
  }

  get data(): Uint8Array {
    return this.#frame.data;
  }

  [Symbol.dispose](): void {
    // Disposing twice throws here, so that it is counted once.
    this.#frame[Symbol.dispose]();
    this.#onDispose();
  }
}
