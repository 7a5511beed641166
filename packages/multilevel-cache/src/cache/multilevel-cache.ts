import { invalidArgument, type Lease, type TrimRequest } from '@framerail/lifecycle';
import type { CacheStats } from '../analytics/cache-stats.js';
import type { Explanation } from '../analytics/explanation.js';
import { RequestBook } from '../analytics/request-book.js';
import { Flights } from '../flight/flights.js';
import { followForeignChanges } from '../invalidation/foreign-changes.js';
import type { Playhead, PlayheadOptions } from '../prefetch/playhead-options.js';
import type { PrefetchLoader, PrefetchOptions, PrefetchOutcome } from '../prefetch/prefetch-options.js';
import { Prefetching } from '../prefetch/prefetching.js';
import { Recordings } from '../recorder/recordings.js';
import type { Recording, RecordOptions } from '../recorder/trace-sink.js';
import type { MemoryTier } from '../tiers/memory/memory-tier.js';
import { held, valueOrLease } from '../tiers/memory/memory-values.js';
import type { Cache, CacheEntry, CacheEvents } from './cache.js';
import { entriesOf } from './cache-entries.js';
import { CacheKeys } from './cache-keys.js';
import type { LeaseLoader, LoadContext, LoadOptions, ReadOptions, SetOptions } from './cache-options.js';
import type { CacheParts } from './cache-parts.js';
import { metaOf } from './entry-meta.js';
import { explain } from './explain.js';
import { Leases } from './leases.js';
import { expectTags, freshness } from './lifetime.js';
import { Loads } from './loads.js';
import { Lookups } from './lookups.js';
import { MemoryReads } from './memory-reads.js';
import { Puts } from './puts.js';
import type { SetOutcome } from './set-outcome.js';
import { checkTrim } from './trim-request.js';

/** The cache of {@link Cache}: what its calls are, each done by one of its parts. */
export class MultilevelCache<K, V> implements Cache<K, V> {
  readonly name: string;
  readonly #parts: CacheParts<K, V>;
  readonly #keys: CacheKeys<K>;
  readonly #memory: MemoryTier<V> | undefined;
  readonly #reads: MemoryReads<K, V>;
  readonly #lookups: Lookups<K, V>;
  readonly #loads: Loads<K, V>;
  readonly #leases: Leases<K, V>;
  readonly #puts: Puts<K, V>;
  readonly #flights: Flights<V>;
  readonly #book: RequestBook<K>;
  readonly #prefetching: Prefetching<K, V>;
  readonly #recordings: Recordings;
  #closing: Promise<void> | undefined;

