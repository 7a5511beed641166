import type { HistogramSnapshot } from '@framerail/lifecycle';
import type { LaneStats } from '../write/lane-stats.js';

/** The memory tier. Counts are since the cache was made. */
export interface MemoryStats {
  /** `memory`, for the tier of values. */
  readonly kind: 'memory';
  /** `memory`. */
  readonly name: string;
  /** Entries that it has, expired ones among them that nobody asked for since. */
  readonly entries: number;
  /** What they weigh. */
  readonly bytes: number;
  /** The cap on `bytes`. */
  readonly maxBytes: number;
  /** Uses that found an entry, stale ones among them. */
  readonly hits: number;
  /** Uses that found none. */
  readonly misses: number;
  /** Entries that were kept. */
  readonly sets: number;
  /** Entries that weren't kept. */
  readonly rejections: number;
  /** Entries that were let go to make room, or because memory was wanted. */
  readonly evictions: number;
  /** Entries whose time was over. */
  readonly expirations: number;
}

/** Figures of a class of keys. */
export interface ClassStats {
  /** Uses that found a value. */
  readonly hits: number;
  /** Uses that found none. */
  readonly misses: number;
  /** Values that were loaded. */
  readonly loads: number;
  /** Bytes of the values that were set or loaded, as they weigh in memory. */
  readonly bytesSet: number;
}

/** What playheads and recognised readers do. Counts are since the cache was made. */
export interface PrefetchStats {
  /** Playheads that are open. */
  readonly playheads: number;
  /** Readers that were recognised and are followed. */
  readonly readers: number;
  /** Entries ahead of them that aren't let go. */
  readonly held: number;
  /** What these weigh. */
  readonly heldBytes: number;
  /** Loads that run. */
  readonly running: number;
  /** Loads that gave a value. */
  readonly fetched: number;
  /** Loads that failed. */
  readonly failed: number;
  /** Loads that were given up, because the reader went elsewhere. */
  readonly aborted: number;
}

/** A snapshot of a cache. Counts are since it was made. */
export interface CacheStats {
  /** The cache's name. */
  readonly name: string;
  /** Calls of `get`, `getSync`, `lease` and `getOrLoad` that found a value, stale ones that were handed out among them. */
  readonly hits: number;
  /** Those of them that handed out a stale value. */
  readonly staleHits: number;
  /** Calls that found none. */
  readonly misses: number;
  /** Calls that waited for what somebody else had begun to look for or to load. */
  readonly joined: number;
  /** Loaders that gave a value. */
  readonly loads: number;
  /** Loaders that failed. */
  readonly loadFailures: number;
  /** Loads that were begun to make a stale value anew. */
  readonly refreshes: number;
  /** Milliseconds of loads that gave a value. */
  readonly loadMs: HistogramSnapshot;
  /** Microseconds of reads that memory answered, one in 256 being measured. */
  readonly memoryHitUs: HistogramSnapshot;
  /** The tiers, from above. */
  readonly tiers: readonly (MemoryStats | LaneStats)[];
  /** Playheads, and readers that were recognised. */
  readonly prefetch: PrefetchStats;
  /** By class of key, with `classOf`. */
  readonly classes: Readonly<Record<string, ClassStats>>;
}
