import { readSync } from 'node:fs';
import { QuickCalls } from './quick-calls.js';

/** Longer reads are never done at once. */
const MOST_BYTES = 64 * 1024;

/** Small reads at once, see {@link QuickCalls}. */
export class QuickReads {
  readonly #calls = new QuickCalls();

  /** Reads so many bytes, into memory of their own. @returns `undefined` if the read is to go the other way */
  read(fd: number | undefined, length: number, position: number): Buffer | undefined {
    if (fd === undefined || length > MOST_BYTES) return undefined;
    return this.#calls.run(() => {
      const bytes = Buffer.allocUnsafeSlow(length);
      // A read that was cut short is rare, and says nothing of the file's end.
      return readSync(fd, bytes, 0, length, position) === length ? bytes : undefined;
    });
  }
}
