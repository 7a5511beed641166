import type { Clock } from '@framerail/lifecycle';
import type { PrefetchStats } from '../analytics/cache-stats.js';
import type { CacheKeys } from '../cache/cache-keys.js';
import type { Leases } from '../cache/leases.js';
import type { Loads } from '../cache/loads.js';
import type { MemoryReads } from '../cache/memory-reads.js';
import type { Flights } from '../flight/flights.js';
import type { MemoryTier } from '../tiers/memory/memory-tier.js';
import type { PlayheadHost } from './playhead-host.js';
import type { AccessPattern, Playhead, PlayheadOptions } from './playhead-options.js';
import { Playheads } from './playheads.js';
import { prefetchKeys } from './prefetch-keys.js';
import type { PrefetchLoader, PrefetchOptions, PrefetchOutcome } from './prefetch-options.js';
import type { ReaderOptions } from './reader-options.js';
import { Readers } from './readers.js';

/** What prefetching is made of. */
export interface PrefetchingParts<K, V> {
  readonly memory: MemoryTier<V> | undefined;
  readonly keys: CacheKeys<K>;
  readonly flights: Flights<V>;
  readonly loads: Loads<K, V>;
  readonly clock: Clock;
  readonly reads: MemoryReads<K, V>;
  readonly leases: Leases<K, V>;
  /** Who is recognised and served ahead; `undefined`: nobody. */
  readonly readers: ReaderOptions<K, V> | undefined;
}

/** All that a cache fetches before it is asked for. */
export class Prefetching<K, V> {
  readonly #parts: PrefetchingParts<K, V>;
  readonly #playheads: Playheads<K, V>;
  readonly #readers: Readers<K, V> | undefined;

  constructor(parts: PrefetchingParts<K, V>) {
    const { memory, keys, clock, reads, loads, leases, readers } = parts;
    this.#parts = parts;
    this.#playheads = new Playheads<K, V>({
      memory,
      clock,
      getOrLoad: async (key, loader, options) => {
        const value = reads.get(key);
        return value === undefined ? loads.getOrLoad(key, loader, options) : value;
      },
      leaseOrLoad: (key, loader, options) => leases.getOrLoad(key, loader, options),
      ...this.#host(),
    });
    if (readers === undefined || memory === undefined) return;
    this.#readers = new Readers<K, V>(readers, this.#playheads, (name) => keys.keyOf(name));
    this.#readers.watch(memory);
  }

  /** See `Cache.prefetch`. */
  async prefetch(
    keys: Iterable<K> | AsyncIterable<K>,
    loader: PrefetchLoader<K, V> | undefined,
    options: PrefetchOptions,
  ): Promise<PrefetchOutcome> {
    const { memory, flights } = this.#parts;
    this.#parts.keys.expectOpen();
    const raise = async (name: string): Promise<boolean> => (await flights.find(name, true)) !== undefined;
    return prefetchKeys<K, V>({ memory, raise, ...this.#host() }, keys, loader, options);
  }

  /** See `Cache.playhead`. */
  playhead(options: PlayheadOptions<K, V>): Playhead<V> {
    this.#parts.keys.expectOpen();
    return this.#playheads.open(options);
  }

  /** How keys like this one follow each other; `undefined` if nobody looks. */
  patternOf(key: K, name: string): AccessPattern | undefined {
    return this.#playheads.patternOf(name) ?? this.#readers?.patternOf(key);
  }

  /** Figures of all playheads, those of recognised readers among them. */
  stats(): PrefetchStats {
    return this.#playheads.stats(this.#readers?.count ?? 0);
  }

  /** Ends all of it. */
  close(): void {
    this.#playheads.close();
  }

  #host(): Pick<PlayheadHost<K, V>, 'nameOf' | 'isLoading' | 'bring'> {
    const { keys, flights, loads } = this.#parts;
    return {
      nameOf: (key) => keys.nameOf(key),
      isLoading: (name) => flights.isLoading(name),
      bring: (key, name, loader, options) => loads.bring(key, name, loader, options),
    };
  }
}
