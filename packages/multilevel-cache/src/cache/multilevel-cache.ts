import {
  abortable,
  expectObject,
  FramerailError,
  invalidArgument,
  type Lease,
  type TrimRequest,
  throwIfAborted,
} from '@framerail/lifecycle';
import type { CacheStats } from '../analytics/cache-stats.js';
import type { Explanation } from '../analytics/explanation.js';
import { RequestBook } from '../analytics/request-book.js';
import { Flights, type LoadJob } from '../flight/flights.js';
import { expectKey, type KeyCodec } from '../keys/key-codec.js';
import type { EntryMeta } from '../tiers/byte-tier.js';
import { HeldBytes } from '../tiers/memory/held-bytes.js';
import type { MemoryEntry } from '../tiers/memory/memory-entry.js';
import type { MemoryTier } from '../tiers/memory/memory-tier.js';
import {
  entryValue,
  givenValue,
  type ValueOrLease,
  valueOrLease,
  weightOf,
} from '../tiers/memory/memory-values.js';
import type { Cache, CacheEntry, CacheEvents } from './cache.js';
import { entriesOf } from './cache-entries.js';
import type { LoadContext, LoadOptions, ReadOptions, SetOptions } from './cache-options.js';
import type { CacheParts } from './cache-parts.js';
import type { CacheTime } from './cache-time.js';
import { metaOf } from './entry-meta.js';
import { explain } from './explain.js';
import { expectTags, freshness } from './lifetime.js';
import type { SetOutcome } from './set-outcome.js';
import type { Found } from './tier-stack.js';
import { checkTrim } from './trim-request.js';

/** One read of memory in so many is measured. */
const MEASURED = 256;

/** The cache of {@link Cache}. */
export class MultilevelCache<K, V> implements Cache<K, V> {
  readonly name: string;
  readonly #parts: CacheParts<K, V>;
  readonly #keys: KeyCodec<K> | undefined;
  readonly #memory: MemoryTier<V> | undefined;
  readonly #time: CacheTime;
  readonly #flights: Flights<V>;
  readonly #book: RequestBook<K>;
  #closing: Promise<void> | undefined;

  constructor(parts: CacheParts<K, V>) {
    const { name, keys, memory, lanes, stack, time, clock, loadTimeoutMs, failures, events } = parts;
    this.#parts = parts;
    this.name = name;
    this.#keys = keys;
    this.#memory = memory;
    this.#time = time;
    this.#book = new RequestBook(parts.classes);
    this.#flights = new Flights({
      clock,
      loadTimeoutMs,
      failures,
      search: (key, token) => (lanes.length === 0 ? NOTHING : stack.search(key, token)),
      isFresh: ({ meta }) => freshness(meta, time.now()) === 'fresh',
      onJoined: () => this.#book.count('joined'),
      onLoaded: (key, ms, failure) => {
        this.#book.loaded(this.#keyOf(key), ms, failure !== undefined);
        parts.log.loaded(key, ms, failure === undefined ? 'loaded' : 'load failed');
      },
      onRefreshFailed: (key, error) => events.emit('refreshFailed', { key: this.#keyOf(key), error }),
    });
  }

