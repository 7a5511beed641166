import type { EventSource, Lease, Trimmable } from '@framerail/lifecycle';
import type { CacheStats } from '../analytics/cache-stats.js';
import type { Explanation } from '../analytics/explanation.js';
import type { BreakerState } from '../breaker/circuit-breaker.js';
import type { Playhead, PlayheadOptions } from '../prefetch/playhead-options.js';
import type { PrefetchLoader, PrefetchOptions, PrefetchOutcome } from '../prefetch/prefetch-options.js';
import type { Recording, RecordOptions } from '../recorder/trace-sink.js';
import type { LeaseLoader, LoadContext, LoadOptions, ReadOptions, SetOptions } from './cache-options.js';
import type { SetOutcome } from './set-outcome.js';

/** What a cache tells of. */
export type CacheEvents<K> = {
  /** A tier was taken out, is on trial, or is back. */
  tier: { readonly tier: string; readonly state: BreakerState; readonly error: unknown };
  /** A tier failed at something; the caller was served all the same. */
  tierError: { readonly tier: string; readonly error: unknown };
  /** A stale value couldn't be made anew; it is handed out until it expires. */
  refreshFailed: { readonly key: K; readonly error: unknown };
};

/** An entry of `entries`. */
export interface CacheEntry<K> {
  /** Its key. */
  readonly key: K;
  /** The highest tier that has it. */
  readonly tier: string;
  /** What it weighs there. */
  readonly bytes: number;
  /** When it was made, in milliseconds since 1970. */
  readonly createdAtMs: number;
  /** When it expires, in milliseconds since 1970; `undefined`: never. */
  readonly expiresAtMs: number | undefined;
  /** Names by which it can be deleted with others. */
  readonly tags: readonly string[];
}

/**
 * A cache of several tiers. Values that it hands out are shared: nobody may change them, and who sets bytes leaves them
 * alone afterwards. A tier that fails or is slow never makes a call fail; what it would have had is a miss.
 *
 * Everything that returns a promise rejects with `E_CACHE_CLOSED` after `close`, and with `E_INVALID_ARGUMENT` for a key
 * that is none.
 */
