import { type ControlLayout, recordAt, THREAD, THREAD_STATE } from './control-layout.js';

/** The threads that take part. Their state is changed by atomic operations, so that joining needs no lock. */
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

  /** Takes a number, if it is nobody's. @returns the generation that tells its holder from others, or 0 */
  claim(thread: number): number {
    const at = this.recordOf(thread);
    const { absent, attached } = THREAD_STATE;
    if (Atomics.compareExchange(this.#words, at + THREAD.state, absent, attached) !== absent) return 0;
    return Atomics.add(this.#words, at + THREAD.generation, 1) + 1;
  }

  /** Whether a number is still that holder's. */
  isHeldBy(thread: number, generation: number): boolean {
    const at = this.recordOf(thread);
    return (
      Atomics.load(this.#words, at + THREAD.state) === THREAD_STATE.attached &&
      Atomics.load(this.#words, at + THREAD.generation) === generation
    );
  }

  /** Says that a thread has ended. @returns `false` if there is nothing to be taken back */
  markEnded(thread: number): boolean {
    const at = this.recordOf(thread);
    const { absent, ended } = THREAD_STATE;
    if (Atomics.load(this.#words, at + THREAD.state) === absent) return false;
    Atomics.store(this.#words, at + THREAD.state, ended);
    return true;
  }

  /** Makes a number free. */
  vacate(thread: number): void {
    Atomics.store(this.#words, this.recordOf(thread) + THREAD.state, THREAD_STATE.absent);
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
