import { readSync } from 'node:fs';
import { QuickCalls } from './quick-calls.js';

/** Longer reads are never done at once. */
const MOST_BYTES = 64 * 1024;

/** Small reads at once, see {@link QuickCalls}. */
export class QuickReads {
  readonly #calls = new QuickCalls();

  /** Fills a buffer. @returns bytes that were there; `undefined` if the read is to go the other way */
  read(fd: number | undefined, target: Uint8Array, position: number): number | undefined {
    if (fd === undefined || target.byteLength > MOST_BYTES) return undefined;
    const count = this.#calls.run(() => readSync(fd, target, 0, target.byteLength, position));
    // A read that was cut short is rare, and says nothing of the file's end.
    return count === target.byteLength ? count : undefined;
  }
}
