import type { Lease } from '@framerail/lifecycle';
import type { Lifetime } from './lifetime.js';

/** What can be said of an entry that is set. */
export interface SetOptions extends Lifetime {
  /** What making it again costs, in milliseconds; for `getOrLoad` the default is what loading took, otherwise 0. */
  readonly cost?: number | undefined;
  /** Names by which it can be deleted with others; at most 64 of up to 256 code units. */
  readonly tags?: readonly string[] | undefined;
}

/** What a loader is called with. */
export interface LoadContext<K> {
  /** What is to be loaded. */
  readonly key: K;
  /** Aborts when nobody waits any more, after `loadTimeoutMs`, when the key is set, and when the cache is closed. */
  readonly signal: AbortSignal;
}

/** Options of `getOrLoad`. */
export interface LoadOptions extends SetOptions {
  /** Ends this caller's wait; the load goes on while others wait for it. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A loader of `leaseOrLoad`: gives bytes, or memory on loan that holds them. A lease that it gives is the cache's from
 * then on, which releases it, whatever becomes of the load.
 */
export type LeaseLoader<K, V = Uint8Array> = (context: LoadContext<K>) => V | Lease | PromiseLike<V | Lease>;

/** Options of reading. */
export interface ReadOptions {
  /** Whether an entry that is stale will do; default no. */
  readonly allowStale?: boolean | undefined;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
}
