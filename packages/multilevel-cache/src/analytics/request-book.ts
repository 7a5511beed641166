import { Histogram } from '@framerail/lifecycle';
import type { CacheStats } from './cache-stats.js';
import type { ClassBook } from './class-book.js';

/** Counts what a cache was asked for, and what became of it. */
export class RequestBook<K> {
  /** Figures by class of key, if they are wanted. */
  readonly classes: ClassBook<K> | undefined;
  readonly #loadMs = new Histogram();
  readonly #memoryHitUs = new Histogram();
  #hits = 0;
  readonly #counts = {
    staleHits: 0,
    misses: 0,
    joined: 0,
    loads: 0,
    loadFailures: 0,
    refreshes: 0,
  };

  readonly #quickHits: () => number;

  /**
   * @param classes - figures by class of key, if they are wanted
   * @param quickHits - hits of memory that nobody tells of one by one
   */
  constructor(classes: ClassBook<K> | undefined, quickHits: () => number) {
    this.classes = classes;
    this.#quickHits = quickHits;
  }

  /** Calls that found a value. */
  get hits(): number {
    return this.#hits + this.#quickHits();
  }

  /** A value was found. */
  hit(key: K): void {
    this.#hits += 1;
    this.classes?.count(key, 'hits');
  }

  /** None was found. */
  missed(key: K): void {
    this.#counts.misses += 1;
    this.classes?.count(key, 'misses');
  }

  /** Counts something that isn't told by class. */
  count(what: 'staleHits' | 'joined' | 'refreshes'): void {
    this.#counts[what] += 1;
  }

  /** Memory answered a read that was measured. */
  measured(us: number): void {
    this.#memoryHitUs.record(us);
  }

  /** A loader gave a value, or failed. */
  loaded(key: K, ms: number, hasFailed: boolean): void {
    this.#counts[hasFailed ? 'loadFailures' : 'loads'] += 1;
    if (hasFailed) return;
    this.#loadMs.record(ms);
    this.classes?.count(key, 'loads');
  }

  /** A value was put into the tiers. */
  put(key: K, bytes: number): void {
    this.classes?.count(key, 'bytesSet', bytes);
  }

  /** The figures of a cache, but for its tiers. */
  snapshot(): Omit<CacheStats, 'name' | 'tiers' | 'prefetch'> {
    return {
      hits: this.hits,
      ...this.#counts,
      loadMs: this.#loadMs.snapshot(),
      memoryHitUs: this.#memoryHitUs.snapshot(),
      classes: this.classes?.snapshot() ?? Object.freeze({}),
    };
  }
}
