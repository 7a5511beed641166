import { abortable } from '@framerail/lifecycle';
import type { ValueOrLease } from '../tiers/memory/memory-values.js';

/** One run of a loader, which all callers of its key wait for. */
export class Load<V> {
  readonly key: string;
  readonly tags: readonly string[];
  /** Whether an old value is there to be handed out meanwhile. */
  readonly isRefresh: boolean;
  /** Its value, or its failure. */
  readonly result: Promise<ValueOrLease<V>>;
  /** Whether what it gives is still to be kept. */
  isWanted = true;
  /** Whether it was begun before anybody asked: whoever asks then isn't to suffer from its failure. */
  isAhead = false;
  /** Whether its loader gave nothing. */
  hasLoaderFailed = false;
  /** Whether the tiers are still being looked into, so that it may give what is there now. */
  isSearching = false;
  /** Made when somebody asks for its signal: what is found needs none. */
  #controller: AbortController | undefined;
  #ended: { readonly reason: unknown } | undefined;
  readonly #onAbandoned: () => void;
  #resolve!: (given: ValueOrLease<V>) => void;
  #reject!: (error: unknown) => void;
  #waiters = 0;
  #isSettled = false;
  /** What it gave, until everybody has taken it. */
  #given: ValueOrLease<V> | undefined;

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
    this.#controller ??= new AbortController();
    if (this.#ended !== undefined) this.#controller.abort(this.#ended.reason);
    return this.#controller.signal;
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /**
   * Waits for what it gives, as long as the caller wants to.
   *
   * @param take - makes what the caller gets of it; memory on loan is released afterwards
   */
  async join<T>(
    signal: AbortSignal | undefined,
    what: string,
    take: (given: ValueOrLease<V>) => T,
  ): Promise<T> {
    this.#waiters += 1;
    try {
      return take(await abortable(this.result, signal, what));
    } finally {
      this.#waiters -= 1;
      if (this.#isSettled) this.#releaseGiven();
      else if (this.#waiters === 0 && !this.isRefresh) this.#onAbandoned();
    }
  }

  /** Gives everybody a value, or memory on loan, which is the load's from then on. */
  settle(given: ValueOrLease<V>): void {
    this.#isSettled = true;
    this.#given = given;
    this.#resolve(given);
    this.#releaseGiven();
  }

  /** Gives everybody a failure. */
  fail(error: unknown): void {
    this.#isSettled = true;
    this.#reject(error);
  }

  /** Gives memory on loan back once nobody waits for it any more. */
  #releaseGiven(): void {
    if (this.#waiters > 0) return;
    this.#given?.lease?.release();
    this.#given = undefined;
  }

  /** Tells the loader that its work isn't wanted any more. */
  abort(reason: unknown): void {
    this.#ended ??= { reason };
    this.#controller?.abort(reason);
  }
}
