import type { CacheTime } from '../../cache/cache-time.js';
import { MAX_SKEW_MS } from '../../cache/lifetime.js';
import type { MemoryEntry } from './memory-entry.js';

/** The value of an entry that may be handed out as it is; `undefined` for one that is stale, over, a lease, or not there. */
export function freshValue<V>(entry: MemoryEntry<V> | undefined, time: CacheTime): V | undefined {
  if (entry === undefined || entry.value === undefined) return undefined;
  const nowMs = time.now();
  return nowMs < entry.freshUntilMs && entry.meta.createdAtMs <= nowMs + MAX_SKEW_MS
    ? entry.value
    : undefined;
}
