import type { TrimRequest } from '@framerail/lifecycle';
import type { MemoryStats } from '../../analytics/cache-stats.js';
import { MAX_SKEW_MS } from '../../cache/lifetime.js';
import type { EvictionPolicy } from '../../eviction/eviction-policy.js';
import { freshValue } from './fresh-value.js';
import type { MemoryEntry } from './memory-entry.js';
import type { MemoryTierParts } from './memory-tier-parts.js';
import { MemoryUses } from './memory-uses.js';
import { MemoryWatchers } from './memory-watcher.js';
import { Pins } from './pins.js';
import { TagIndex } from './tag-index.js';

/** Values in memory, by key, under a policy. Everything here is done at once. */
export class MemoryTier<V> {
  misses = 0;
  sets = 0;
  rejections = 0;
  evictions = 0;
  expirations = 0;
  readonly #policy: EvictionPolicy<string>;
  readonly #parts: MemoryTierParts<V>;
  /** By the policy's slot. */
  readonly #entries: (MemoryEntry<V> | undefined)[] = [undefined];
  /** By slot too: values that may be handed out without looking at their entries. */
  readonly #quickValues: (V | undefined)[] = [undefined];
  #thoroughHits = 0;
  readonly #tags = new TagIndex();
  readonly #uses: MemoryUses;
  readonly #pins = new Pins();
  /** The key that is being set, whose earlier entry isn't let go but replaced. */
  #arriving: string | undefined;
  /** Whether what goes now isn't demoted. */
  #isTrimming = false;
  /** Those who hear of what happens here. */
  readonly watchers = new MemoryWatchers();

  constructor(parts: MemoryTierParts<V>) {
    this.#parts = parts;
    this.#policy = parts.policy;
    this.#uses = new MemoryUses(parts.policy, parts.clock);
  }

  /** Uses that found an entry. */
  get hits(): number {
    return this.#uses.total;
  }

  /** Those of `quick` among them. */
  get quickHits(): number {
    return this.#uses.total - this.#thoroughHits;
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

  /**
   * The value of an entry that is fresh and has no lease, which counts as a use. Now and then it leaves one that
   * there is to `use`, where there is time to measure.
   */
  quick(key: string): V | undefined {
    const uses = this.#uses;
    const slot = this.#policy.find(key);
    if (uses.isSettled || this.watchers.hearUses) return undefined;
    const value = this.#quickValues[slot] ?? freshValue(this.#entries[slot], this.#parts.time);
    if (value === undefined) return undefined;
    uses.note(slot);
    return value;
  }

  /** The entry, which counts as a use; also one that is stale. */
  use(key: string): MemoryEntry<V> | undefined {
    const slot = this.#policy.find(key);
    const entry = this.#entries[slot];
    if (entry === undefined || this.#hasExpired(key, entry)) {
      // The policy learns from what was asked for in vain.
      this.#settledPolicy.touch(key);
      return this.#missed(key);
    }
    this.#thoroughHits += 1;
    this.#uses.note(slot);
    if (this.watchers.hearUses) this.watchers.used(key, entry.bytes);
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
    const slot = this.#settledPolicy.set(key, entry.bytes, entry.meta.cost, this.#evict);
    this.#arriving = undefined;
    if (before !== undefined) {
      this.#part(key, before, place);
    }
    if (slot === 0) {
      this.#pins.drop(key);
      this.rejections += 1;
      entry.lease?.release();
      this.watchers.set(key, entry.bytes, false);
      return false;
    }
    this.sets += 1;
    this.#uses.begin(slot);
    this.#entries[slot] = entry;
    const isQuick = entry.lease === undefined && entry.freshUntilMs === Number.POSITIVE_INFINITY;
    this.#quickValues[slot] = isQuick ? entry.value : undefined;
    this.#tags.add(key, entry.meta.tags);
    this.watchers.set(key, entry.bytes, true);
    return true;
  }

  /** Counts an entry that can't be kept, and drops the earlier one of its key. */
  refuse(key: string): void {
    this.rejections += 1;
    this.delete(key);
  }

  /** Uses of the entry of a key, since it came; 0 if there is none. */
  usesOf(key: string): number {
    const slot = this.#policy.find(key);
    return slot === 0 ? 0 : this.#uses.of(slot);
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
    for (const key of [...this.#settledPolicy.keys()]) {
      const entry = this.#entries[this.#policy.find(key)];
      if (entry !== undefined) this.#remove(key, entry);
    }
    this.#settledPolicy.clear();
  }

  /** Keeps an entry from being let go. @returns undoes it, once; `undefined` if there is none */
  pin(key: string): (() => void) | undefined {
    if (this.find(key) === undefined || !this.#settledPolicy.pin(key)) return undefined;
    return this.#pins.add(key, () => this.#settledPolicy.unpin(key, this.#evict));
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
    for (const key of this.#settledPolicy.keys()) return this.#pins.has(key) ? undefined : key;
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
    this.#settledPolicy.delete(key);
    this.#evict(key, entry.bytes, slot);
    return true;
  }

  /** Keys with their entries, from about the next to go to about the last. */
  *all(): Iterable<readonly [string, MemoryEntry<V>]> {
    for (const key of this.#settledPolicy.keys()) {
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
      const isIdle = this.#uses.idle(idleMs);
      for (const [key, entry] of [...this.all()]) {
        if (freed() >= bytes) break;
        if (!isIdle(this.#policy.find(key)) || this.#pins.has(key)) continue;
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
      this.#settledPolicy.resize(Math.max(0, Math.floor(bytes)), this.#evict);
    } finally {
      this.#settledPolicy.resize(limit, this.#evict);
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
    if (!this.#isTrimming) this.#parts.onEvict(key, entry);
    this.#part(key, entry, slot);
    this.watchers.gone(key, this.#isTrimming ? 'trimmed' : 'evicted');
  };

  /** Drops an entry whose time is over. @returns whether it was */
  #hasExpired(key: string, entry: MemoryEntry<V>): boolean {
    if (entry.freshUntilMs === Number.POSITIVE_INFINITY) return false;
    const nowMs = this.#parts.time.now();
    if (nowMs < entry.expiresAtMs && entry.meta.createdAtMs <= nowMs + MAX_SKEW_MS) return false;
    this.expirations += 1;
    this.#remove(key, entry);
    return true;
  }

  #remove(key: string, entry: MemoryEntry<V>, why: 'deleted' | 'trimmed' = 'deleted'): void {
    this.#pins.drop(key);
    this.#part(key, entry, this.#settledPolicy.delete(key));
    this.watchers.gone(key, why);
  }

  /** The policy, told of all uses. */
  get #settledPolicy(): EvictionPolicy<string> {
    this.#uses.settle();
    return this.#policy;
  }

  #part(key: string, entry: MemoryEntry<V>, slot: number): void {
    this.#entries[slot] = undefined;
    this.#quickValues[slot] = undefined;
    this.#tags.remove(key, entry.meta.tags);
    this.#parts.onGone(key, entry, this.#uses.of(slot));
    entry.lease?.release();
  }
}
