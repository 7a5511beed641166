/** Somebody who waits. */
export interface Waiter {
  /** Larger numbers first. Doesn't change while it waits: priority and age in one, see {@link rankOf}. */
  readonly rank: number;
}

/**
 * A waiter's rank, in milliseconds. Waiting `agingMs` counts as much as 1 of priority, so from one waiter to another
 * the difference of ranks stays the same while both wait, and whoever waits comes before all who come much later.
 *
 * @param priority - larger numbers first
 * @param sinceMs - when it came, in milliseconds on the pool's clock
 * @param agingMs - milliseconds
 */
export function rankOf(priority: number, sinceMs: number, agingMs: number): number {
  return priority * agingMs - sinceMs;
}

/** Waiters by rank, and in the order in which they came within a rank. */
export class WaitingLine<T extends Waiter> {
  readonly #waiters: T[] = [];

  /** How many wait. */
  get length(): number {
    return this.#waiters.length;
  }

  /** Who is next. */
  get head(): T | undefined {
    return this.#waiters[0];
  }

  /** All, in order. */
  [Symbol.iterator](): Iterator<T> {
    return this.#waiters[Symbol.iterator]();
  }

  /** Puts a waiter behind all of the same or a larger rank. */
  add(waiter: T): void {
    let low = 0;
    let high = this.#waiters.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#waiters[middle] as T).rank >= waiter.rank) low = middle + 1;
      else high = middle;
    }
    this.#waiters.splice(low, 0, waiter);
  }

  /** Takes a waiter out. @returns whether it was there */
  remove(waiter: T): boolean {
    const index = this.#waiters.indexOf(waiter);
    if (index < 0) return false;
    this.#waiters.splice(index, 1);
    return true;
  }

  /** Takes all out, in order. */
  removeAll(): T[] {
    return this.#waiters.splice(0);
  }
}
