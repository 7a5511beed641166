import { abortable } from '@framerail/lifecycle';

/** One run of a loader, which all callers of its key wait for. */
export class Load<V> {
  readonly key: string;
  readonly tags: readonly string[];
  /** Whether an old value is there to be handed out meanwhile. */
  readonly isRefresh: boolean;
  /** Its value, or its failure. */
  readonly result: Promise<V>;
  /** Whether what it gives is still to be kept. */
  isWanted = true;
  /** Whether it was begun before anybody asked: whoever asks then isn't to suffer from its failure. */
  isAhead = false;
  /** Whether its loader gave nothing. */
  hasLoaderFailed = false;
  /** Whether the tiers are still being looked into, so that it may give what is there now. */
  isSearching = false;
  readonly #controller = new AbortController();
  readonly #onAbandoned: () => void;
  #resolve!: (value: V) => void;
  #reject!: (error: unknown) => void;
  #waiters = 0;
  #isSettled = false;

  /** @param onAbandoned - called when the last caller who waited went away before the end */
  constructor(key: string, tags: readonly string[], isRefresh: boolean, onAbandoned: () => void) {
    this.key = key;
    this.tags = tags;
    this.isRefresh = isRefresh;
    this.#onAbandoned = onAbandoned;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.result.catch(() => {});
  }

  /** Aborts when the loader's work isn't wanted any more. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Waits for the value, as long as the caller wants to. */
  async join(signal: AbortSignal | undefined, what: string): Promise<V> {
    this.#waiters += 1;
    try {
      return await abortable(this.result, signal, what);
    } finally {
      this.#waiters -= 1;
      if (this.#waiters === 0 && !this.#isSettled && !this.isRefresh) this.#onAbandoned();
    }
  }

  /** Gives everybody a value. */
  settle(value: V): void {
    this.#isSettled = true;
    this.#resolve(value);
  }

  /** Gives everybody a failure. */
  fail(error: unknown): void {
    this.#isSettled = true;
    this.#reject(error);
  }

  /** Tells the loader that its work isn't wanted any more. */
  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }
}
