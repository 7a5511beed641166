/** A call that the system serves from memory takes some microseconds; one that takes so long waited for the disk. */
const SLOW_MS = 0.5;
const FIRST_PAUSE = 16;
const MOST_PAUSE = 4096;

/**
 * Small calls of the file system at once, on the caller's thread, for as long as the system answers them from memory:
 * handing one to another thread and back takes many times as long. After one that was slow the next ones go the other
 * way, twice as many each time, so that a disk that must be waited for holds up the event loop now and then at most.
 */
export class QuickCalls {
  #pause = FIRST_PAUSE;
  #left = 0;

  /** Does a call. @returns what it gives; `undefined` if it wasn't done and is to go the other way */
  run<T>(call: () => T): T | undefined {
    if (this.#left > 0) {
      this.#left -= 1;
      return undefined;
    }
    const startedMs = performance.now();
    try {
      return call();
    } finally {
      if (performance.now() - startedMs < SLOW_MS) this.#pause = Math.max(FIRST_PAUSE, this.#pause / 2);
      else {
        this.#left = this.#pause;
        this.#pause = Math.min(MOST_PAUSE, this.#pause * 2);
      }
    }
  }
}
