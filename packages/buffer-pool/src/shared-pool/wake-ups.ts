import type { SharedLedger } from './shared-ledger.js';

/** Sleeps until other threads decide something about this one, as long as there is something to be decided. */
export class WakeUps {
  readonly #words: Int32Array;
  readonly #at: number;
  readonly #isInterested: () => boolean;
  readonly #see: () => void;
  #isArmed = false;

  /**
   * @param ledger - whose thread's word is watched
   * @param isInterested - whether anything can be decided about this thread
   * @param see - called when something may have been
   */
  constructor(ledger: SharedLedger, isInterested: () => boolean, see: () => void) {
    this.#words = ledger.control.words;
    this.#at = ledger.threads.wakeWordOf(ledger.thread);
    this.#isInterested = isInterested;
    this.#see = see;
  }

  /** The word as it is, to be read before looking at what was decided. */
  word(): number {
    return Atomics.load(this.#words, this.#at);
  }

  /** Calls `see` once the word is another one than it was. Doesn't keep the process alive. */
  arm(word: number): void {
    if (this.#isArmed || !this.#isInterested()) return;
    this.#isArmed = true;
    const { value } = Atomics.waitAsync(this.#words, this.#at, word);
    Promise.resolve(value).then(() => {
      this.#isArmed = false;
      this.#see();
    });
  }
}
