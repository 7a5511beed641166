import type { EvictionOptions, EvictionPolicy, OnEvict } from './eviction-policy.js';
import { SlottedPolicy } from './slotted-policy.js';

/**
 * SIEVE (Zhang, Yang, Yue, Vigfusson, Rashmi: "SIEVE is Simpler than LRU", NSDI 2024): a queue in order of arrival and a
 * hand that goes from the oldest to the newest, sparing what was used since it came by. A use only sets a mark.
 *
 * @param options - how much it may hold
 * @throws FramerailError `E_UNBOUNDED` without `maxBytes`, `E_INVALID_ARGUMENT` for options that are wrong
 */
export function sieve<K>(options: EvictionOptions<K>): EvictionPolicy<K> {
  return new SievePolicy(options);
}

class SievePolicy<K> extends SlottedPolicy<K> {
  readonly name = 'sieve';
  readonly #queue = this.list(1);
  /** Where the hand stops next; the queue's own end: at the oldest. */
  #hand = this.#queue.id;

  constructor(options: EvictionOptions<K>) {
    super(options, 1);
  }

  protected admit(key: K, bytes: number, _cost: number, evict: OnEvict<K>): number {
    this.makeRoom(bytes, 1, evict);
    const slot = this.table.add(key, bytes);
    this.#queue.unshift(slot);
    return slot;
  }

  protected used(slot: number): void {
    this.table.mark[slot] = 1;
  }

  protected unpinned(slot: number): void {
    this.#queue.unshift(slot);
  }

  protected victim(): number {
    const { prev, mark } = this.table;
    const end = this.#queue.id;
    if (this.#queue.size === 0) return 0;
    let slot = this.#hand === end ? (prev[end] as number) : this.#hand;
    while (mark[slot] !== 0) {
      mark[slot] = 0;
      slot = prev[slot] as number;
      if (slot === end) slot = prev[end] as number;
    }
    this.#hand = slot;
    return slot;
  }

  protected override takeOut(slot: number): void {
    if (slot === this.#hand) this.#hand = this.table.prev[slot] as number;
    super.takeOut(slot);
  }

  override clear(): void {
    super.clear();
    this.#hand = this.#queue.id;
  }
}
