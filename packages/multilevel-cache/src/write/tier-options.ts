import { expectInteger, expectLimit, expectObject, expectOneOf, invalidArgument } from '@framerail/lifecycle';
import type { BreakerOptions } from '../breaker/circuit-breaker.js';
import { expectDuration, expectShare } from '../cache/lifetime.js';
import type { CompressionOptions } from '../compression/compressor.js';
import type { ByteTier } from '../tiers/byte-tier.js';

/**
 * When what is set reaches a tier. `through`: before `set` settles. `back`: soon after; `flush` and `close` wait for it.
 * `around`: not at all; the tier gets what was loaded, what was asked for and came from below, and what
 * the tier above lets go.
 */
export type WriteMode = 'through' | 'back' | 'around';

/** A tier of bytes with what the cache does for it. */
export interface TierOptions {
  /** The tier. The cache opens and closes it. */
  readonly tier: ByteTier;
  /** Default `through`. What `getOrLoad` loaded, and what moves between tiers, is written as with `back`. */
  readonly write?: WriteMode | undefined;
  /** Milliseconds after which its entries expire at the latest; default: when they do by themselves. */
  readonly ttlMs?: number | undefined;
  /** The part of `ttlMs`, 0 to 1, by which it is shortened at random; default 0. */
  readonly jitter?: number | undefined;
  /** Packs what it keeps; default: not. */
  readonly compression?: CompressionOptions | undefined;
  /** Milliseconds after which a call counts as failed; default 5000. */
  readonly timeoutMs?: number | undefined;
  /** When the tier is taken out after failures, and comes back. */
  readonly breaker?: BreakerOptions | undefined;
  /** Bytes that may wait to be written; above it `set` waits, and what isn't asked for (loads, moves) isn't written. Default 64 MiB. */
  readonly maxPendingBytes?: number | undefined;
  /** Writes at once; default 4. */
  readonly concurrency?: number | undefined;
}

/** Options of a tier with their defaults. */
export interface TierSettings {
  readonly tier: ByteTier;
  readonly write: WriteMode;
  readonly ttlMs: number | undefined;
  readonly jitter: number;
  readonly compression: CompressionOptions | undefined;
  readonly timeoutMs: number;
  readonly breaker: BreakerOptions;
  readonly maxPendingBytes: number;
  readonly concurrency: number;
}

/**
 * Takes a tier of bytes, with or without options.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function tierSettings(name: string, given: ByteTier | TierOptions): TierSettings {
  expectObject(name, given, 'memory(…), a tier of bytes, or options { tier, … }');
  const options: TierOptions = 'tier' in given ? given : { tier: given };
  const { tier, write = 'through', ttlMs, jitter = 0, compression, timeoutMs = 5000, breaker = {} } = options;
  const { maxPendingBytes = 64 * 2 ** 20, concurrency = 4 } = options;
  if (typeof tier?.get !== 'function' || typeof tier.set !== 'function' || typeof tier.open !== 'function')
    throw invalidArgument(name, 'memory(…), a tier of bytes, or options { tier, … }', tier);
  const { failures, cooldownMs, maxCooldownMs } = expectObject(`${name}.breaker`, breaker);
  if (failures !== undefined) expectInteger(`${name}.breaker.failures`, failures, { min: 1 });
  expectDuration(`${name}.breaker.cooldownMs`, cooldownMs);
  expectDuration(`${name}.breaker.maxCooldownMs`, maxCooldownMs);
  return {
    tier,
    write: expectOneOf<WriteMode>(`${name}.write`, write, ['through', 'back', 'around']),
    ttlMs: expectDuration(`${name}.ttlMs`, ttlMs),
    jitter: expectShare(`${name}.jitter`, jitter),
    compression,
    timeoutMs: expectDuration(`${name}.timeoutMs`, timeoutMs),
    breaker,
    maxPendingBytes: expectLimit(`${name}.maxPendingBytes`, maxPendingBytes),
    concurrency: expectInteger(`${name}.concurrency`, concurrency, { min: 1, max: 1024 }),
  };
}
