import { expectNumber, expectObject } from '@framerail/lifecycle';
import type { EntryMeta } from '../tiers/byte-tier.js';
import type { SetOptions } from './cache-options.js';
import type { CacheTime } from './cache-time.js';
import { endsOf, expectDuration, expectTags, type Lifetime } from './lifetime.js';

/** What the cache says where the caller doesn't. */
export interface MetaDefaults {
  readonly lifetime: Lifetime;
  readonly jitter: number;
  readonly random: () => number;
  readonly time: CacheTime;
}

/**
 * What is known of an entry that is made now.
 *
 * @param options - as the caller gave them
 * @param loadCost - what making it took, in milliseconds
 * @param defaults - of the cache
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function metaOf(options: SetOptions, loadCost: number, defaults: MetaDefaults): EntryMeta {
  const { lifetime, jitter, random, time } = defaults;
  const { ttlMs = lifetime.ttlMs, staleMs = lifetime.staleMs, cost, tags } = expectObject('options', options);
  expectDuration('ttlMs', ttlMs);
  expectDuration('staleMs', staleMs, 0);
  if (cost !== undefined) expectNumber('cost', cost, { min: 0 });
  const nowMs = time.now();
  return {
    createdAtMs: nowMs,
    ...endsOf(nowMs, { ttlMs, staleMs }, jitter, random),
    tags: expectTags(tags),
    cost: cost ?? loadCost,
    compression: 'none',
    rawBytes: 0,
  };
}
