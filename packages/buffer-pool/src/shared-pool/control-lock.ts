import { HEADER } from './control-layout.js';

// The lock's word: who has it (0: nobody), whether somebody sleeps until it is given back, how often it was taken.
const OWNER_MASK = 0xff;
const SLEEPERS = 0x100;
const TURN = 0x200;

/** Looks at the lock before sleeping: critical sections take about a microsecond. */
const SPINS = 100;

/** How long the system may keep a holder from its work before it is taken for dead, in milliseconds. */
const PATIENCE_MS = 100;

/** The same for threads that may not sleep, such as a page's. */
const SPINNING_PATIENCE_MS = 4;

/**
 * The lock over a shared pool's bookkeeping.
 *
 * Nobody waits for it without end: a thread that was terminated has it until `takeOver`, which may be up to the very
 * thread that would wait. So `enter` gives up after a while, and at once as long as it is the same holder's same turn.
 */
export class ControlLock {
  readonly #words: Int32Array;
  readonly #me: number;
  #canSleep = true;
  /** The turn that was waited for in vain, without the bit for sleepers. */
  #hopeless = 0;

  /** @param thread - number of the thread that this object is used by */
  constructor(words: Int32Array, thread: number) {
    this.#words = words;
    this.#me = thread + 1;
  }

  /** Takes the lock. @returns `false` if the thread that has it doesn't give it back */
  enter(): boolean {
    for (let spin = 0; spin < SPINS; spin += 1) {
      const word = Atomics.load(this.#words, HEADER.lock);
      if ((word & OWNER_MASK) === 0) {
        if (this.#take(word)) return true;
      } else if ((word & ~SLEEPERS) === this.#hopeless) return false;
    }
    return this.#enterPatiently();
  }

  /** Gives the lock back. */
  leave(): void {
    const word = Atomics.and(this.#words, HEADER.lock, ~(OWNER_MASK | SLEEPERS));
    if ((word & SLEEPERS) !== 0) Atomics.notify(this.#words, HEADER.lock);
  }

  /** Takes the lock from a thread that has ended, and wakes those that it may not have told. @returns whether it had it */
  takeOver(thread: number): boolean {
    Atomics.notify(this.#words, HEADER.lock);
    const word = Atomics.load(this.#words, HEADER.lock);
    if ((word & OWNER_MASK) !== thread + 1) return false;
    // Sleepers may add their bit in between; nobody else changes the word of a holder that is gone.
    return this.#take(word) || this.takeOver(thread);
  }

  /** Resolves when `enter`, having failed, is worth another try. Doesn't keep the process alive. */
  async changed(): Promise<void> {
    const word = this.#announceSleep();
    if (word === undefined) return;
    await Atomics.waitAsync(this.#words, HEADER.lock, word).value;
  }

  /** The same bit for sleepers stays set: they are told when the new holder leaves. */
  #take(word: number): boolean {
    const taken = ((((word & ~OWNER_MASK) + TURN) | 0) & ~OWNER_MASK) | this.#me;
    return Atomics.compareExchange(this.#words, HEADER.lock, word, taken) === word;
  }

  #enterPatiently(): boolean {
    let turn = 0;
    let sinceMs = 0;
    for (;;) {
      const word = Atomics.load(this.#words, HEADER.lock);
      if ((word & OWNER_MASK) === 0) {
        if (this.#take(word)) return true;
        continue;
      }
      const nowMs = performance.now();
      if ((word & ~SLEEPERS) !== turn) {
        turn = word & ~SLEEPERS;
        sinceMs = nowMs;
      }
      const leftMs = sinceMs + (this.#canSleep ? PATIENCE_MS : SPINNING_PATIENCE_MS) - nowMs;
      if (leftMs <= 0) {
        this.#hopeless = turn;
        return false;
      }
      if (this.#canSleep) this.#sleep(leftMs);
    }
  }

  #sleep(forMs: number): void {
    const word = this.#announceSleep();
    if (word === undefined) return;
    try {
      Atomics.wait(this.#words, HEADER.lock, word, forMs);
    } catch {
      this.#canSleep = false;
    }
  }

  /** @returns the word to sleep on, or `undefined` if the lock is free or was just touched */
  #announceSleep(): number | undefined {
    const word = Atomics.load(this.#words, HEADER.lock);
    if ((word & OWNER_MASK) === 0) return undefined;
    if ((word & SLEEPERS) !== 0) return word;
    const marked = word | SLEEPERS;
    return Atomics.compareExchange(this.#words, HEADER.lock, word, marked) === word ? marked : undefined;
  }
}
