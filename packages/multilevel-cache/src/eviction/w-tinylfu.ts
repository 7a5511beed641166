import { expectInteger } from '@framerail/lifecycle';
import type { EvictionOptions, EvictionPolicy, OnEvict } from './eviction-policy.js';
import { FrequencySketch } from './frequency-sketch.js';
import { hashKey } from './key-hash.js';
import { FIRST_SETTING, SettingTrials } from './setting-trials.js';
import { WORTHY_USES } from './window-setting.js';
import { WindowedTinyLfu } from './windowed-tinylfu.js';

/** What {@link wTinyLfu} is made with. */
export interface WTinyLfuOptions<K> extends EvictionOptions<K> {
  /** Keeps what is dear to make again, by the `cost` given to `set`; default false: all uses count alike. */
  readonly costAware?: boolean | undefined;
}

/** After so many hits in a row for each entry, or in all, there is little to learn until something is missing. */
const CONTENT = 32;
const CONTENT_IN_ALL = 50_000;
/** Then one use in so many is looked at; a power of two. */
const GLANCE = 8;

/**
 * W-TinyLFU whose window adapts: keeps what is used often, weighed by bytes, and gives what is new or recent as much
 * room as helps. A sketch counts uses, also of keys that went; several ways of dividing the room, from least
 * recently used to most frequently used, run in miniature beside it, and it takes the best one (see `SettingTrials`). The default.
 *
 * @param options - how much it may hold
 * @throws FramerailError `E_UNBOUNDED` without `maxBytes`, `E_INVALID_ARGUMENT` for options that are wrong
 */
export function wTinyLfu<K>(options: WTinyLfuOptions<K>): EvictionPolicy<K> {
  return new AdaptiveTinyLfu(options);
}

/**
 * Share of the entries that were used twice more while the cache filled from which on newcomers are as good as entries that
 * were not used: then most of what comes back does so soon, and who hasn't will rarely.
 */
const LIVELY_SHARE = 1 / 3;

/** Lists of a mirror: what its leader keeps, and what it doesn't. */
const [SURPLUS, MIRRORED] = [2, 3];

class AdaptiveTinyLfu<K> extends WindowedTinyLfu<K> {
  readonly #sketch: FrequencySketch;
  readonly #isCostAware: boolean;
  #trials: SettingTrials | undefined;
  #mostEntries = 0;
  #hitsInRow = 0;
  #contentAfter = 0;
  /** Slots of entries that take part in the trials, by hash. */
  readonly #slots = new Map<number, number>();
  /**
   * Whether every key takes part in the trials. Then the cache keeps exactly what their leader keeps, whichever that is,
   * and beside it, until there is no room, what an earlier one kept.
   */
  #isMirror = false;
  readonly #isDropped = (hash: number): void => {
    const slot = this.#slots.get(hash);
    if (!this.#isMirror || slot === undefined || this.table.list[slot] !== MIRRORED) return;
    this.list(MIRRORED).remove(slot);
    this.list(SURPLUS).unshift(slot);
  };

  constructor(options: WTinyLfuOptions<K>) {
    const sketch = new FrequencySketch();
    const { hash = hashKey, costAware = false } = options ?? {};
    const knowledge = { hash, frequency: (bits: number) => sketch.frequency(bits) };
    super(options, knowledge, FIRST_SETTING, costAware);
    this.#sketch = sketch;
    this.#isCostAware = costAware;
  }

