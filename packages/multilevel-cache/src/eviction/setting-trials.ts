import type { OnEvict } from './eviction-policy.js';
import type { KeyKnowledge, WindowSetting } from './window-setting.js';
import { WindowedTinyLfu } from './windowed-tinylfu.js';

/** The setting to begin with. It loses least while nothing is known. */
export const FIRST_SETTING: WindowSetting = { windowShare: 0.05, admission: 'queue' };

/** From all for frequency to all for recency. */
const SETTINGS: readonly WindowSetting[] = [
  { windowShare: 0.01, admission: 'frequency' },
  { windowShare: 0.01, admission: 'frequency-over-next' },
  { windowShare: 0.2, admission: 'frequency' },
  FIRST_SETTING,
  { windowShare: 0.3, admission: 'again' },
  { windowShare: 0.8, admission: 'again' },
  { windowShare: 1, admission: 'always' },
];

/**
 * A miniature has this many entries or up to twice as many, unless the cache itself has fewer. Half of that misjudges
 * caches of thousands by some points; seven of these take about 2 MB.
 */
const MINIATURE_ENTRIES = 2048;
const MAX_RATE = 4096;
/** How often settings are compared: after uses of a tenth of the entries, and never after fewer than so many. */
const EPOCH_SHARE = 0.1;
const MIN_EPOCH = 64;
/** What is left after an epoch of the weight of earlier ones. */
const DECAY = 0.99;
/**
 * Uses by which another setting must be ahead for each entry that it would have and the cache hasn't: a change gains only
 * once those have come again. If the cache follows it exactly, that costs at most one miss for each that does.
 */
const LEAD_OF_MISSING = 0.6;
const LEAD_OF_USED = 0.15;
const LEAD_OF_UNUSED = 0.03;
/**
 * In samples, by how much of all uses another setting must be ahead besides; by what share of all entries if its window
 * is larger, since entries of the main area go for that unasked; and by what share if the cache went nearly by recency
 * alone, since then it holds little of what the other setting would build on.
 */
const LEAD = 0.004;
const LEAD_FOR_LARGER_WINDOW = 0.06;
const LEAD_OVER_RECENCY = 0.15;
/** From this window on a cache goes nearly by recency alone. */
const RECENCY_SHARE = 0.8;

type Trial = WindowedTinyLfu<number>;

/** What the trials need to know of the cache. */
export interface TrialOptions {
  /** Bytes that the cache may hold. */
  readonly maxBytes: number;
  /** Entries that it may hold. */
  readonly maxEntries: number;
  /** Entries that it holds now, when it is full. */
  readonly size: number;
  /** Whether its entries weigh differently. */
  readonly hasSizes: boolean;
  /** Frequencies by hash; the cache's own. */
  frequency(hash: number): number;
  /** Whether the cache holds the entry with this hash, which takes part. */
  holds(hash: number): boolean;
  /** Uses are weighed by what making an entry again costs. */
  readonly costAware: boolean;
}

/**
 * Finds the best setting by trying all of them, in miniature: each runs beside the cache with one in `rate` of its
 * keys and as much less room, which gives nearly the hit rate that it would have at full size (Waldspurger, Saemundsson,
 * Ahmad, Park: "Cache Modeling and Optimization using Miniature Simulations", USENIX ATC 2017). That is a hill climb that
 * sees all directions at once: it needs no trial of a worse setting on the cache itself.
 */
export class SettingTrials {
  /** One in so many keys takes part; a power of two. 1: each is what the cache would be. */
  readonly rate: number;
  readonly #trials: readonly Trial[];
  readonly #gains: Float64Array;
  readonly #holds: (hash: number) => boolean;
  #uses = 0;
  #usesInEpoch = 0;
  #leader: number;

  /**
   * @param options - what to know of the cache
   * @param current - its setting
   */
  constructor(options: TrialOptions, current: WindowSetting) {
    const { maxBytes, maxEntries, size, hasSizes, costAware } = options;
    let rate = 1;
    while (rate < MAX_RATE && size / rate >= 2 * MINIATURE_ENTRIES) rate *= 2;
    this.rate = rate;
    const limits = {
      maxBytes: Math.max(1, Math.floor(maxBytes / rate)),
      maxEntries: Math.max(1, Math.floor(maxEntries / rate)),
    };
    const knowledge: KeyKnowledge<number> = {
      hash: (key) => key,
      frequency: (hash) => options.frequency(hash),
    };
    // Where all weigh alike those who would go for a candidate are one.
    const settings = SETTINGS.filter(
      (setting) => hasSizes || setting === current || setting.admission !== 'frequency-over-next',
    );
    this.#trials = settings.map((setting) => new WindowedTinyLfu(limits, knowledge, setting, costAware));
    this.#gains = new Float64Array(settings.length);
    this.#leader = Math.max(0, settings.indexOf(current));
    this.#holds = (hash) => options.holds(hash);
  }

