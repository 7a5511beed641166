import { expectObject, invalidArgument, throwIfAborted } from '@framerail/lifecycle';
import type { KeyLog } from '../analytics/key-log.js';
import type { RequestBook } from '../analytics/request-book.js';
import type { Failures } from '../flight/failures.js';
import type { Flights, LoadJob } from '../flight/flights.js';
import type { CacheKeys } from './cache-keys.js';
import type { LoadContext, LoadOptions } from './cache-options.js';
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
  async bring(
    key: K,
    name: string,
    loader: (context: LoadContext<K>) => V | PromiseLike<V>,
    options: LoadOptions,
  ): Promise<void> {
    const { puts, flights, defaults } = this.#parts;
    const { tags, cost } = metaOf(options, 0, defaults);
    const job: LoadJob<V> = {
      key: name,
      tags,
      run: (loadSignal) => loader({ key, signal: loadSignal }),
      keep: (value, ms) => {
        const meta = metaOf(options, cost === 0 ? Math.round(ms) : cost, defaults);
        void puts.put(key, name, { value }, meta, true, true)();
      },
      onFound: () => {},
      isAhead: true,
    };
    await flights.load(job, options.signal);
  }

  /** Gives what memory didn't have fresh, from below or from the loader. */
  async getOrLoad(
    key: K,
    loader: (context: LoadContext<K>) => V | PromiseLike<V>,
    options: LoadOptions = {},
  ): Promise<V> {
    const { keys, memory, lookups, puts, flights, failures, book, log, defaults } = this.#parts;
    const name = keys.nameOf(key);
    if (typeof loader !== 'function') throw invalidArgument('loader', 'a function', loader);
    const { signal } = expectObject('options', options);
    const { tags, cost } = metaOf(options, 0, defaults);
    throwIfAborted(signal, 'Loading');
    log.used(name);
    const job: LoadJob<V> = {
      key: name,
      tags,
      run: (loadSignal) => loader({ key, signal: loadSignal }),
      keep: (value, ms) => {
        const meta = metaOf(options, cost === 0 ? Math.round(ms) : cost, defaults);
        void puts.put(key, name, { value }, meta, true)();
      },
      onFound: (found) => lookups.found(key, name, found),
    };
    const stale = memory.find(name);
    if (stale !== undefined) {
      if (flights.refresh(job)) book.count('refreshes');
      return memory.stale(key, stale);
    }
    const failure = failures.at(name);
    if (failure !== undefined) throw failure.error;
    return flights.load(job, signal);
  }
}
