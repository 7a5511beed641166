import type { LeaseLoader, SetOptions } from '../cache/cache-options.js';

/** Makes a value that is prefetched, or gives memory on loan that holds it, as `leaseOrLoad`'s. */
export type PrefetchLoader<K, V> = LeaseLoader<K, V>;

/** Options of `cache.prefetch`. Lifetime, cost and tags are those of what it loads. */
export interface PrefetchOptions extends SetOptions {
  /** Loads that run at once, 1 or more; default 8. */
  readonly concurrency?: number | undefined;
  /** Bytes that are brought to memory at most, but for loads that run then; default half of what the memory tier holds. */
  readonly maxBytes?: number | undefined;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/** What came of a prefetch: each key is counted once. */
export interface PrefetchOutcome {
  /** Keys that memory had already, or that were being loaded. */
  readonly present: number;
  /** Keys that were brought there, or loaded where there is no memory tier. */
  readonly fetched: number;
  /** Keys that no tier has and no loader gave. Nobody is told why: who asks for them tries again. */
  readonly failed: number;
  /** Whether keys were left because `maxBytes` had come. */
  readonly isCutShort: boolean;
}
