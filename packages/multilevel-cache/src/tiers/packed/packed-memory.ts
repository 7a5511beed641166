import {
  createEmitter,
  expectLimit,
  expectObject,
  FramerailError,
  type TrimRequest,
  throwIfAborted,
} from '@framerail/lifecycle';
import type { EvictionOptions, EvictionPolicy } from '../../eviction/eviction-policy.js';
import { wTinyLfu } from '../../eviction/w-tinylfu.js';
import type {
  ByteTier,
  StoredEntry,
  TierCallOptions,
  TierEntry,
  TierEvents,
  TierSetOutcome,
  TierStats,
} from '../byte-tier.js';
import { TagIndex } from '../memory/tag-index.js';

/** What an entry takes beside its bytes and its key, about. */
const OVERHEAD = 256;

/** Options of {@link packedMemory}. */
export interface PackedMemoryOptions {
  /** The cap on its bytes: encoded values, keys, and 256 bytes an entry. No default. */
  readonly maxBytes: number;
  /** For reports; default `packed`. */
  readonly name?: string | undefined;
  /** Makes the policy that decides what stays; default `wTinyLfu`. */
  readonly policy?: ((options: EvictionOptions<string>) => EvictionPolicy<string>) | undefined;
  /** The time of day in milliseconds since 1970; default `Date.now`. */
  readonly wallClock?: (() => number) | undefined;
}

/**
 * Makes a tier of encoded values in the process's memory: below `memory`, with compression, for more in the same
 * memory; and for tests.
 *
 * @param options - how much it may hold
 * @throws FramerailError `E_UNBOUNDED` without `maxBytes`, `E_INVALID_ARGUMENT` for options that are wrong
 */
export function packedMemory(options: PackedMemoryOptions): ByteTier {
  expectObject('options', options, 'options { maxBytes, … }');
  return new PackedMemory(options);
}

class PackedMemory implements ByteTier {
  readonly name: string;
  readonly maxBytes: number;
  readonly maxEntryBytes: number;
  readonly #policy: EvictionPolicy<string>;
  readonly #entries = new Map<string, StoredEntry>();
  readonly #tags = new TagIndex();
  readonly #events = createEmitter<TierEvents>();
  readonly #now: () => number;
  readonly #counts = { hits: 0, misses: 0, sets: 0, rejections: 0, evictions: 0, expirations: 0 };
  #arriving: string | undefined;
  #isClosed = false;

  constructor({ maxBytes, name = 'packed', policy = wTinyLfu, wallClock = Date.now }: PackedMemoryOptions) {
    this.name = name;
    this.maxBytes = expectLimit('maxBytes', maxBytes);
    this.maxEntryBytes = Math.max(0, maxBytes - OVERHEAD);
    this.#policy = policy({ maxBytes });
    this.#now = wallClock;
  }

  async open(options?: TierCallOptions): Promise<void> {
    this.#expectOpen();
    throwIfAborted(options?.signal, 'Opening');
  }

  async get(key: string, options?: TierCallOptions): Promise<StoredEntry | undefined> {
    this.#expectOpen();
    throwIfAborted(options?.signal, 'Reading');
    const entry = this.#valid(key);
    if (entry !== undefined) this.#policy.touch(key);
    this.#counts[entry === undefined ? 'misses' : 'hits'] += 1;
    return entry;
  }

  async has(key: string): Promise<boolean> {
    this.#expectOpen();
    return this.#valid(key) !== undefined;
  }

  async set(key: string, entry: StoredEntry, options?: TierCallOptions): Promise<TierSetOutcome> {
    this.#expectOpen();
    throwIfAborted(options?.signal, 'Writing');
    const outcome = this.#put(key, entry);
    // A turn in which the caller can have said that it doesn't wait.
    await undefined;
    throwIfAborted(options?.signal, 'Writing');
    return outcome;
  }

  #put(key: string, entry: StoredEntry): TierSetOutcome {
    const { bytes, meta } = entry;
    this.#remove(key, false);
    if (bytes.byteLength > this.maxEntryBytes) {
      this.#policy.delete(key);
      this.#counts.rejections += 1;
      return { stored: false, reason: 'tooLarge' };
    }
    this.#arriving = key;
    const weight = bytes.byteLength + key.length * 2 + OVERHEAD;
    const slot = this.#policy.set(key, weight, meta.cost, this.#evict);
    this.#arriving = undefined;
    if (slot === 0) {
      this.#counts.rejections += 1;
      return { stored: false, reason: weight > this.maxBytes ? 'tooLarge' : 'rejected' };
    }
    this.#entries.set(key, Object.freeze({ bytes, meta }));
    this.#tags.add(key, meta.tags);
    this.#counts.sets += 1;
    return { stored: true };
  }

  async delete(key: string): Promise<boolean> {
    this.#expectOpen();
    const isThere = this.#valid(key) !== undefined;
    this.#remove(key, true);
    return isThere;
  }

  async deleteByTag(tag: string): Promise<number> {
    this.#expectOpen();
    const keys = this.#tags.keys(tag).filter((key) => this.#valid(key) !== undefined);
    for (const key of keys) this.#remove(key, true);
    return keys.length;
  }

  async clear(): Promise<void> {
    this.#expectOpen();
    for (const key of [...this.#entries.keys()]) this.#remove(key, true);
    this.#policy.clear();
  }

  async *entries(): AsyncIterable<TierEntry> {
    this.#expectOpen();
    for (const key of [...this.#entries.keys()]) {
      const entry = this.#valid(key);
      if (entry !== undefined) yield { key, storedBytes: entry.bytes.byteLength, meta: entry.meta };
    }
  }

  on<Name extends keyof TierEvents>(name: Name, listener: (event: TierEvents[Name]) => void): () => void {
    return this.#events.on(name, listener);
  }

  async flush(): Promise<void> {
    this.#expectOpen();
  }

  stats(): TierStats {
    const { name, maxBytes } = this;
    const { bytes, size } = this.#policy;
    return Object.freeze({
      name,
      entries: size,
      bytes,
      maxBytes,
      ...this.#counts,
      corruptions: 0,
      errors: 0,
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#entries.clear();
    this.#policy.clear();
    this.#events.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  trim({ bytes = this.maxBytes }: TrimRequest = {}): number {
    const before = this.#policy.bytes;
    this.#policy.resize(Math.max(0, Math.floor(before - bytes)), this.#evict);
    this.#policy.resize(this.maxBytes, this.#evict);
    return before - this.#policy.bytes;
  }

  readonly #evict = (key: string): void => {
    const entry = this.#entries.get(key);
    if (key === this.#arriving || entry === undefined) return;
    this.#counts.evictions += 1;
    this.#remove(key, false);
    this.#events.emit('evicted', { key, entry });
  };

  /** The entry, unless its time is over. */
  #valid(key: string): StoredEntry | undefined {
    const entry = this.#entries.get(key);
    const { expiresAtMs } = entry?.meta ?? {};
    if (expiresAtMs === undefined || this.#now() < expiresAtMs) return entry;
    this.#counts.expirations += 1;
    this.#remove(key, true);
    return undefined;
  }

  /** @param andWeight - whether the policy is to be told */
  #remove(key: string, andWeight: boolean): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#tags.remove(key, entry.meta.tags);
    if (andWeight) this.#policy.delete(key);
  }

  #expectOpen(): void {
    if (!this.#isClosed) return;
    throw new FramerailError({ code: 'E_CACHE_CLOSED', message: `The tier ${this.name} is closed` });
  }
}
