/** Loads what is wanted, in order, some at once, and gives up what isn't wanted any more. */
export interface FetcherParts<T> {
  /** Loads that run at once. */
  readonly concurrency: number;
  /** How many may run now, for their bytes; 0 if not even one fits. */
  readonly most: () => number;
  /** Whether it is still to be loaded. */
  readonly isNeeded: (item: T) => boolean;
  /** Loads it. Never rejects. */
  readonly fetch: (item: T, signal: AbortSignal) => Promise<void>;
}

/** The loads of one playhead. */
export class Fetcher<T> {
  readonly #parts: FetcherParts<T>;
  readonly #running = new Map<T, AbortController>();
  #wanted: readonly T[] = [];
  #next = 0;
  #isScheduled = false;

  constructor(parts: FetcherParts<T>) {
    this.#parts = parts;
  }

  /** Loads that run. */
  get running(): number {
    return this.#running.size;
  }

  /**
   * From now on this is wanted, in this order. Loads begin once the caller is done, so that what it asks for itself comes
   * first.
   */
  want(items: readonly T[]): void {
    this.#wanted = items;
    this.#next = 0;
    if (this.#running.size > 0) {
      const wanted = new Set(items);
      for (const [item, controller] of [...this.#running])
        if (!wanted.has(item)) this.#giveUp(item, controller);
    }
    if (this.#isScheduled || items.length === 0) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#fill();
    });
  }

  #fill(): void {
    const { concurrency, most, isNeeded } = this.#parts;
    while (this.#next < this.#wanted.length && this.#running.size < Math.min(concurrency, most())) {
      const item = this.#wanted[this.#next] as T;
      this.#next += 1;
      if (!this.#running.has(item) && isNeeded(item)) void this.#run(item);
    }
  }

  async #run(item: T): Promise<void> {
    const controller = new AbortController();
    this.#running.set(item, controller);
    await this.#parts.fetch(item, controller.signal);
    if (this.#running.get(item) === controller) this.#running.delete(item);
    this.#fill();
  }

  #giveUp(item: T, controller: AbortController): void {
    this.#running.delete(item);
    controller.abort();
  }
}
