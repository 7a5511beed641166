import type { EntryMeta } from '../tiers/byte-tier.js';
import type { MemoryTier } from '../tiers/memory/memory-tier.js';
import type { TierLane } from '../write/tier-lane.js';
import type { CacheEntry } from './cache.js';

/** Goes through the tiers from above, each key once. */
export async function* entriesOf<K, V>(
  memory: MemoryTier<V> | undefined,
  lanes: readonly TierLane[],
  keyOf: (name: string) => K,
): AsyncIterable<CacheEntry<K>> {
  const seen = new Set<string>();
  for (const [name, { meta, bytes }] of [...(memory?.all() ?? [])]) {
    // It may have gone while the caller looked at others.
    if (memory?.find(name) === undefined) continue;
    seen.add(name);
    yield described(keyOf(name), 'memory', bytes, meta);
  }
  for (const lane of lanes) {
    for await (const { key: name, storedBytes, meta } of lane.entries()) {
      if (seen.has(name)) continue;
      seen.add(name);
      yield described(keyOf(name), lane.name, storedBytes, meta);
    }
  }
}

function described<K>(key: K, tier: string, bytes: number, meta: EntryMeta): CacheEntry<K> {
  const { createdAtMs, expiresAtMs, tags } = meta;
  return Object.freeze({ key, tier, bytes, createdAtMs, expiresAtMs, tags });
}
