import type { EvictionOptions, EvictionPolicy, OnEvict } from './eviction-policy.js';
import { SlottedPolicy } from './slotted-policy.js';

/**
 * Least recently used: lets go what nobody asked for for longest. Simple and good where what was used just now is
 * used again; a scan or a loop that is a little larger than the cache empties it.
 *
 * @param options - how much it may hold
 * @throws FramerailError `E_UNBOUNDED` without `maxBytes`, `E_INVALID_ARGUMENT` for options that are wrong
 */
export function lru<K>(options: EvictionOptions<K>): EvictionPolicy<K> {
  return new LruPolicy(options);
}

class LruPolicy<K> extends SlottedPolicy<K> {
  readonly name = 'lru';
  readonly #entries = this.list(1);

  constructor(options: EvictionOptions<K>) {
    super(options, 1);
  }

  protected admit(key: K, bytes: number, _cost: number, evict: OnEvict<K>): number {
    this.makeRoom(bytes, 1, evict);
    const slot = this.table.add(key, bytes);
    this.#entries.unshift(slot);
    return slot;
  }

  protected used(slot: number): void {
    this.list(this.table.list[slot] as number).refresh(slot);
  }

  protected unpinned(slot: number): void {
    this.#entries.unshift(slot);
  }

  protected victim(): number {
    return this.#entries.last();
  }
}