  async open(): Promise<void> {
    this.#expectOpen();
    const results = await Promise.allSettled(this.#parts.lanes.map((lane) => lane.open()));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  getSync(key: K): V | undefined {
    const memory = this.#memory;
    if (memory === undefined) return undefined;
    const name = this.#keys === undefined ? (key as string) : this.#keys.encode(key);
    if (memory.sequence % MEASURED === 0) return this.#measured(key, name);
    const entry = memory.use(name);
    if (entry === undefined || this.#isStale(entry)) return undefined;
    return this.#hit(key, entry);
  }

  get(key: K, options?: ReadOptions): Promise<V | undefined> {
    try {
      const value = this.getSync(key);
      return value === undefined ? this.#get(key, options) : Promise.resolve(value);
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
      const value = this.getSync(key);
      return value === undefined ? this.#getOrLoad(key, loader, options) : Promise.resolve(value);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async peek(key: K): Promise<V | undefined> {
    const name = this.#nameOf(key);
    const entry = this.#memory?.find(name);
    if (entry !== undefined && !this.#isStale(entry)) return entryValue(entry);
    const found = await this.#parts.stack.search(name, { isCurrent: false, isWanted: false });
    return found !== undefined && this.#isFresh(found) ? found.value : undefined;
  }

  async has(key: K): Promise<boolean> {
    const name = this.#nameOf(key);
    if (this.#memory?.find(name) !== undefined) return true;
    for (const lane of this.#parts.lanes) if (await lane.has(name)) return true;
    return false;
  }

  async set(key: K, value: V | Lease, options: SetOptions = {}): Promise<SetOutcome> {
    const name = this.#nameOf(key);
    if (value === undefined) throw invalidArgument('value', 'a value (null will do)', value);
    const given = valueOrLease(this.#parts.codec, value);
    const meta = this.#metaOf(options, 0);
    const outcome = this.#put(key, name, given, meta, false);
    this.#flights.supersede(name, () => givenValue(given));
    this.#parts.log.note(name, 'set');
    return outcome();
  }

  async delete(key: K): Promise<boolean> {
    const name = this.#nameOf(key);
    this.#flights.disown(name);
    this.#parts.log.note(name, 'deleted');
    return this.#parts.stack.delete(name);
  }

  async deleteByTag(tag: string): Promise<number> {
    this.#expectOpen();
    expectTags([tag]);
    this.#flights.disownTag(tag);
    const inMemory = this.#memory?.deleteByTag(tag).length ?? 0;
    const counts = await Promise.all(this.#parts.lanes.map((lane) => lane.deleteByTag(tag)));
    return Math.max(inMemory, ...counts);
  }

  async clear(): Promise<void> {
    this.#expectOpen();
    this.#flights.disownAll();
    this.#parts.failures.clear();
    this.#memory?.clear();
    await Promise.all(this.#parts.lanes.map((lane) => lane.clear()));
  }

  entries(): AsyncIterable<CacheEntry<K>> {
    this.#expectOpen();
    return entriesOf(this.#memory, this.#parts.lanes, (name) => this.#keyOf(name));
  }

  async pin(key: K): Promise<Disposable | undefined> {
    const name = this.#nameOf(key);
    if (this.#memory === undefined) return undefined;
    if (this.#memory.find(name) === undefined) await this.#flights.find(name, true);
    const unpin = this.#memory.pin(name);
    return unpin && { [Symbol.dispose]: unpin };
  }

  async lease(key: K): Promise<Lease | undefined> {
    const name = this.#nameOf(key);
    if (this.#parts.codec.name !== 'bytes') {
      throw new FramerailError({
        code: 'E_UNSUPPORTED',
        message: `Expected a cache of bytes for a lease but its codec is ${this.#parts.codec.name}; use get`,
      });
    }
    const entry = this.#memory?.use(name);
    if (entry !== undefined && !this.#isStale(entry)) {
      this.#book.hit(key);
      return leaseOf(entry);
    }
    const value = await this.#get(key, undefined, true);
    if (value === undefined) return undefined;
    const kept = this.#memory?.find(name);
    if (kept !== undefined && !this.#isStale(kept)) return leaseOf(kept);
    return new HeldBytes(value as Uint8Array);
  }

  async explain(key: K): Promise<Explanation> {
    const name = this.#nameOf(key);
    const { memory, lanes, stack, rules, log, time, failures } = this.#parts;
    const isLoading = this.#flights.isLoading(name);
    const hasFailed = failures.at(name) !== undefined;
    return explain({ key: name, memory, lanes, stack, rules, log, time, isLoading, hasFailed });
  }

  stats(): CacheStats {
    const lower = this.#parts.lanes.map((lane) => lane.stats());
    return Object.freeze({
      name: this.name,
      ...this.#book.snapshot(),
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
    this.#expectOpen();
    await Promise.all(this.#parts.lanes.map((lane) => lane.flush()));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#flights.endAll(closedError(this.name));
    this.#parts.failures.clear();
    this.#memory?.clear();
    const results = await Promise.allSettled(this.#parts.lanes.map((lane) => lane.close()));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  async #get(key: K, options: ReadOptions = {}, isWanted = false): Promise<V | undefined> {
    const name = this.#nameOf(key);
    const { signal, allowStale = false } = expectObject('options', options);
    throwIfAborted(signal, 'Reading');
    const stale = allowStale ? this.#memory?.find(name) : undefined;
    if (stale !== undefined) return this.#stale(key, stale);
    this.#parts.log.used(name);
    const running = this.#flights.running(name);
    if (running !== undefined) {
      this.#book.count('joined');
      try {
        return await running.join(signal, 'Reading');
      } catch (error) {
        if (signal?.aborted || this.#closing !== undefined) throw error;
        return undefined;
      }
    }
    const found = await abortable(this.#flights.find(name, isWanted), signal, 'Reading');
    this.#expectOpen();
    const isGiven = found !== undefined && (allowStale || this.#isFresh(found));
    this.#found(key, name, isGiven ? found : undefined);
    return isGiven ? found.value : undefined;
  }

  async #getOrLoad(
    key: K,
    loader: (context: LoadContext<K>) => V | PromiseLike<V>,
    options: LoadOptions = {},
  ): Promise<V> {
    const name = this.#nameOf(key);
    if (typeof loader !== 'function') throw invalidArgument('loader', 'a function', loader);
    const { signal } = expectObject('options', options);
    const { tags, cost } = this.#metaOf(options, 0);
    throwIfAborted(signal, 'Loading');
    this.#parts.log.used(name);
    const job: LoadJob<V> = {
      key: name,
      tags,
      run: (loadSignal) => loader({ key, signal: loadSignal }),
      keep: (value, ms) => {
        const meta = this.#metaOf(options, cost === 0 ? Math.round(ms) : cost);
        void this.#put(key, name, { value }, meta, true)();
      },
      onFound: (found) => this.#found(key, name, found),
    };
    const stale = this.#memory?.find(name);
    if (stale !== undefined) {
      if (this.#flights.refresh(job)) this.#book.count('refreshes');
      return this.#stale(key, stale);
    }
    const failure = this.#parts.failures.at(name);
    if (failure !== undefined) throw failure.error;
    return this.#flights.load(job, signal);
  }

  #put(
    key: K,
    name: string,
    given: ValueOrLease<V>,
    meta: EntryMeta,
    isLoaded: boolean,
  ): () => Promise<SetOutcome> {
    const outcome = this.#parts.stack.put(name, given, meta, isLoaded);
    this.#book.put(key, weightOf(this.#parts.codec, given));
    return outcome;
  }

  #found(key: K, name: string, found: Found<V> | undefined): void {
    if (found === undefined) {
      this.#parts.log.missed(name);
      this.#book.missed(key);
      return;
    }
    this.#book.hit(key);
    if (!this.#isFresh(found)) this.#book.count('staleHits');
  }

  #metaOf(options: SetOptions, loadCost: number): EntryMeta {
    return metaOf(options, loadCost, this.#parts);
  }

  #stale(key: K, entry: MemoryEntry<V>): V {
    if (this.#isStale(entry)) this.#book.count('staleHits');
    return this.#hit(key, entry);
  }

  #hit(key: K, entry: MemoryEntry<V>): V {
    this.#book.hit(key);
    return entry.lease === undefined ? (entry.value as V) : entryValue(entry);
  }

  #measured(key: K, name: string): V | undefined {
    const { clock } = this.#parts;
    const startMs = clock.now();
    const entry = this.#memory?.use(name);
    if (entry === undefined || this.#isStale(entry)) return undefined;
    const value = this.#hit(key, entry);
    this.#book.measured((clock.now() - startMs) * 1000);
    return value;
  }

  #isStale(entry: MemoryEntry<V>): boolean {
    return entry.freshUntilMs !== Number.POSITIVE_INFINITY && this.#time.now() >= entry.freshUntilMs;
  }

  #isFresh({ meta }: Found<V>): boolean {
    return freshness(meta, this.#time.now()) === 'fresh';
  }

  /** The name of a key, while the cache is open. */
  #nameOf(key: K): string {
    this.#expectOpen();
    return expectKey(this.#keys === undefined ? key : this.#keys.encode(key));
  }

  #keyOf(name: string): K {
    return this.#keys === undefined ? (name as K) : this.#keys.decode(name);
  }

  #expectOpen(): void {
    if (this.#closing !== undefined) throw closedError(this.name);
  }
}

const NOTHING = Promise.resolve(undefined);

function leaseOf(entry: MemoryEntry<unknown>): Lease {
  return entry.lease === undefined ? new HeldBytes(entry.value as Uint8Array) : entry.lease.retain();
}

function closedError(name: string): FramerailError {
  return new FramerailError({ code: 'E_CACHE_CLOSED', message: `The cache ${name} is closed` });
}
