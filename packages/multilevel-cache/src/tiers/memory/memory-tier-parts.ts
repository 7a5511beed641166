import type { Clock } from '@framerail/lifecycle';
import type { CacheTime } from '../../cache/cache-time.js';
import type { EvictionPolicy } from '../../eviction/eviction-policy.js';
import type { MemoryEntry } from './memory-entry.js';

/** What a memory tier is made of. */
export interface MemoryTierParts<V> {
  /** Empty, and nobody else's. */
  readonly policy: EvictionPolicy<string>;
  /** Of the cache. */
  readonly time: CacheTime;
  /** Monotonic. */
  readonly clock: Clock;
  /** Hears of an entry that was let go to make room, while it is still whole. */
  readonly onEvict: (key: string, entry: MemoryEntry<V>) => void;
  /** Hears of an entry that isn't here any more, for whatever reason, and how often it was used. */
  readonly onGone: (key: string, entry: MemoryEntry<V>, uses: number) => void;
}
