/** Who keeps which keys from being let go. */
export class Pins {
  readonly #counts = new Map<string, { count: number }>();

  /** Whether somebody does. */
  has(key: string): boolean {
    return this.#counts.has(key);
  }

  /** One more does. @returns undoes it, once; `onUndone` is called then, unless the pins of the key were dropped meanwhile */
  add(key: string, onUndone: () => void): () => void {
    const pins = this.#counts.get(key) ?? { count: 0 };
    pins.count += 1;
    this.#counts.set(key, pins);
    let isHeld = true;
    return () => {
      // The entry may have gone meanwhile, and another one of its key been pinned by somebody else.
      if (!isHeld || this.#counts.get(key) !== pins) return;
      isHeld = false;
      pins.count -= 1;
      if (pins.count === 0) this.#counts.delete(key);
      onUndone();
    };
  }

  /** Its entry is gone. */
  drop(key: string): void {
    this.#counts.delete(key);
  }
}
