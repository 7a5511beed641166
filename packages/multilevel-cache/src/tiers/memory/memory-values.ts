import { FramerailError, type Lease } from '@framerail/lifecycle';
import type { Codec } from '../../codecs/codec.js';
import type { MemoryEntry } from './memory-entry.js';
import type { MemoryOptions } from './memory-options.js';

/** A value, or memory on loan that holds its bytes. */
export type ValueOrLease<V> = { readonly value: V; readonly lease?: undefined } | { readonly lease: Lease };

/**
 * Tells memory on loan from values, where values are bytes.
 *
 * @param codec - only that of bytes takes leases
 * @param given - what the user gave
 */
export function valueOrLease<V>(codec: Codec<V>, given: V | Lease): ValueOrLease<V> {
  return codec.name === 'bytes' && isLease(given) ? { lease: given } : { value: given as V };
}

function isLease(value: unknown): value is Lease {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false;
  const { retain, release } = value as Partial<Lease>;
  return typeof retain === 'function' && typeof release === 'function';
}

/** What was given, with one more holder of its memory. */
export function held<V>(given: ValueOrLease<V>): ValueOrLease<V> {
  return given.lease === undefined ? given : { lease: given.lease.retain() };
}

/** The value of what was given; a copy if it is on loan. */
export function givenValue<V>(given: ValueOrLease<V>): V {
  return given.lease === undefined ? given.value : (given.lease.bytes.slice() as V);
}

/** The value of an entry; a copy if it is in memory of a pool, which is lent to somebody else once the entry goes. */
export function entryValue<V>(entry: MemoryEntry<V>): V {
  return entry.lease === undefined ? (entry.value as V) : (entry.lease.bytes.slice() as V);
}

/** The bytes that the tiers below keep. @throws FramerailError `E_CACHE_ENCODE` */
export function encoded<V>(codec: Codec<V>, given: ValueOrLease<V>): Uint8Array {
  if (given.lease !== undefined) return given.lease.bytes.slice();
  try {
    const bytes: unknown = codec.encode(given.value);
    if (bytes instanceof Uint8Array) return bytes;
    throw new TypeError(`The codec ${codec.name} gave no Uint8Array`);
  } catch (cause) {
    throw encodeError(codec, cause);
  }
}

/** What a value weighs in memory. @throws FramerailError `E_CACHE_ENCODE` */
export function weightOf<V>(codec: Codec<V>, given: ValueOrLease<V>): number {
  if (given.lease !== undefined) return given.lease.byteLength;
  try {
    const bytes: unknown = codec.sizeOf(given.value);
    if (Number.isSafeInteger(bytes) && (bytes as number) >= 0) return bytes as number;
    throw new RangeError(`The codec ${codec.name} gave ${String(bytes)} for a size`);
  } catch (cause) {
    throw encodeError(codec, cause);
  }
}

function encodeError(codec: { readonly name: string }, cause: unknown): FramerailError {
  return new FramerailError({
    code: 'E_CACHE_ENCODE',
    message: `Expected a value that the codec ${codec.name} takes: ${cause instanceof Error ? cause.message : String(cause)}`,
    cause,
  });
}

/** Takes a value into memory of the pool. @returns a lease that the caller owns; `undefined` if the pool has no room */
export function pooled(pool: NonNullable<MemoryOptions['pool']>, bytes: Uint8Array): Lease | undefined {
  try {
    const lease = pool.tryAcquire(bytes.byteLength);
    lease?.bytes.set(bytes);
    return lease;
  } catch {
    // Larger than the pool, or the pool is closed: then the tiers below have it.
    return undefined;
  }
}
