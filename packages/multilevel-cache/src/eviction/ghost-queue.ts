/**
 * Remembers keys that were let go, by hash, first in, first out, until those that came later weigh more than it may.
 * Two keys of one hash are taken for one.
 */
export class GhostQueue {
  readonly #bytes = new Map<number, number>();
  #total = 0;

  /**
   * Remembers a key.
   *
   * @param hash - of the key
   * @param bytes - what its entry weighed
   * @param maxBytes - what all that it remembers may have weighed together
   * @param maxEntries - how many it may remember
   */
  add(hash: number, bytes: number, maxBytes: number, maxEntries: number): void {
    this.take(hash);
    this.#bytes.set(hash, bytes);
    this.#total += bytes;
    for (const oldest of this.#bytes.keys()) {
      if (this.#total <= maxBytes && this.#bytes.size <= maxEntries) return;
      this.take(oldest);
    }
  }

  /** Forgets a key. @returns whether it was remembered */
  take(hash: number): boolean {
    const bytes = this.#bytes.get(hash);
    if (bytes === undefined) return false;
    this.#bytes.delete(hash);
    this.#total -= bytes;
    return true;
  }

  /** Forgets all. */
  clear(): void {
    this.#bytes.clear();
    this.#total = 0;
  }
}
