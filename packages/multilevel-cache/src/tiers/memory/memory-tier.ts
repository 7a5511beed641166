import type { Clock, TrimRequest } from '@framerail/lifecycle';
import type { MemoryStats } from '../../analytics/cache-stats.js';
import type { CacheTime } from '../../cache/cache-time.js';
import { MAX_SKEW_MS } from '../../cache/lifetime.js';
import type { EvictionPolicy } from '../../eviction/eviction-policy.js';
import type { MemoryEntry } from './memory-entry.js';
import { RecentUse } from './recent-use.js';
import { TagIndex } from './tag-index.js';

/** Hears of an entry that was let go to make room, while it is still whole. */
export type OnMemoryEvict<V> = (key: string, entry: MemoryEntry<V>) => void;

/** Clock readings are noted at every so many-th use. */
const NOTE_EVERY = 256;

/** Values in memory, by key, under a policy. Everything here is done at once. */
export class MemoryTier<V> {
  /** Numbers uses: hits and sets. */
  sequence = 0;
  misses = 0;
  sets = 0;
  rejections = 0;
  evictions = 0;
  expirations = 0;
  readonly #policy: EvictionPolicy<string>;
  readonly #time: CacheTime;
  readonly #clock: Clock;
  readonly #onEvict: OnMemoryEvict<V>;
  readonly #onGone: OnMemoryEvict<V>;
  /** By the policy's slot. */
  readonly #entries: (MemoryEntry<V> | undefined)[] = [undefined];
  readonly #tags = new TagIndex();
  readonly #recent = new RecentUse();
  readonly #pins = new Map<string, { count: number }>();
  /** The key that is being set, whose earlier entry isn't let go but replaced. */
  #arriving: string | undefined;
  /** Whether what goes now isn't demoted. */
  #isTrimming = false;

  /**
   * @param policy - empty, and nobody else's
   * @param time - of the cache
   * @param clock - monotonic
   * @param onEvict - hears of what was let go to make room
   * @param onGone - hears of every entry that isn't here any more, for whatever reason
   */
  constructor(
    policy: EvictionPolicy<string>,
    time: CacheTime,
    clock: Clock,
    onEvict: OnMemoryEvict<V>,
    onGone: OnMemoryEvict<V>,
  ) {
    this.#policy = policy;
    this.#time = time;
    this.#clock = clock;
    this.#onEvict = onEvict;
    this.#onGone = onGone;
  }

  /** Uses that found an entry. */
  get hits(): number {
    return this.sequence - this.sets;
  }

  get bytes(): number {
    return this.#policy.bytes;
  }

  get maxBytes(): number {
    return this.#policy.maxBytes;
  }

  get size(): number {
    return this.#policy.size;
  }

  /** The entry, which counts as a use; also one that is stale. */
  use(key: string): MemoryEntry<V> | undefined {
    const slot = this.#policy.touch(key);
    const entry = this.#entries[slot];
    if (entry === undefined) {
      this.misses += 1;
      return undefined;
    }
    if (entry.freshUntilMs !== Number.POSITIVE_INFINITY && this.#hasExpired(key, entry)) {
      this.misses += 1;
      return undefined;
    }
    const sequence = this.sequence + 1;
    this.sequence = sequence;
    entry.uses += 1;
    entry.usedAt = sequence;
    if (sequence % NOTE_EVERY === 0) this.#recent.note(sequence, this.#clock.now());
    return entry;
  }

