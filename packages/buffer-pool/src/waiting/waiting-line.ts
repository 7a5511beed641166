/** Somebody who waits. */
export interface Waiter {
  /** Larger numbers first. */
  readonly priority: number;
}

/** Waiters by priority, and by age within a priority. */
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

  /** Puts a waiter behind all of the same or a larger priority. */
  add(waiter: T): void {
    let low = 0;
    let high = this.#waiters.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#waiters[middle] as T).priority >= waiter.priority) low = middle + 1;
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
