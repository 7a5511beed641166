import type { MemoryPool } from '@framerail/buffer-pool';
import type { Lease } from '@framerail/lifecycle';
import { expectLimit, expectObject, expectOneOf, invalidArgument } from '@framerail/lifecycle';
import { expectDuration, expectShare } from '../../cache/lifetime.js';
import type { EvictionOptions, EvictionPolicy } from '../../eviction/eviction-policy.js';

/** Options of {@link memory}. */
export interface MemoryOptions {
  /** The cap on what its values weigh, in bytes, as the codec's `sizeOf` says. No default. */
  readonly maxBytes: number;
  /** The cap on their number; default and most: 2^24 − 1. */
  readonly maxEntries?: number | undefined;
  /** Makes the policy that decides what stays, such as `lru` or `sieve`; default `wTinyLfu`. */
  readonly policy?: ((options: EvictionOptions<string>) => EvictionPolicy<string>) | undefined;
  /** Milliseconds after which its entries expire at the latest; default: when they do by themselves. */
  readonly ttlMs?: number | undefined;
  /** The part of `ttlMs`, 0 to 1, by which it is shortened at random; default 0. */
  readonly jitter?: number | undefined;
  /** `through`: what is set is kept here. `around`: only what was asked for and came from a tier below. Default `through`. */
  readonly write?: 'through' | 'around' | undefined;
  /** Keeps values, which must be bytes, in memory of this pool, so that `lease` hands them out without a copy. */
  readonly pool?: Pick<MemoryPool<Lease>, 'tryAcquire'> | undefined;
}

/** The tier of the process's own memory, which holds values as they are. The first of a cache, if it has one. */
export interface MemoryTierSpec {
  /** Tells it from a tier of bytes. */
  readonly kind: 'memory';
  /** As given, checked. */
  readonly options: MemoryOptions;
}

/**
 * Describes a tier of values in memory, which answers at once and without a copy.
 *
 * @param options - how much it may hold
 * @throws FramerailError `E_UNBOUNDED` without `maxBytes`, `E_INVALID_ARGUMENT` for options that are wrong
 */
export function memory(options: MemoryOptions): MemoryTierSpec {
  expectObject('options', options, 'options { maxBytes, … }');
  expectLimit('maxBytes', options.maxBytes);
  expectDuration('ttlMs', options.ttlMs);
  if (options.jitter !== undefined) expectShare('jitter', options.jitter);
  if (options.write !== undefined) expectOneOf('write', options.write, ['through', 'around']);
  if (options.policy !== undefined && typeof options.policy !== 'function')
    throw invalidArgument('policy', 'a function that makes a policy, such as lru', options.policy);
  if (options.pool !== undefined && typeof options.pool?.tryAcquire !== 'function')
    throw invalidArgument('pool', 'a buffer pool', options.pool);
  return Object.freeze({ kind: 'memory', options: Object.freeze({ ...options }) });
}