  /** The entry, which doesn't count as a use; also one that is stale. */
  find(key: string): MemoryEntry<V> | undefined {
    const entry = this.#entries[this.#policy.find(key)];
    if (entry === undefined || this.#hasExpired(key, entry)) return undefined;
    return entry;
  }

  /** Keeps an entry in the place of the earlier one of its key. @returns whether it is kept; its lease is released if not */
  set(key: string, entry: MemoryEntry<V>): boolean {
    const place = this.#policy.find(key);
    const before = this.#entries[place];
    this.#arriving = key;
    const slot = this.#policy.set(key, entry.bytes, entry.meta.cost, this.#evict);
    this.#arriving = undefined;
    if (before !== undefined) {
      this.#entries[place] = undefined;
      this.#part(key, before);
    }
    if (slot === 0) {
      this.#pins.delete(key);
      this.rejections += 1;
      entry.lease?.release();
      return false;
    }
    this.sets += 1;
    this.sequence += 1;
    entry.usedAt = this.sequence;
    this.#recent.note(this.sequence, this.#clock.now());
    this.#entries[slot] = entry;
    this.#tags.add(key, entry.meta.tags);
    return true;
  }

  /** Counts an entry that can't be kept, and drops the earlier one of its key. */
  refuse(key: string): void {
    this.rejections += 1;
    this.delete(key);
  }

  delete(key: string): boolean {
    const entry = this.find(key);
    if (entry === undefined) return false;
    this.#remove(key, entry);
    return true;
  }

  /** @returns the keys that went */
  deleteByTag(tag: string): readonly string[] {
    const keys = this.#tags.keys(tag);
    for (const key of keys) {
      const entry = this.#entries[this.#policy.find(key)];
      if (entry !== undefined) this.#remove(key, entry);
    }
    return keys;
  }

  clear(): void {
    for (const key of [...this.#policy.keys()]) {
      const entry = this.#entries[this.#policy.find(key)];
      if (entry !== undefined) this.#remove(key, entry);
    }
    this.#policy.clear();
  }

  /** Keeps an entry from being let go. @returns undoes it, once; `undefined` if there is none */
  pin(key: string): (() => void) | undefined {
    if (this.find(key) === undefined || !this.#policy.pin(key)) return undefined;
    const pins = this.#pins.get(key) ?? { count: 0 };
    pins.count += 1;
    this.#pins.set(key, pins);
    let isHeld = true;
    return () => {
      // The entry may have gone meanwhile, and another one of its key been pinned by somebody else.
      if (!isHeld || this.#pins.get(key) !== pins) return;
      isHeld = false;
      pins.count -= 1;
      if (pins.count === 0) this.#pins.delete(key);
      this.#policy.unpin(key, this.#evict);
    };
  }

  /** Keys with their entries, from about the next to go to about the last. */
  *all(): Iterable<readonly [string, MemoryEntry<V>]> {
    for (const key of this.#policy.keys()) {
      const entry = this.#entries[this.#policy.find(key)];
      if (entry !== undefined) yield [key, entry];
    }
  }

  stats(): MemoryStats {
    const { bytes, maxBytes, hits, misses, sets, rejections, evictions, expirations } = this;
    const counts = { hits, misses, sets, rejections, evictions, expirations };
    return Object.freeze({ kind: 'memory', name: 'memory', entries: this.size, bytes, maxBytes, ...counts });
  }

  /** Lets entries go that aren't pinned, and doesn't demote them: memory is wanted now. @returns the bytes they weighed */
  trim(bytes: number, { idleMs }: Pick<TrimRequest, 'idleMs'>): number {
    const before = this.bytes;
    const expired = [...this.all()].filter(([key, entry]) => this.#hasExpired(key, entry));
    const freed = (): number => before - this.bytes;
    if (idleMs !== undefined && idleMs > 0) {
      const nowMs = this.#clock.now();
      const last = this.#recent.idleSince(nowMs, idleMs);
      this.#recent.note(this.sequence, nowMs);
      for (const [key, entry] of [...this.all()]) {
        if (freed() >= bytes) break;
        if (entry.usedAt > last || this.#pins.has(key)) continue;
        this.evictions += 1;
        this.#remove(key, entry);
      }
      return freed();
    }
    if (freed() >= bytes || expired.length === this.size) return freed();
    const limit = this.#policy.maxBytes;
    this.#isTrimming = true;
    try {
      this.#policy.resize(Math.max(0, Math.floor(before - bytes)), this.#evict);
    } finally {
      this.#policy.resize(limit, this.#evict);
      this.#isTrimming = false;
    }
    return freed();
  }

  readonly #evict = (key: string, _bytes: number, slot: number): void => {
    // The one being set, which its own set parts from.
    if (key === this.#arriving) return;
    const entry = this.#entries[slot];
    if (entry === undefined) return;
    this.evictions += 1;
    if (!this.#isTrimming) this.#onEvict(key, entry);
    this.#entries[slot] = undefined;
    this.#part(key, entry);
  };

  /** Drops an entry whose time is over. @returns whether it was */
  #hasExpired(key: string, entry: MemoryEntry<V>): boolean {
    if (entry.freshUntilMs === Number.POSITIVE_INFINITY) return false;
    const nowMs = this.#time.now();
    if (nowMs < entry.expiresAtMs && entry.meta.createdAtMs <= nowMs + MAX_SKEW_MS) return false;
    this.expirations += 1;
    this.#remove(key, entry);
    return true;
  }

  #remove(key: string, entry: MemoryEntry<V>): void {
    this.#entries[this.#policy.delete(key)] = undefined;
    this.#pins.delete(key);
    this.#part(key, entry);
  }

  #part(key: string, entry: MemoryEntry<V>): void {
    this.#tags.remove(key, entry.meta.tags);
    this.#onGone(key, entry);
    entry.lease?.release();
  }
}
