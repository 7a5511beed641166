import { FramerailError, type Lease } from '@framerail/lifecycle';
import type { Codec } from '../codecs/codec.js';
import { HeldBytes } from '../tiers/memory/held-bytes.js';
import type { ValueOrLease } from '../tiers/memory/memory-values.js';
import type { CacheKeys } from './cache-keys.js';
import type { LeaseLoader, LoadOptions } from './cache-options.js';
import type { Loads } from './loads.js';
import type { Lookups } from './lookups.js';
import { leaseOf, type MemoryReads } from './memory-reads.js';

/** What leases are made of. */
export interface LeaseParts<K, V> {
  readonly codec: Codec<V>;
  readonly keys: CacheKeys<K>;
  readonly memory: MemoryReads<K, V>;
  readonly lookups: Lookups<K, V>;
  readonly loads: Loads<K, V>;
}

/** Bytes that are handed out without a copy. */
export class Leases<K, V> {
  readonly #parts: LeaseParts<K, V>;

  constructor(parts: LeaseParts<K, V>) {
    this.#parts = parts;
  }

  /** See `Cache.lease`. */
  async get(key: K): Promise<Lease | undefined> {
    const { memory, lookups } = this.#parts;
    const name = this.#nameOf(key);
    const held = memory.lease(key, name);
    if (held !== undefined) return held;
    const value = await lookups.get(key, undefined, true);
    return value === undefined ? undefined : this.#leaseOf(name, { value });
  }

  /** See `Cache.leaseOrLoad`. */
  async getOrLoad(key: K, loader: LeaseLoader<K, V>, options?: LoadOptions): Promise<Lease> {
    const { memory, loads } = this.#parts;
    const name = this.#nameOf(key);
    return (
      memory.lease(key, name) ??
      loads.load(key, loader, options, {
        stale: (entry) => memory.staleLease(key, entry),
        loaded: (given) => this.#leaseOf(name, given),
      })
    );
  }

  /** A lease of what was found or loaded: of memory's own, where that has it now. */
  #leaseOf(name: string, given: ValueOrLease<V>): Lease {
    if (given.lease !== undefined) return given.lease.retain();
    const kept = this.#parts.memory.findFresh(name);
    return kept === undefined ? new HeldBytes(given.value as Uint8Array) : leaseOf(kept);
  }

  #nameOf(key: K): string {
    const { codec, keys } = this.#parts;
    const name = keys.nameOf(key);
    if (codec.name === 'bytes') return name;
    throw new FramerailError({
      code: 'E_UNSUPPORTED',
      message: `Expected a cache of bytes for a lease but its codec is ${codec.name}; use get or getOrLoad`,
    });
  }
}
