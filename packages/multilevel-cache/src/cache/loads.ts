import { expectObject, invalidArgument, throwIfAborted } from '@framerail/lifecycle';
import type { KeyLog } from '../analytics/key-log.js';
import type { RequestBook } from '../analytics/request-book.js';
import type { Codec } from '../codecs/codec.js';
import type { Failures } from '../flight/failures.js';
import type { Flights, LoadJob } from '../flight/flights.js';
import type { MemoryEntry } from '../tiers/memory/memory-entry.js';
import { givenValue, type ValueOrLease, valueOrLease } from '../tiers/memory/memory-values.js';
import type { CacheKeys } from './cache-keys.js';
import type { LeaseLoader, LoadOptions } from './cache-options.js';
import { type MetaDefaults, metaOf } from './entry-meta.js';
import type { Lookups } from './lookups.js';
import type { MemoryReads } from './memory-reads.js';
import type { Puts } from './puts.js';

/** What loads are made of. */
export interface LoadParts<K, V> {
  readonly keys: CacheKeys<K>;
  readonly memory: MemoryReads<K, V>;
  readonly lookups: Lookups<K, V>;
  readonly puts: Puts<K, V>;
  readonly flights: Flights<V>;
  readonly failures: Failures;
  readonly book: RequestBook<K>;
  readonly log: KeyLog;
  readonly defaults: MetaDefaults;
  readonly codec: Codec<V>;
}

/** Reads that load what is in no tier. */
export class Loads<K, V> {
  readonly #parts: LoadParts<K, V>;

  constructor(parts: LoadParts<K, V>) {
    this.#parts = parts;
  }

  /**
   * Brings a value to memory before anybody asks, whatever the rules of promotion say. No use, no hit and no miss.
   *
   * @throws as `getOrLoad`; whoever asks meanwhile isn't told, but tries again
   */
  async bring(key: K, name: string, loader: LeaseLoader<K, V>, options: LoadOptions): Promise<void> {
    const job = this.#jobOf(key, name, loader, options);
    await this.#parts.flights.load({ ...job, isAhead: true, onFound: () => {} }, options.signal, () => {});
  }

  /** Gives what memory didn't have fresh, from below or from the loader. */
  getOrLoad(key: K, loader: LeaseLoader<K, V>, options?: LoadOptions): Promise<V> {
    const { memory } = this.#parts;
    return this.load(key, loader, options, {
      stale: (entry) => memory.stale(key, entry),
      loaded: givenValue,
    });
  }

  /**
   * As `getOrLoad`.
   *
   * @param take - makes what the caller gets of a stale entry, and of what was found or loaded, which is released then
   */
  async load<T>(
    key: K,
    loader: LeaseLoader<K, V>,
    options: LoadOptions = {},
    take: {
      readonly stale: (entry: MemoryEntry<V>) => T;
      readonly loaded: (given: ValueOrLease<V>) => T;
    },
  ): Promise<T> {
    const { keys, memory, lookups, flights, failures, book, log } = this.#parts;
    const name = keys.nameOf(key);
    if (typeof loader !== 'function') throw invalidArgument('loader', 'a function', loader);
    const { signal } = expectObject('options', options);
    const job = this.#jobOf(key, name, loader, options);
    throwIfAborted(signal, 'Loading');
    log.used(name);
    const stale = memory.find(name);
    if (stale !== undefined) {
      if (flights.refresh(job)) book.count('refreshes');
      return take.stale(stale);
    }
    const failure = failures.at(name);
    if (failure !== undefined) throw failure.error;
    const found = lookups.findNow(name, false);
    if (found === undefined) return flights.load(job, signal, take.loaded);
    lookups.found(key, name, found);
    if (!lookups.isFresh(found) && flights.refresh(job)) book.count('refreshes');
    return take.loaded({ value: found.value });
  }

  #jobOf(key: K, name: string, loader: LeaseLoader<K, V>, options: LoadOptions): LoadJob<V> {
    const { lookups, puts, codec, defaults } = this.#parts;
    const { tags, cost } = metaOf(options, 0, defaults);
    return {
      key: name,
      tags,
      run: async (signal) => valueOrLease(codec, await loader({ key, signal })),
      keep: (given, ms, isAhead) => {
        const meta = metaOf(options, cost === 0 ? Math.round(ms) : cost, defaults);
        void puts.put(key, name, given, meta, true, isAhead)();
      },
      onFound: (found) => lookups.found(key, name, found),
    };
  }
}
