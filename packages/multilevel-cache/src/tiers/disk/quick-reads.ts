import { readSync } from 'node:fs';

/** Longer reads are never done at once. */
const MOST_BYTES = 64 * 1024;
/** A read from the system's memory takes some microseconds; one that takes so long came from the disk. */
const SLOW_MS = 0.5;
const FIRST_PAUSE = 16;
const MOST_PAUSE = 4096;

/**
 * Small reads at once, on the caller's thread, for as long as the system answers them from memory: handing a read to
 * another thread and back takes many times as long. After one that was slow the next ones go the other way, twice as
 * many each time, so that a disk that must be waited for holds up the event loop now and then at most.
 */
export class QuickReads {
  #pause = FIRST_PAUSE;
  #left = 0;

  /** Fills a buffer. @returns bytes that were there; `undefined` if the read is to go the other way */
  read(fd: number | undefined, target: Uint8Array, position: number): number | undefined {
    if (fd === undefined || target.byteLength > MOST_BYTES) return undefined;
    if (this.#left > 0) {
      this.#left -= 1;
      return undefined;
    }
    const startedMs = performance.now();
    const count = readSync(fd, target, 0, target.byteLength, position);
    if (performance.now() - startedMs < SLOW_MS) this.#pause = Math.max(FIRST_PAUSE, this.#pause / 2);
    else {
      this.#left = this.#pause;
      this.#pause = Math.min(MOST_PAUSE, this.#pause * 2);
    }
    // A read that was cut short is rare, and says nothing of the file's end.
    return count === target.byteLength ? count : undefined;
  }
}
