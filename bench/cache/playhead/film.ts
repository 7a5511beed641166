// A film whose frames take their time to be made, in a time that is as long as it is told to be.
import { createManualClock, type ManualClock, sleep } from '@framerail/lifecycle';

/** How a film is made. */
export interface FilmOptions {
  /** Milliseconds that a frame takes. */
  frameMs: number;
  /** Frames that are made at once; others wait for their turn. */
  workers: number;
  /** Bytes of a frame. */
  frameBytes: number;
}

/** Makes frames. */
export class Film {
  readonly clock: ManualClock = createManualClock(1000);
  readonly options: FilmOptions;
  made = 0;
  #busy = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(options: FilmOptions) {
    this.options = options;
  }

  /** Makes a frame; stops when nobody wants it any more. */
  readonly make = async ({ signal }: { signal: AbortSignal }): Promise<Uint8Array> => {
    if (this.#busy >= this.options.workers) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy += 1;
    try {
      signal.throwIfAborted();
      await sleep(this.options.frameMs, { signal, clock: this.clock });
      this.made += 1;
      return new Uint8Array(this.options.frameBytes);
    } finally {
      this.#busy -= 1;
      this.#waiting.shift()?.();
    }
  };

  /** Lets time pass, in steps short enough for what ends to be followed by what begins. */
  async pass(ms: number, stepMs = 5): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.clock.advance(Math.min(stepMs, ms - passed));
      for (let turn = 0; turn < 12; turn += 1) await null;
    }
  }
}
