import type { EvictionOptions, EvictionPolicy, OnEvict } from './eviction-policy.js';
import { FrequencySketch } from './frequency-sketch.js';
import { hashKey } from './key-hash.js';
import { FIRST_SETTING, SettingTrials } from './setting-trials.js';
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
 * room as helps. A sketch counts uses, also of keys that went; six ways of dividing the room, from least recently used
 * to most frequently used, run in miniature beside it, and it takes the best one (see `SettingTrials`). The default.
 *
 * @param options - how much it may hold
 * @throws FramerailError `E_UNBOUNDED` without `maxBytes`, `E_INVALID_ARGUMENT` for options that are wrong
 */
export function wTinyLfu<K>(options: WTinyLfuOptions<K>): EvictionPolicy<K> {
  return new AdaptiveTinyLfu(options);
}

class AdaptiveTinyLfu<K> extends WindowedTinyLfu<K> {
  readonly #sketch: FrequencySketch;
  readonly #isCostAware: boolean;
  #trials: SettingTrials | undefined;
  #mostEntries = 0;
  #hitsInRow = 0;
  #contentAfter = 0;

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
    // Its hash stands there until the slot is another's.
    if (slot !== 0 && this.#trials?.takes(this.table.hash[slot] as number))
      this.#trials.delete(this.table.hash[slot] as number);
    return slot;
  }

  override resize(maxBytes: number, evict: OnEvict<K>): void {
    super.resize(maxBytes, evict);
    this.#trials?.resize(maxBytes);
  }

  override clear(): void {
    super.clear();
    this.#sketch.clear();
    this.#trials = undefined;
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
    super.used(slot);
    const hash = this.table.hash[slot] as number;
    this.#sketch.increment(hash);
    if (!isContent && this.#trials?.takes(hash))
      this.setting = this.#trials.use(hash, this.table.bytes[slot] as number, this.costOf(slot));
  }

  protected override admit(key: K, bytes: number, cost: number, evict: OnEvict<K>): number {
    const hash = this.knowledge.hash(key);
    // What was asked for before it came was counted then.
    if (this.#sketch.frequency(hash) === 0) this.#sketch.increment(hash);
    this.#hitsInRow = 0;
    this.#contentAfter = Math.min(CONTENT * this.size, CONTENT_IN_ALL);
    if (this.#trials?.takes(hash)) this.setting = this.#trials.use(hash, bytes, cost);
    else if (this.bytes + bytes > this.limit || this.size >= this.maxEntries) this.#tryOut();
    const slot = super.admit(key, bytes, cost, evict);
    if (this.size > this.#mostEntries) {
      this.#mostEntries = this.size;
      this.#sketch.reserve(this.size);
    }
    return slot;
  }

  /** Opens the trials once the cache is full, and anew when it has many times more entries than they were made for. */
  #tryOut(): void {
    if (this.#trials?.fits(this.size)) return;
    const { limit, maxEntries, size, table } = this;
    const frequency = (hash: number): number => this.#sketch.frequency(hash);
    const costAware = this.#isCostAware;
    const trials = new SettingTrials(
      { maxBytes: limit, maxEntries, size, frequency, costAware },
      this.setting,
    );
    for (const slot of this.slots()) {
      const hash = table.hash[slot] as number;
      if (trials.takes(hash)) trials.warm(hash, table.bytes[slot] as number, this.costOf(slot));
    }
    this.#trials = trials;
  }
}
