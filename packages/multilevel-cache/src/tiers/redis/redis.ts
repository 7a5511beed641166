import type { ByteTier } from '../byte-tier.js';
import { type RedisTierOptions, redisSettings } from './redis-options.js';
import { RedisTier } from './redis-tier.js';

/**
 * A tier in Redis 6.2 or later, which processes may share: cap, policy and tags are kept by Redis itself, and what one
 * process changes is told to the others, so that their memory doesn't keep what was before. Every entry has checksums of its own;
 * what is damaged is a miss, and counted. It touches no key outside of its namespace, and never makes the server wait
 * for long.
 *
 * Calls reject with `E_CACHE_UNAVAILABLE` while there is no connection, `E_CACHE_FULL` when Redis is out of memory,
 * `E_CACHE_DENIED` where it may not write, as on a replica, where reading works; `open` with `E_UNSUPPORTED` if the
 * library isn't there. Acknowledged is what Redis acknowledged: what outlives its end is up to its own persistence.
 *
 * @param options - where, under which name, and how much
 * @returns the tier, which is to be opened
 * @throws FramerailError `E_UNBOUNDED` without `maxBytes`, `E_INVALID_ARGUMENT` for options that are wrong
 */
export function redis(options: RedisTierOptions): ByteTier {
  return new RedisTier(redisSettings(options));
}
