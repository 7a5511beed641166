import type { Clock } from '@framerail/lifecycle';
import type { Codec } from '../codecs/codec.js';
import type { KeyCodec } from '../keys/key-codec.js';
import type { ReaderOptions } from '../prefetch/reader-options.js';
import type { PromotionPreset, PromotionRule } from '../promotion/promotion-rule.js';
import type { ByteTier } from '../tiers/byte-tier.js';
import type { MemoryTierSpec } from '../tiers/memory/memory-options.js';
import type { TierOptions } from '../write/tier-options.js';
import type { Lifetime } from './lifetime.js';

/** Options of `createCache`. */
export interface CacheOptions<K, V> extends Lifetime {
  /** From the quickest to the largest: `memory(…)`, if any, first, then tiers of bytes, with options or without. At least one. */
  readonly tiers: readonly (MemoryTierSpec | ByteTier | TierOptions)[];
  /** For reports; default `cache`. */
  readonly name?: string | undefined;
  /** How values become bytes; default `bytesCodec()`, for values that are bytes. */
  readonly codec?: Codec<V> | undefined;
  /** How keys become strings; default: they are strings. */
  readonly keys?: KeyCodec<K> | undefined;
  /** The part of `ttlMs`, 0 to 1, by which lifetimes are shortened at random; default 0. */
  readonly jitter?: number | undefined;
  /** Milliseconds after which a loader is given up; default 300,000; `Infinity`: never. */
  readonly loadTimeoutMs?: number | undefined;
  /** Milliseconds for which a loader's failure is remembered and thrown again; default 0: not. */
  readonly failureTtlMs?: number | undefined;
  /** Which entries go to which tiers; default `always`: what is used comes to the first. */
  readonly promotion?: PromotionPreset | readonly PromotionRule[] | undefined;
  /** The class of a key, such as `proxy`, for figures by class. At most 64; what comes later counts as `other`. */
  readonly classOf?: ((key: K) => string) | undefined;
  /** Serves readers ahead who are recognised: how their keys are numbered, and loaded. Needs a memory tier. */
  readonly prefetch?: ReaderOptions<K, V> | undefined;
  /** Keys whose uses are remembered, for promotion and `explain`; default 16,384. */
  readonly trackedKeys?: number | undefined;
  /** Monotonic time; default the machine's. */
  readonly clock?: Clock | undefined;
  /** The time of day in milliseconds since 1970; default `Date.now`. It may go back: the cache's own time doesn't. */
  readonly wallClock?: (() => number) | undefined;
  /** Numbers from 0 to below 1, for jitter; default `Math.random`. */
  readonly random?: (() => number) | undefined;
}