export interface Cache<K, V> extends Trimmable, EventSource<CacheEvents<K>>, AsyncDisposable {
  /**
   * Opens all tiers now, instead of at the first call, and tells when one can't be opened.
   *
   * @throws FramerailError that of the first tier that couldn't be opened; the cache works without it
   */
  open(): Promise<void>;
  /**
   * Gives the value of a key. Waits for a load of it that is running; should that fail, there is none.
   *
   * @param key - of the value
   * @param options - `allowStale`, and a signal that ends the wait
   * @returns the value; `undefined` if no tier has it
   * @throws FramerailError `E_ABORTED`
   */
  get(key: K, options?: ReadOptions): Promise<V | undefined>;
  /**
   * As `get`, from memory only, at once.
   *
   * @param key - of the value
   * @returns the value; `undefined` if memory doesn't have it, and after `close`
   */
  getSync(key: K): V | undefined;
  /**
   * Gives the value of a key, or else loads and keeps it. All callers of a key share one load, and what is `set`
   * meanwhile is its result. A stale value is handed out at once while it is loaded anew.
   *
   * @param key - of the value
   * @param loader - makes the value; called once whoever asks. Should stop when its signal aborts
   * @param options - lifetime, tags and cost of what is loaded, and a signal that ends this caller's wait. Of several callers
   *   the first one's count
   * @throws what the loader throws; FramerailError `E_CACHE_UNDEFINED` if it gives `undefined`; `E_TIMEOUT` after
   *   `loadTimeoutMs`; `E_ABORTED`; `E_CACHE_ENCODE` for a value that the codec doesn't take
   */
  getOrLoad(
    key: K,
    loader: (context: LoadContext<K>) => V | PromiseLike<V>,
    options?: LoadOptions,
  ): Promise<V>;
  /** As `get`, but no use of memory's entry, and nothing is moved up. Tiers of bytes can't tell it from a use. */
  peek(key: K): Promise<V | undefined>;
  /** Whether a tier has an entry that hasn't expired; a stale one counts. Not a use. */
  has(key: K): Promise<boolean>;
  /**
   * Puts a value in the place of an earlier one. Whoever waits for a load of the key gets it.
   *
   * @param key - of the value
   * @param value - not `undefined`. Memory on loan, where values are bytes: the cache becomes one more holder of it and
   *   copies it only for tiers of bytes
   * @param options - lifetime, tags, cost
   * @returns where it is, once it is there
   * @throws FramerailError `E_CACHE_ENCODE` for a value that the codec doesn't take, with nothing changed
   */
  set(key: K, value: V | Lease, options?: SetOptions): Promise<SetOutcome>;
  /** Takes a key out of every tier; what is being loaded for it isn't kept. @returns whether one had it */
  delete(key: K): Promise<boolean>;
  /** Takes out every entry that has a tag. @returns how many, at least: entries of several tiers count once in the one that had most */
  deleteByTag(tag: string): Promise<number>;
  /** Takes everything out. */
  clear(): Promise<void>;
  /** Keys and what is known of them, each once; entries that come or go meanwhile may be left out. */
  entries(): AsyncIterable<CacheEntry<K>>;
  /**
   * Keeps an entry in memory until the result is disposed, bringing it there first. It still expires, and can be set and
   * deleted.
   *
   * @param key - of the entry
   * @returns undoes it, once; `undefined` if there is none, or memory can't take it
   */
  pin(key: K): Promise<Disposable | undefined>;
  /**
   * Gives the bytes of an entry without a copy, as a lease that the caller releases: they stay whole though the entry
   * goes. For caches of bytes.
   *
   * @param key - of the entry
   * @returns `undefined` if no tier has it
   * @throws FramerailError `E_UNSUPPORTED` if values aren't bytes
   */
  lease(key: K): Promise<Lease | undefined>;
  /**
   * As `getOrLoad`, as a lease that the caller releases. All callers of a key share one load, those of `getOrLoad` too, and
   * each has a lease of its own.
   *
   * @param key - of the bytes
   * @param loader - makes them, or gives memory on loan that holds them, which is the cache's from then on
   * @param options - as of `getOrLoad`
   * @throws as `getOrLoad`; FramerailError `E_UNSUPPORTED` if values aren't bytes
   */
  leaseOrLoad(key: K, loader: LeaseLoader<K, V>, options?: LoadOptions): Promise<Lease>;
  /**
   * Brings values to memory before they are asked for, whatever the rules of promotion say: no uses, no hits, no misses.
   *
   * @param keys - in order; a list or a generator
   * @param loader - makes what no tier has; `undefined`: only what a tier has is fetched
   * @param options - how much, and how many at once
   * @returns how many came
   * @throws FramerailError `E_ABORTED`; `E_INVALID_ARGUMENT`; never what a loader throws
   */
  prefetch(
    keys: Iterable<K> | AsyncIterable<K>,
    loader?: PrefetchLoader<K, V>,
    options?: PrefetchOptions,
  ): Promise<PrefetchOutcome>;
  /**
   * Follows somebody who plays, scrubs and jumps: fetches what comes next, and keeps what lies ahead over what lies behind.
   *
   * @param options - where it is, the keys of positions, and how they are loaded
   * @returns the playhead, which the caller moves and disposes
   * @throws FramerailError `E_INVALID_ARGUMENT`; `E_UNSUPPORTED` without a memory tier; `E_CACHE_CLOSED`
   */
  playhead(options: PlayheadOptions<K, V>): Playhead<V>;
  /**
   * Writes down what memory is asked from now on, as a trace that the simulator reads. It makes nobody wait: what a slow sink
   * can't take is dropped, and counted.
   *
   * @param options - where to
   * @returns the recording, which ends with the cache if not before
   * @throws FramerailError `E_INVALID_ARGUMENT`; `E_UNSUPPORTED` without a memory tier; `E_CACHE_CLOSED`
   */
  record(options: RecordOptions): Recording;
  /** Says where a key is, why there, and what happened to it. Not a use. */
  explain(key: K): Promise<Explanation>;
  /** Figures as they are now. */
  stats(): CacheStats;
  /** Settles when what was set until now is in every tier that takes it and can be reached. */
  flush(): Promise<void>;
  /** Ends loads with `E_CACHE_CLOSED`, writes what waits to be written, closes all tiers. Harmless when called twice. */
  close(): Promise<void>;
}
