import type { EvictionOptions, EvictionPolicy } from './eviction-policy.js';
import { lru } from './lru.js';
import { s3Fifo } from './s3-fifo.js';
import { sieve } from './sieve.js';
import { wTinyLfu } from './w-tinylfu.js';

/** Names of the policies that there are. */
export type EvictionPolicyName = 'lru' | 'sieve' | 's3-fifo' | 'w-tinylfu';

/** The policy for who doesn't choose: the best hit rates over many kinds of use. */
export const DEFAULT_EVICTION_POLICY: EvictionPolicyName = 'w-tinylfu';

/** Makes a policy. */
export type EvictionPolicyFactory = <K>(options: EvictionOptions<K>) => EvictionPolicy<K>;

/** Every policy by its name. */
export const EVICTION_POLICIES: Readonly<Record<EvictionPolicyName, EvictionPolicyFactory>> = Object.freeze({
  lru,
  sieve,
  's3-fifo': s3Fifo,
  'w-tinylfu': wTinyLfu,
});
