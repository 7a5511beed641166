export type { CacheStats, ClassStats, MemoryStats, PrefetchStats } from './analytics/cache-stats.js';
export type { Explanation, TierExplanation } from './analytics/explanation.js';
export type { KeyEvent, KeyUse } from './analytics/key-log.js';
export type { BreakerOptions, BreakerState } from './breaker/circuit-breaker.js';
export type { Cache, CacheEntry, CacheEvents } from './cache/cache.js';
export type {
  LeaseLoader,
  LoadContext,
  LoadOptions,
  ReadOptions,
  SetOptions,
} from './cache/cache-options.js';
export { createCache } from './cache/create-cache.js';
export type { CacheOptions } from './cache/create-options.js';
export type { Lifetime } from './cache/lifetime.js';
export type { SetOutcome, TierRefusal } from './cache/set-outcome.js';
export { bytesCodec } from './codecs/bytes.js';
export type { Codec } from './codecs/codec.js';
export { jsonCodec } from './codecs/json.js';
export { textCodec } from './codecs/text.js';
export type { CompressionOptions, Compressor } from './compression/compressor.js';
export type { PackerStats } from './compression/packer.js';
export {
  DEFAULT_EVICTION_POLICY,
  EVICTION_POLICIES,
  type EvictionPolicyFactory,
  type EvictionPolicyName,
} from './eviction/eviction-policies.js';
export type { EvictionOptions, EvictionPolicy, OnEvict } from './eviction/eviction-policy.js';
export { lru } from './eviction/lru.js';
export { s3Fifo } from './eviction/s3-fifo.js';
export { sieve } from './eviction/sieve.js';
export { type WTinyLfuOptions, wTinyLfu } from './eviction/w-tinylfu.js';
export { type KeyCodec, structuredKeys } from './keys/key-codec.js';
export type {
  AccessPattern,
  LoopRange,
  Playhead,
  PlayheadLoadContext,
  PlayheadMove,
  PlayheadOptions,
  PlayheadStats,
} from './prefetch/playhead-options.js';
export type { PrefetchLoader, PrefetchOptions, PrefetchOutcome } from './prefetch/prefetch-options.js';
export type { KeyPosition, ReaderOptions } from './prefetch/reader-options.js';
export { PROMOTION_PRESETS, type PromotionPreset, type PromotionRule } from './promotion/promotion-rule.js';
export type { Recording, RecordingStats, RecordOptions, TraceSink } from './recorder/trace-sink.js';
export type {
  ByteTier,
  EntryMeta,
  StoredEntry,
  TierCallOptions,
  TierEntry,
  TierEvents,
  TierSetOptions,
  TierSetOutcome,
  TierStats,
} from './tiers/byte-tier.js';
export { type MemoryOptions, type MemoryTierSpec, memory } from './tiers/memory/memory-options.js';
export { type PackedMemoryOptions, packedMemory } from './tiers/packed/packed-memory.js';
export type { LaneStats } from './write/lane-stats.js';
export type { TierOptions, WriteMode } from './write/tier-options.js';
