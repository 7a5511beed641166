import { type KeyKnowledge, WindowedTinyLfu, type WindowSetting } from './windowed-tinylfu.js';

/** From all for frequency to all for recency. */
const SETTINGS: readonly WindowSetting[] = [
  { windowShare: 0.01, admission: 'frequency' },
  { windowShare: 0.2, admission: 'frequency' },
  { windowShare: 0.05, admission: 'again' },
  { windowShare: 0.3, admission: 'again' },
  { windowShare: 0.8, admission: 'again' },
  { windowShare: 1, admission: 'always' },
];

/** The setting to begin with. It loses least while nothing is known. */
export const FIRST_SETTING = SETTINGS[2] as WindowSetting;

/** A miniature has this many entries or up to twice as many, unless the cache itself has fewer. */
const MINIATURE_ENTRIES = 512;
const MAX_RATE = 4096;
/** How often settings are compared: after uses of a tenth of the entries, and never after fewer than so many. */
const EPOCH_SHARE = 0.1;
const MIN_EPOCH = 64;
/** What is left after an epoch of the weight of earlier ones. */
const DECAY = 0.99;
/** By how much of all uses another setting must be ahead; together with what chance would do. */
const LEAD = 0.004;
/**
 * A change lets go of what the other setting would not have kept, and gains only once what it would have kept has come
 * again. So another setting must also be ahead by a share of the entries in which the two differ; by a share of all if
 * its window is larger, since entries of the main area go for that unasked; and by a larger share if the cache went
 * nearly by recency alone, since then it holds little of what the other setting would build on.
 */
const LEAD_OF_DIFFERENT = 0.15;
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
  /** Frequencies by hash; the cache's own. */
  frequency(hash: number): number;
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
  /** One in so many keys takes part; a power of two. */
  readonly rate: number;
  readonly #trials: readonly Trial[];
  readonly #gains = new Float64Array(SETTINGS.length);
  #uses = 0;
  #usesInEpoch = 0;
  #leader: number;

  /**
   * @param options - what to know of the cache
   * @param current - its setting
   */
  constructor(options: TrialOptions, current: WindowSetting) {
    let rate = 1;
    while (rate < MAX_RATE && options.size / rate >= 2 * MINIATURE_ENTRIES) rate *= 2;
    this.rate = rate;
    const limits = {
      maxBytes: Math.max(1, Math.floor(options.maxBytes / rate)),
      maxEntries: Math.max(1, Math.floor(options.maxEntries / rate)),
    };
    const knowledge: KeyKnowledge<number> = {
      hash: (key) => key,
      frequency: (hash) => options.frequency(hash),
    };
    this.#trials = SETTINGS.map(
      (setting) => new WindowedTinyLfu(limits, knowledge, setting, options.costAware),
    );
    this.#leader = Math.max(0, SETTINGS.indexOf(current));
  }

  /** Whether they are still of a fitting size for a cache of so many entries, and not several times too large. */
  fits(size: number): boolean {
    return size < 8 * MINIATURE_ENTRIES * this.rate || this.rate === MAX_RATE;
  }

  /** Whether a key takes part. */
  takes(hash: number): boolean {
    return ((hash >>> 20) & (this.rate - 1)) === 0;
  }

  /** Puts an entry in that the cache has from before; not a use. */
  warm(hash: number, bytes: number, cost: number): void {
    for (const trial of this.#trials) trial.set(hash, bytes, cost, ignore);
  }

  /**
   * A use of a key that takes part.
   *
   * @returns the setting that the cache should have now
   */
  use(hash: number, bytes: number, cost: number): WindowSetting {
    for (let index = 0; index < this.#trials.length; index += 1) {
      const trial = this.#trials[index] as Trial;
      const slot = trial.touch(hash);
      if (slot === 0) trial.set(hash, bytes, cost, ignore);
      else this.#gains[index] = (this.#gains[index] as number) + trial.worth(slot);
    }
    this.#uses += 1;
    this.#usesInEpoch += 1;
    const entries = (this.#trials[0] as Trial).size;
    if (this.#usesInEpoch >= Math.max(MIN_EPOCH, entries * EPOCH_SHARE)) this.#compare();
    return SETTINGS[this.#leader] as WindowSetting;
  }

  /** An entry was deleted. */
  delete(hash: number): void {
    for (const trial of this.#trials) trial.delete(hash);
  }

  /** The cache has another size. */
  resize(maxBytes: number): void {
    for (const trial of this.#trials) trial.resize(Math.floor(maxBytes / this.rate), ignore);
  }

  #compare(): void {
    const gains = this.#gains;
    let best = this.#leader;
    for (let index = 0; index < gains.length; index += 1)
      if ((gains[index] as number) > (gains[best] as number)) best = index;
    if (best !== this.#leader && this.#isWorthwhile(best)) this.#leader = best;
    this.#usesInEpoch = 0;
    this.#uses *= DECAY;
    for (let index = 0; index < gains.length; index += 1) gains[index] = (gains[index] as number) * DECAY;
  }

  #isWorthwhile(candidate: number): boolean {
    const [theirs, ours] = [this.#gains[candidate] as number, this.#gains[this.#leader] as number];
    const [other, own] = [this.#trials[candidate], this.#trials[this.#leader]] as [Trial, Trial];
    // Uses in which two settings differ are like tosses of a coin: their root is what chance would do.
    const lead = theirs - ours;
    const price = priceOf(own.setting, other.setting) * own.size;
    if (lead <= LEAD * this.#uses + Math.sqrt(lead) + price) return false;
    let different = 0;
    for (const key of own.keys()) if (!other.has(key)) different += 1;
    return lead >= LEAD_OF_DIFFERENT * different;
  }
}

/** By what share of all entries a setting must be ahead of the one that there is. */
function priceOf(own: WindowSetting, other: WindowSetting): number {
  if (other.windowShare > own.windowShare) return LEAD_FOR_LARGER_WINDOW;
  return own.windowShare >= RECENCY_SHARE ? LEAD_OVER_RECENCY : 0;
}

function ignore(): void {}
