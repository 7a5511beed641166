import type { SharedLedger } from './shared-ledger.js';
import { notAttached } from './shared-pool-errors.js';

/** Something that has to be done with the bookkeeping, though not at once. */
export interface Deed {
  /** Does it. */
  run(): void;
  /** What follows from it, outside of the turn. */
  after?(): void;
  /** It can't be done any more: this thread's part in the pool is over. */
  refuse?(error: unknown): void;
}

/**
 * This thread's turns at the bookkeeping. When it can't be had, because a thread died with it, what must be done waits
 * here until somebody recovers that thread, and is done before anything else.
 */
export class Turns {
  readonly #ledger: SharedLedger;
  readonly #pool: string;
  readonly #part: number;
  #deeds: Deed[] = [];
  #isWaiting = false;
  /** Deeds of the present turn that something follows from. */
  #done: Deed[] = [];

  constructor(ledger: SharedLedger, pool: string, part: number) {
    this.#ledger = ledger;
    this.#pool = pool;
    this.#part = part;
  }

  /** Whether this thread's part in the pool is over. */
  get isOver(): boolean {
    return !this.#ledger.threads.isHeldBy(this.#ledger.thread, this.#part);
  }

  /**
   * Begins a turn, which ends with {@link Turns.leave}.
   *
   * @returns `false` if the bookkeeping can't be had
   * @throws FramerailError `E_POOL_DETACHED` if this thread's part is over
   */
  enter(): boolean {
    const ledger = this.#ledger;
    if (!ledger.enter()) return false;
    if (this.isOver) {
      ledger.leave();
      throw this.#refuseAll();
    }
    if (this.#deeds.length > 0) this.#catchUp();
    return true;
  }

  /** Ends a turn. */
  leave(): void {
    this.#ledger.leave();
    if (this.#done.length === 0) return;
    const done = this.#done;
    this.#done = [];
    for (const deed of done) deed.after?.();
  }

  /** Does something in a turn of its own. @returns whether it was done; if not, it will be */
  perform(deed: Deed): boolean {
    if (!this.enter()) {
      this.later(deed);
      return false;
    }
    try {
      deed.run();
      this.#done.push(deed);
    } catch (error) {
      this.#ledger.control.undo();
      throw error;
    } finally {
      this.leave();
    }
    return true;
  }

  /** Does something as soon as the bookkeeping can be had. */
  later(deed: Deed): void {
    this.#deeds.push(deed);
    if (!this.#isWaiting) this.#await();
  }

  #await(): void {
    this.#isWaiting = true;
    this.#ledger.lock.changed().then(() => {
      this.#isWaiting = false;
      try {
        if (this.enter()) this.leave();
      } catch {
        // Everybody has been told.
      }
      if (this.#deeds.length > 0) this.#await();
    });
  }

  #catchUp(): void {
    const deeds = this.#deeds;
    this.#deeds = [];
    for (const deed of deeds) {
      deed.run();
      this.#ledger.control.commit();
      this.#done.push(deed);
    }
  }

  #refuseAll(): Error {
    const error = notAttached(this.#pool, this.#ledger.thread);
    const deeds = this.#deeds;
    this.#deeds = [];
    for (const deed of deeds) deed.refuse?.(error);
    return error;
  }
}
