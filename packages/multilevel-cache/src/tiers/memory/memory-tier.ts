import type { Clock, TrimRequest } from '@framerail/lifecycle';
import type { MemoryStats } from '../../analytics/cache-stats.js';
import type { CacheTime } from '../../cache/cache-time.js';
import { MAX_SKEW_MS } from '../../cache/lifetime.js';
import type { EvictionPolicy } from '../../eviction/eviction-policy.js';
import type { MemoryEntry } from './memory-entry.js';
import { MemoryWatchers } from './memory-watcher.js';
import { Pins } from './pins.js';
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
  readonly #pins = new Pins();
  /** The key that is being set, whose earlier entry isn't let go but replaced. */
  #arriving: string | undefined;
  /** Whether what goes now isn't demoted. */
  #isTrimming = false;
  /** Those who hear of what happens here. */
  readonly watchers = new MemoryWatchers();

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
    if (entry === undefined) return this.#missed(key);
    if (entry.freshUntilMs !== Number.POSITIVE_INFINITY && this.#hasExpired(key, entry))
      return this.#missed(key);
    const sequence = this.sequence + 1;
    this.sequence = sequence;
    entry.uses += 1;
    entry.usedAt = sequence;
    if (sequence % NOTE_EVERY === 0) this.#recent.note(sequence, this.#clock.now());
    if (this.watchers.hasAny) this.watchers.used(key, entry.bytes);
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
    this.watchers.arriving(key, entry.bytes);
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
      this.#pins.drop(key);
      this.rejections += 1;
      entry.lease?.release();
      this.watchers.set(key, entry.bytes, false);
      return false;
    }
    this.sets += 1;
    this.sequence += 1;
    entry.usedAt = this.sequence;
    this.#recent.note(this.sequence, this.#clock.now());
    this.#entries[slot] = entry;
    this.#tags.add(key, entry.meta.tags);
    this.watchers.set(key, entry.bytes, true);
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
    return this.#pins.add(key, () => this.#policy.unpin(key, this.#evict));
  }

  /** Whether an entry of this weight needs others to go. */
  needsRoom(key: string, bytes: number): boolean {
    const before = this.#entries[this.#policy.find(key)];
    const { maxBytes, maxEntries, size } = this.#policy;
    return (
      this.bytes - (before?.bytes ?? 0) + bytes > maxBytes || (before === undefined && size >= maxEntries)
    );
  }

  /** The key that is about the next to go; `undefined` if there is none that may. */
  nextToGo(): string | undefined {
    for (const key of this.#policy.keys()) return this.#pins.has(key) ? undefined : key;
    return undefined;
  }

  /** Whether somebody keeps an entry from being let go. */
  isPinned(key: string): boolean {
    return this.#pins.has(key);
  }

  /** Lets an entry go to make room, as the policy does. @returns whether it was there, and nobody has it pinned */
  letGo(key: string): boolean {
    const slot = this.#policy.find(key);
    const entry = this.#entries[slot];
    if (entry === undefined || this.#pins.has(key)) return false;
    this.#policy.delete(key);
    this.#evict(key, entry.bytes, slot);
    return true;
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
        this.#remove(key, entry, 'trimmed');
      }
      return freed();
    }
    if (freed() >= bytes || expired.length === this.size) return freed();
    this.#shrinkTo(before - bytes);
    if (freed() < bytes && this.watchers.hasAny) {
      this.watchers.trimming();
      this.#shrinkTo(before - bytes);
    }
    return freed();
  }

  #shrinkTo(bytes: number): void {
    const limit = this.#policy.maxBytes;
    this.#isTrimming = true;
    try {
      this.#policy.resize(Math.max(0, Math.floor(bytes)), this.#evict);
    } finally {
      this.#policy.resize(limit, this.#evict);
      this.#isTrimming = false;
    }
  }

  #missed(key: string): undefined {
    this.misses += 1;
    this.watchers.used(key, undefined);
    return undefined;
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
    this.watchers.gone(key, this.#isTrimming ? 'trimmed' : 'evicted');
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

  #remove(key: string, entry: MemoryEntry<V>, why: 'deleted' | 'trimmed' = 'deleted'): void {
    this.#entries[this.#policy.delete(key)] = undefined;
    this.#pins.drop(key);
    this.#part(key, entry);
    this.watchers.gone(key, why);
  }

  #part(key: string, entry: MemoryEntry<V>): void {
    this.#tags.remove(key, entry.meta.tags);
    this.#onGone(key, entry);
    entry.lease?.release();
  }
}
