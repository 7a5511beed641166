import type { RequestBook } from '../analytics/request-book.js';
import type { Codec } from '../codecs/codec.js';
import type { EntryMeta } from '../tiers/byte-tier.js';
import { type ValueOrLease, weightOf } from '../tiers/memory/memory-values.js';
import type { SetOutcome } from './set-outcome.js';
import type { TierStack } from './tier-stack.js';

/** Puts values into the tiers, and counts them. */
export class Puts<K, V> {
  readonly #stack: TierStack<V>;
  readonly #codec: Codec<V>;
  readonly #book: RequestBook<K>;

  constructor(stack: TierStack<V>, codec: Codec<V>, book: RequestBook<K>) {
    this.#stack = stack;
    this.#codec = codec;
    this.#book = book;
  }

  /**
   * Puts a value where it belongs, see `TierStack.put`.
   *
   * @param isLoaded - whether nobody waits for the tiers below
   * @param isWanted - whether it must come to memory, whatever the rules say
   * @returns settles when the tiers that are waited for have it
   * @throws FramerailError `E_CACHE_ENCODE`, with nothing changed
   */
  put(
    key: K,
    name: string,
    given: ValueOrLease<V>,
    meta: EntryMeta,
    isLoaded: boolean,
    isWanted = false,
  ): () => Promise<SetOutcome> {
    const outcome = this.#stack.put(name, given, meta, isLoaded, isWanted);
    this.#book.put(key, weightOf(this.#codec, given));
    return outcome;
  }
}
