const IGNORE = (): void => {};

/** Keeps calls of one key in the order in which they were made, and those that concern all keys apart from all others. */
export class CallOrder {
  /** What is being written, by key. */
  readonly #writes = new Map<string, Promise<unknown>>();
  readonly #reads = new Set<Promise<unknown>>();
  #sweeping: Promise<unknown> | undefined;

  /** Whether a read of the key has to wait. */
  isBusy(key: string): boolean {
    return this.#sweeping !== undefined || this.#writes.has(key);
  }

  /** Settles when what was begun before, of this key, is done. */
  async settled(key: string): Promise<void> {
    await Promise.all([this.#writes.get(key), this.#sweeping]).catch(IGNORE);
  }

  /** Counts a read as begun, for `idle`. */
  read<T>(reading: Promise<T>): Promise<T> {
    this.#reads.add(reading);
    const done = (): void => void this.#reads.delete(reading);
    reading.then(done, done);
    return reading;
  }

  /** Does something to a key. */
  write<T>(key: string, work: () => Promise<T>): Promise<T> {
    const writing = this.isBusy(key) ? this.settled(key).then(work) : work();
    this.#writes.set(key, writing);
    const done = (): void => {
      if (this.#writes.get(key) === writing) this.#writes.delete(key);
    };
    writing.then(done, done);
    return writing;
  }

  /** Does something to all keys. */
  writeAll<T>(work: () => Promise<T>): Promise<T> {
    const sweeping = this.idle().then(work);
    this.#sweeping = sweeping;
    const done = (): void => {
      if (this.#sweeping === sweeping) this.#sweeping = undefined;
    };
    sweeping.then(done, done);
    return sweeping;
  }

  /** Settles when everything that was begun before is done. */
  async idle(): Promise<void> {
    await Promise.allSettled([...this.#reads, ...this.#writes.values(), this.#sweeping]);
  }
}
