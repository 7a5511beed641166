/** Keys whose failures are remembered at once. */
const MOST = 10_000;

/** Failures of loaders, remembered for a while if that is wanted. */
export class Failures {
  readonly #entries = new Map<string, { readonly error: unknown; readonly untilMs: number }>();
  readonly #ttlMs: number;
  readonly #now: () => number;

  /**
   * @param ttlMs - milliseconds for which they are remembered; 0: not at all
   * @param now - monotonic milliseconds
   */
  constructor(ttlMs: number, now: () => number) {
    this.#ttlMs = ttlMs;
    this.#now = now;
  }

  /** The failure of a key. */
  at(key: string): { readonly error: unknown } | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#now() < entry.untilMs) return entry;
    this.#entries.delete(key);
    return undefined;
  }

  /** Remembers a failure. */
  add(key: string, error: unknown): void {
    if (this.#ttlMs === 0) return;
    this.#entries.delete(key);
    this.#entries.set(key, { error, untilMs: this.#now() + this.#ttlMs });
    if (this.#entries.size <= MOST) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  /** Forgets a failure. */
  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Forgets all. */
  clear(): void {
    this.#entries.clear();
  }
}
