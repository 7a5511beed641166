import { type ControlLayout, PART, recordAt, THREAD } from './control-layout.js';

/** The threads that take part. Who has which number is changed by atomic operations, so that joining needs no lock. */
export class ThreadTable {
  readonly #words: Int32Array;
  readonly #layout: ControlLayout;

  constructor(words: Int32Array, layout: ControlLayout) {
    this.#words = words;
    this.#layout = layout;
  }

  get count(): number {
    return this.#layout.maxThreads;
  }

  /** The record of a thread. */
  recordOf(thread: number): number {
    return recordAt(this.#layout.threads, thread);
  }

  /** Takes a number, if it is nobody's. @returns what tells this part from others of the same number; 0 if it is taken */
  claim(thread: number): number {
    const at = this.recordOf(thread) + THREAD.part;
    const before = Atomics.load(this.#words, at);
    if ((before & PART.mask) !== PART.absent) return 0;
    const part = ((before + PART.next) & ~PART.mask) | PART.attached;
    return Atomics.compareExchange(this.#words, at, before, part) === before ? part : 0;
  }

  /** Whether a number is still had by the part that claimed it. */
  isHeldBy(thread: number, part: number): boolean {
    return Atomics.load(this.#words, this.recordOf(thread) + THREAD.part) === part;
  }

  /** Says that a thread has ended. @returns `false` if there is nothing to be taken back */
  markEnded(thread: number): boolean {
    const at = this.recordOf(thread) + THREAD.part;
    for (;;) {
      const before = Atomics.load(this.#words, at);
      if ((before & PART.mask) === PART.absent) return false;
      const ended = (before & ~PART.mask) | PART.ended;
      if (Atomics.compareExchange(this.#words, at, before, ended) === before) return true;
    }
  }

  /** Makes a number free. */
  vacate(thread: number): void {
    Atomics.and(this.#words, this.recordOf(thread) + THREAD.part, ~PART.mask);
  }

  /** The word that changes when a thread has something to see to. */
  wakeWordOf(thread: number): number {
    return this.recordOf(thread) + THREAD.wake;
  }

  /** Makes a thread see to what was decided about it. To be called without the lock; harmless when nothing was. */
  wake(thread: number): void {
    const at = this.wakeWordOf(thread);
    Atomics.add(this.#words, at, 1);
    Atomics.notify(this.#words, at);
  }

  /** Wakes all threads: one that ended may have decided something without telling them. */
  wakeAll(): void {
    for (let thread = 0; thread < this.count; thread += 1) this.wake(thread);
  }
}
