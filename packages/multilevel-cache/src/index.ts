export type { EvictionOptions, EvictionPolicy, OnEvict } from './eviction/eviction-policy.js';
export { lru } from './eviction/lru.js';
export { sieve } from './eviction/sieve.js';
export type {
  ByteTier,
  EntryMeta,
  StoredEntry,
  TierCallOptions,
  TierEntry,
  TierEvents,
  TierSetOutcome,
  TierStats,
} from './tiers/byte-tier.js';
