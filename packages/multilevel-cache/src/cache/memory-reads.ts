import type { Clock, Lease } from '@framerail/lifecycle';
import type { RequestBook } from '../analytics/request-book.js';
import { HeldBytes } from '../tiers/memory/held-bytes.js';
import type { MemoryEntry } from '../tiers/memory/memory-entry.js';
import type { MemoryTier } from '../tiers/memory/memory-tier.js';
import { entryValue } from '../tiers/memory/memory-values.js';
import type { CacheKeys } from './cache-keys.js';
import type { CacheTime } from './cache-time.js';

/** One read of memory in so many is measured, about. */
const MEASURED = 256;

/** What memory answers with are made of. */
export interface MemoryReadParts<K, V> {
  readonly memory: MemoryTier<V> | undefined;
  readonly keys: CacheKeys<K>;
  readonly book: RequestBook<K>;
  readonly time: CacheTime;
  readonly clock: Clock;
}

/** Reads that memory answers at once, if it can. */
export class MemoryReads<K, V> {
  readonly #memory: MemoryTier<V> | undefined;
  readonly #keys: CacheKeys<K>;
  readonly #book: RequestBook<K>;
  readonly #time: CacheTime;
  readonly #clock: Clock;
  /** Where values are had without counting each; not where hits are counted by class. */
  readonly #quick: MemoryTier<V> | undefined;
  #nextMeasured = 0;

  constructor({ memory, keys, book, time, clock }: MemoryReadParts<K, V>) {
    this.#memory = memory;
    this.#keys = keys;
    this.#book = book;
    this.#time = time;
    this.#clock = clock;
    this.#quick = book.classes === undefined ? memory : undefined;
  }

  /** The value of a key, if memory has it and it is fresh: a use, and a hit of the cache. */
  get(key: K): V | undefined {
    const name = this.#keys.quickNameOf(key);
    const value = this.#quick?.quick(name);
    return value === undefined ? this.#thorough(key, name) : value;
  }

  /** As `get`, as a lease that the caller releases. */
  lease(key: K, name: string): Lease | undefined {
    const entry = this.#memory?.use(name);
    if (entry === undefined || this.#isStale(entry)) return undefined;
    this.#book.hit(key);
    return leaseOf(entry);
  }

  /** The value of an entry that will do though it may be stale: a hit of the cache. */
  stale(key: K, entry: MemoryEntry<V>): V {
    if (this.#isStale(entry)) this.#book.count('staleHits');
    return this.#hit(key, entry);
  }

  /** As `stale`, as a lease that the caller releases. */
  staleLease(key: K, entry: MemoryEntry<V>): Lease {
    if (this.#isStale(entry)) this.#book.count('staleHits');
    this.#book.hit(key);
    return leaseOf(entry);
  }

  /** The entry, stale or not; no use. */
  find(name: string): MemoryEntry<V> | undefined {
    return this.#memory?.find(name);
  }

  /** The entry, unless it is stale; no use. */
  findFresh(name: string): MemoryEntry<V> | undefined {
    const entry = this.#memory?.find(name);
    return entry === undefined || this.#isStale(entry) ? undefined : entry;
  }

  #thorough(key: K, name: string): V | undefined {
    const memory = this.#memory;
    if (memory === undefined) return undefined;
    const isMeasured = memory.hits >= this.#nextMeasured;
    const startMs = isMeasured ? this.#clock.now() : 0;
    const entry = memory.use(name);
    if (entry === undefined || this.#isStale(entry)) return undefined;
    const value = this.#hit(key, entry);
    if (isMeasured) {
      this.#nextMeasured = memory.hits + MEASURED - 1;
      this.#book.measured((this.#clock.now() - startMs) * 1000);
    }
    return value;
  }

  #hit(key: K, entry: MemoryEntry<V>): V {
    this.#book.hit(key);
    return entry.lease === undefined ? (entry.value as V) : entryValue(entry);
  }

  #isStale(entry: MemoryEntry<V>): boolean {
    return entry.freshUntilMs !== Number.POSITIVE_INFINITY && this.#time.now() >= entry.freshUntilMs;
  }
}

/** A lease of an entry of bytes, that the caller releases. */
export function leaseOf(entry: MemoryEntry<unknown>): Lease {
  return entry.lease === undefined ? new HeldBytes(entry.value as Uint8Array) : entry.lease.retain();
}