  override delete(key: K): number {
    const slot = super.delete(key);
    if (slot === 0) return 0;
    const hash = this.table.hash[slot] as number;
    if (this.#trials?.takes(hash)) this.#trials.delete(hash);
    return slot;
  }

  override resize(maxBytes: number, evict: OnEvict<K>): void {
    expectInteger('maxBytes', maxBytes, { min: 0 });
    this.#trials?.resize(maxBytes, this.#isDropped);
    super.resize(maxBytes, evict);
  }

  override clear(): void {
    super.clear();
    this.#sketch.clear();
    this.#trials = undefined;
    this.#isMirror = false;
    this.#slots.clear();
    this.#mostEntries = 0;
    this.setting = FIRST_SETTING;
  }

  protected override missed(key: K): void {
    this.#sketch.increment(this.knowledge.hash(key));
  }

  /** As `touchSlot` for each, without a look at those that would be passed over. */
  override touchSlots(slots: Uint32Array, count: number): void {
    let index = 0;
    while (index < count && this.#hitsInRow < this.#contentAfter) {
      this.used(slots[index] as number);
      index += 1;
    }
    const passed = GLANCE - 1;
    while (index < count) {
      const next = Math.min(count - index - 1, passed - (this.#hitsInRow & passed));
      this.#hitsInRow += next;
      this.used(slots[index + next] as number);
      index += next + 1;
    }
  }

  protected override used(slot: number): void {
    this.#hitsInRow += 1;
    const isContent = this.#hitsInRow > this.#contentAfter;
    if (isContent && (this.#hitsInRow & (GLANCE - 1)) !== 0) return;
    if (this.#isMirror) this.list(this.table.list[slot] as number).refresh(slot);
    else super.used(slot);
    const hash = this.table.hash[slot] as number;
    this.#sketch.increment(hash);
    if (isContent || !this.#trials?.takes(hash)) return;
    this.#tryUse(this.#trials, hash, this.table.bytes[slot] as number, this.costOf(slot));
    if (!this.#isMirror || this.table.list[slot] !== SURPLUS || !this.#trials.leader.has(hash)) return;
    this.list(SURPLUS).remove(slot);
    this.list(MIRRORED).unshift(slot);
  }

  protected override admit(key: K, bytes: number, cost: number, evict: OnEvict<K>): number {
    const hash = this.knowledge.hash(key);
    // What was asked for before it came was counted then.
    if (this.#sketch.frequency(hash) === 0) this.#sketch.increment(hash);
    this.#hitsInRow = 0;
    this.#contentAfter = Math.min(CONTENT * this.size, CONTENT_IN_ALL);
    if (this.bytes + bytes > this.limit || this.size >= this.maxEntries) this.#tryOut();
    const takesPart = this.#trials?.takes(hash) === true;
    if (this.#trials && takesPart) this.#tryUse(this.#trials, hash, bytes, this.#isCostAware ? cost : 0);
    const slot = this.#isMirror
      ? this.#admitToMirror(key, hash, bytes, cost, evict)
      : super.admit(key, bytes, cost, evict);
    if (slot !== 0 && takesPart) this.#slots.set(hash, slot);
    if (this.size > this.#mostEntries) {
      this.#mostEntries = this.size;
      this.#sketch.reserve(this.size);
    }
    return slot;
  }

  protected override unpinned(slot: number): void {
    if (this.#isMirror) this.list(this.#listOf(slot)).unshift(slot);
    else super.unpinned(slot);
  }

  protected override victim(): number {
    if (!this.#isMirror) return super.victim();
    return this.list(SURPLUS).last() || this.list(MIRRORED).last();
  }

  protected override drop(slot: number): void {
    super.drop(slot);
    const hash = this.table.hash[slot] as number;
    if (this.#slots.get(hash) === slot) this.#slots.delete(hash);
  }

  #admitToMirror(key: K, hash: number, bytes: number, cost: number, evict: OnEvict<K>): number {
    const isKept = this.#trials?.leader.has(hash) === true;
    if (isKept) this.makeRoom(bytes, 1, evict);
    const slot = this.table.add(key, bytes);
    this.table.hash[slot] = hash;
    this.price(slot, cost);
    this.list(isKept ? MIRRORED : SURPLUS).unshift(slot);
    if (isKept) return slot;
    this.letGo(slot, evict);
    return 0;
  }

  #tryUse(trials: SettingTrials, hash: number, bytes: number, cost: number): void {
    const { leader } = trials;
    trials.use(hash, bytes, cost, this.#isDropped);
    if (trials.leader === leader) return;
    this.setting = trials.leader.setting;
    if (this.#isMirror) this.#sort();
  }

  /** Sorts entries by whether the leader has them. */
  #sort(): void {
    for (const slot of [...this.slots()]) {
      const [from, to] = [this.table.list[slot] as number, this.#listOf(slot)];
      if (from === to || from === this.pinned.id) continue;
      this.list(from).remove(slot);
      this.list(to).unshift(slot);
    }
  }

  #listOf(slot: number): number {
    return this.#trials?.leader.has(this.table.hash[slot] as number) ? MIRRORED : SURPLUS;
  }

  /** Opens the trials once the cache is full, and anew when it has many times more entries than they were made for. */
  #tryOut(): void {
    if (this.#trials?.fits(this.size)) return;
    const { limit, maxEntries, size, table } = this;
    const slots = [...this.slots()];
    const [costAware, first] = [this.#isCostAware, table.bytes[slots[0] ?? 0]];
    const hasSizes = slots.some((slot) => table.bytes[slot] !== first);
    const frequency = (hash: number): number => this.#sketch.frequency(hash);
    const holds = (hash: number): boolean => this.#slots.has(hash);
    const options = { maxBytes: limit, maxEntries, size, hasSizes, frequency, holds, costAware };
    const trials = new SettingTrials(options, this.setting);
    this.#slots.clear();
    const worthy = slots.filter((slot) => (table.mark[slot] as number) >= WORTHY_USES).length;
    const isLively = trials.rate === 1 && !hasSizes && !costAware && worthy >= LIVELY_SHARE * size;
    for (const slot of slots) {
      const hash = table.hash[slot] as number;
      if (!trials.takes(hash)) continue;
      const uses = isLively ? (table.mark[slot] as number) : 0;
      trials.warm(hash, table.bytes[slot] as number, this.costOf(slot), uses);
      this.#slots.set(hash, slot);
    }
    if (isLively) trials.leader.distrust();
    this.#trials = trials;
    this.#isMirror = trials.rate === 1;
    if (this.#isMirror) this.#sort();
  }
}
