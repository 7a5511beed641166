import type { Clock, createEmitter, EventMap } from '@framerail/lifecycle';
import type { ClassBook } from '../analytics/class-book.js';
import type { KeyLog } from '../analytics/key-log.js';
import type { Codec } from '../codecs/codec.js';
import type { Failures } from '../flight/failures.js';
import type { KeyCodec } from '../keys/key-codec.js';
import type { ReaderOptions } from '../prefetch/reader-options.js';
import type { PromotionRules } from '../promotion/promotion-rule.js';
import type { MemoryTier } from '../tiers/memory/memory-tier.js';
import type { TierLane } from '../write/tier-lane.js';
import type { CacheEvents } from './cache.js';
import type { CacheTime } from './cache-time.js';
import type { Lifetime } from './lifetime.js';
import type { TierStack } from './tier-stack.js';

/** What a cache is put together from. */
export interface CacheParts<K, V> {
  readonly name: string;
  readonly codec: Codec<V>;
  readonly keys: KeyCodec<K> | undefined;
  readonly memory: MemoryTier<V> | undefined;
  readonly lanes: readonly TierLane[];
  readonly stack: TierStack<V>;
  readonly rules: PromotionRules;
  readonly log: KeyLog;
  readonly classes: ClassBook<K> | undefined;
  readonly failures: Failures;
  readonly clock: Clock;
  readonly time: CacheTime;
  readonly random: () => number;
  readonly lifetime: Lifetime;
  readonly jitter: number;
  readonly loadTimeoutMs: number;
  readonly readers: ReaderOptions<K, V> | undefined;
  readonly events: ReturnType<typeof createEmitter<CacheEvents<K> & EventMap>>;
}