  constructor(parts: CacheParts<K, V>) {
    const { name, memory, lanes, stack, time, clock, loadTimeoutMs, failures, events, log } = parts;
    const keys = new CacheKeys(name, parts.keys);
    const book = new RequestBook(parts.classes, () => memory?.quickHits ?? 0);
    const flights = new Flights<V>({
      clock,
      loadTimeoutMs,
      failures,
      search: (key, token) => (lanes.length === 0 ? NOTHING : stack.search(key, token)),
      isFresh: ({ meta }) => freshness(meta, time.now()) === 'fresh',
      onJoined: () => book.count('joined'),
      onLoaded: (key, ms, failure) => {
        book.loaded(keys.keyOf(key), ms, failure !== undefined);
        log.loaded(key, ms, failure === undefined ? 'loaded' : 'load failed');
      },
      onRefreshFailed: (key, error) => events.emit('refreshFailed', { key: keys.keyOf(key), error }),
    });
    const reads = new MemoryReads({ memory, keys, book, time, clock });
    const lookups = new Lookups({ keys, memory: reads, lanes, stack, flights, book, log, time });
    const puts = new Puts<K, V>(stack, parts.codec, book);
    this.name = name;
    this.#parts = parts;
    this.#keys = keys;
    this.#memory = memory;
    this.#reads = reads;
    this.#lookups = lookups;
    this.#loads = new Loads({
      keys,
      memory: reads,
      lookups,
      puts,
      flights,
      failures,
      book,
      log,
      defaults: parts,
      codec: parts.codec,
    });
    this.#leases = new Leases({ codec: parts.codec, keys, memory: reads, lookups, loads: this.#loads });
    this.#recordings = new Recordings(memory?.watchers, clock);
    this.#prefetching = new Prefetching<K, V>({
      ...{ memory, keys, flights, clock, reads, readers: parts.readers },
      ...{ loads: this.#loads, leases: this.#leases },
    });
    this.#puts = puts;
    this.#flights = flights;
    this.#book = book;
    followForeignChanges({ memory, lanes, flights, log });
  }

  async open(): Promise<void> {
    this.#keys.expectOpen();
    const results = await Promise.allSettled(this.#parts.lanes.map((lane) => lane.open()));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  getSync(key: K): V | undefined {
    return this.#reads.get(key);
  }

  get(key: K, options?: ReadOptions): Promise<V | undefined> {
    try {
      const value = this.#reads.get(key);
      return value === undefined ? this.#lookups.get(key, options) : Promise.resolve(value);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  getOrLoad(
    key: K,
    loader: (context: LoadContext<K>) => V | PromiseLike<V>,
    options?: LoadOptions,
  ): Promise<V> {
    try {
      const value = this.#reads.get(key);
      return value === undefined ? this.#loads.getOrLoad(key, loader, options) : Promise.resolve(value);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  peek(key: K): Promise<V | undefined> {
    return this.#lookups.peek(key);
  }

  has(key: K): Promise<boolean> {
    return this.#lookups.has(key);
  }

  async set(key: K, value: V | Lease, options: SetOptions = {}): Promise<SetOutcome> {
    const name = this.#keys.nameOf(key);
    if (value === undefined) throw invalidArgument('value', 'a value (null will do)', value);
    const given = valueOrLease(this.#parts.codec, value);
    const meta = metaOf(options, 0, this.#parts);
    const outcome = this.#puts.put(key, name, given, meta, false);
    this.#flights.supersede(name, () => held(given));
    this.#parts.log.note(name, 'set');
    return outcome();
  }

  async delete(key: K): Promise<boolean> {
    const name = this.#keys.nameOf(key);
    this.#flights.disown(name);
    this.#parts.log.note(name, 'deleted');
    return this.#parts.stack.delete(name);
  }

  async deleteByTag(tag: string): Promise<number> {
    this.#keys.expectOpen();
    expectTags([tag]);
    this.#flights.disownTag(tag);
    const inMemory = this.#memory?.deleteByTag(tag).length ?? 0;
    const counts = await Promise.all(this.#parts.lanes.map((lane) => lane.deleteByTag(tag)));
    return Math.max(inMemory, ...counts);
  }

  async clear(): Promise<void> {
    this.#keys.expectOpen();
    this.#flights.disownAll();
    this.#parts.failures.clear();
    this.#memory?.clear();
    await Promise.all(this.#parts.lanes.map((lane) => lane.clear()));
  }

  entries(): AsyncIterable<CacheEntry<K>> {
    this.#keys.expectOpen();
    return entriesOf(this.#memory, this.#parts.lanes, (name) => this.#keys.keyOf(name));
  }

  async pin(key: K): Promise<Disposable | undefined> {
    const name = this.#keys.nameOf(key);
    if (this.#memory === undefined) return undefined;
    if (this.#memory.find(name) === undefined) await this.#flights.find(name, true);
    const unpin = this.#memory.pin(name);
    return unpin && { [Symbol.dispose]: unpin };
  }

  lease(key: K): Promise<Lease | undefined> {
    return this.#leases.get(key);
  }

  leaseOrLoad(key: K, loader: LeaseLoader<K, V>, options?: LoadOptions): Promise<Lease> {
    return this.#leases.getOrLoad(key, loader, options);
  }

  prefetch(
    keys: Iterable<K> | AsyncIterable<K>,
    loader?: PrefetchLoader<K, V>,
    options: PrefetchOptions = {},
  ): Promise<PrefetchOutcome> {
    return this.#prefetching.prefetch(keys, loader, options);
  }

  playhead(options: PlayheadOptions<K, V>): Playhead<V> {
    return this.#prefetching.playhead(options);
  }

  record(options: RecordOptions): Recording {
    this.#keys.expectOpen();
    return this.#recordings.begin(options);
  }

  async explain(key: K): Promise<Explanation> {
    const name = this.#keys.nameOf(key);
    const { memory, lanes, stack, rules, log, time, failures } = this.#parts;
    const isLoading = this.#flights.isLoading(name);
    const hasFailed = failures.at(name) !== undefined;
    const pattern = this.#prefetching.patternOf(key, name);
    return explain({ key: name, memory, lanes, stack, rules, log, time, isLoading, hasFailed, pattern });
  }

  stats(): CacheStats {
    const lower = this.#parts.lanes.map((lane) => lane.stats());
    return Object.freeze({
      name: this.name,
      ...this.#book.snapshot(),
      prefetch: this.#prefetching.stats(),
      tiers: Object.freeze(this.#memory === undefined ? lower : [this.#memory.stats(), ...lower]),
    });
  }

  trim(request: TrimRequest = {}): number {
    const { bytes, level, idleMs, maxPriority } = checkTrim(request);
    // What a cache holds has no priority of its own, which counts as 0.
    if (level === 'none' || (maxPriority !== undefined && maxPriority < 0)) return 0;
    let freed = this.#memory?.trim(bytes, { idleMs }) ?? 0;
    for (const { tier } of this.#parts.lanes)
      if (freed < bytes) freed += tier.trim?.({ ...request, bytes: bytes - freed }) ?? 0;
    return freed;
  }

  on<Name extends keyof CacheEvents<K>>(
    name: Name,
    listener: (event: CacheEvents<K>[Name]) => void,
  ): () => void {
    return this.#parts.events.on(name, listener as never);
  }

  async flush(): Promise<void> {
    this.#keys.expectOpen();
    await Promise.all(this.#parts.lanes.map((lane) => lane.flush()));
  }

  close(): Promise<void> {
    this.#keys.close();
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#prefetching.close();
    const recorded = this.#recordings.close();
    this.#flights.endAll(this.#keys.closedError());
    this.#parts.failures.clear();
    this.#memory?.clear();
    const results = await Promise.allSettled(this.#parts.lanes.map((lane) => lane.close()));
    await recorded;
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }
}

const NOTHING = Promise.resolve(undefined);