  /** The one whose setting the cache should have. */
  get leader(): WindowedTinyLfu<number> {
    return this.#trials[this.#leader] as Trial;
  }

  /** Whether they are still of a fitting size for a cache of so many entries, and not several times too large. */
  fits(size: number): boolean {
    return size < 8 * MINIATURE_ENTRIES * this.rate || this.rate === MAX_RATE;
  }

  /** Whether a key takes part. */
  takes(hash: number): boolean {
    return ((hash >>> 20) & (this.rate - 1)) === 0;
  }

  /**
   * Puts an entry in that the cache has from before; not a use.
   *
   * @param uses - what the leader is told of its uses until now
   */
  warm(hash: number, bytes: number, cost: number, uses: number): void {
    for (const trial of this.#trials) trial.set(hash, bytes, cost, ignore);
    for (let use = 0; use < uses; use += 1) this.leader.touch(hash);
  }

  /**
   * A use of a key that takes part.
   *
   * @param evict - hears whom the leader lets go
   */
  use(hash: number, bytes: number, cost: number, evict: OnEvict<number>): void {
    for (let index = 0; index < this.#trials.length; index += 1) {
      const trial = this.#trials[index] as Trial;
      const slot = trial.touch(hash);
      if (slot !== 0) this.#gains[index] = (this.#gains[index] as number) + trial.worth(slot);
      if (slot === 0 || trial.bytesAt(slot) !== bytes)
        trial.set(hash, bytes, cost, index === this.#leader ? evict : ignore);
    }
    this.#uses += 1;
    this.#usesInEpoch += 1;
    if (this.#usesInEpoch >= Math.max(MIN_EPOCH, this.leader.size * EPOCH_SHARE)) this.#compare();
  }

  /** An entry was deleted. */
  delete(hash: number): void {
    for (const trial of this.#trials) trial.delete(hash);
  }

  /**
   * The cache has another size.
   *
   * @param evict - hears whom the leader lets go
   */
  resize(maxBytes: number, evict: OnEvict<number>): void {
    for (const trial of this.#trials)
      trial.resize(Math.floor(maxBytes / this.rate), trial === this.leader ? evict : ignore);
  }

  #compare(): void {
    const gains = this.#gains;
    let [best, most] = [this.#leader, 0];
    for (let index = 0; index < gains.length; index += 1) {
      const surplus = this.#surplus(index);
      if (surplus > most) [best, most] = [index, surplus];
    }
    this.#leader = best;
    this.#usesInEpoch = 0;
    this.#uses *= DECAY;
    for (let index = 0; index < gains.length; index += 1) gains[index] = (gains[index] as number) * DECAY;
  }

  /** Uses by which a setting is ahead of the leader beyond what the change costs. */
  #surplus(candidate: number): number {
    const lead = (this.#gains[candidate] as number) - (this.#gains[this.#leader] as number);
    if (lead <= 0) return 0;
    const isWhole = this.rate === 1;
    const other = this.#trials[candidate] as Trial;
    // Uses in which two settings differ are like tosses of a coin: their root is what chance would do.
    const rest = lead - Math.sqrt(lead) - (isWhole ? 0 : this.#priceInSamples(other));
    if (rest <= 0) return 0;
    const used = isWhole ? LEAD_OF_USED : LEAD_OF_MISSING;
    const unused = isWhole ? LEAD_OF_UNUSED : LEAD_OF_MISSING;
    return rest - other.priceOfMissing(this.#holds, { used, unused, most: rest });
  }

  #priceInSamples(other: Trial): number {
    const [own, { windowShare }] = [this.leader, other.setting];
    let price = own.setting.windowShare >= RECENCY_SHARE ? LEAD_OVER_RECENCY : 0;
    if (windowShare > own.setting.windowShare) price = LEAD_FOR_LARGER_WINDOW;
    return LEAD * this.#uses + price * own.size;
  }
}

function ignore(): void {}
