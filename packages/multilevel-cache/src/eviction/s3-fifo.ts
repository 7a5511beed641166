import type { EvictionOptions, EvictionPolicy, OnEvict } from './eviction-policy.js';
import { GhostQueue } from './ghost-queue.js';
import { hashKey } from './key-hash.js';
import { SlottedPolicy } from './slotted-policy.js';

/** Share of the bytes that new entries have. */
const SMALL_SHARE = 0.1;
/** Uses after which an entry is worth a place among the others. */
const WORTHY_USES = 2;
const MOST_USES = 3;

/**
 * S3-FIFO (Yang, Zhang, Qiu, Yue, Rashmi: "FIFO queues are all you need for cache eviction", SOSP 2023): a small queue
 * that most new entries only pass through, a main queue that spares what was used, and a memory of keys that went from
 * the small one, which enter the main one when they come back.
 *
 * @param options - how much it may hold
 * @throws FramerailError `E_UNBOUNDED` without `maxBytes`, `E_INVALID_ARGUMENT` for options that are wrong
 */
export function s3Fifo<K>(options: EvictionOptions<K>): EvictionPolicy<K> {
  return new S3FifoPolicy(options);
}

class S3FifoPolicy<K> extends SlottedPolicy<K> {
  readonly name = 's3-fifo';
  readonly #small = this.list(1);
  readonly #main = this.list(2);
  readonly #ghosts = new GhostQueue();
  readonly #hash: (key: K) => number;
  #hasEvicted = false;

  constructor(options: EvictionOptions<K>) {
    super(options, 2);
    this.#hash = options.hash ?? hashKey;
  }

  override clear(): void {
    super.clear();
    this.#ghosts.clear();
    this.#hasEvicted = false;
  }

  protected admit(key: K, bytes: number, _cost: number, evict: OnEvict<K>): number {
    const hash = this.#hash(key);
    const isBack = this.#ghosts.take(hash);
    this.makeRoom(bytes, 1, evict);
    const slot = this.table.add(key, bytes);
    this.table.hash[slot] = hash;
    // While nothing had to go nothing is known, and the small queue's share is no reason to let anything go.
    const isMain = isBack || (!this.#hasEvicted && this.#small.bytes + bytes > this.#smallBytes());
    (isMain ? this.#main : this.#small).unshift(slot);
    return slot;
  }

  protected used(slot: number): void {
    const { mark } = this.table;
    if ((mark[slot] as number) < MOST_USES) mark[slot] = (mark[slot] as number) + 1;
  }

  protected unpinned(slot: number): void {
    this.#main.unshift(slot);
  }

  protected victim(): number {
    this.#hasEvicted = true;
    for (;;) {
      const isMainFull = this.#main.bytes > this.limit - this.#smallBytes();
      if ((isMainFull && this.#main.size > 0) || this.#small.size === 0) return this.#mainVictim();
      const slot = this.#smallVictim();
      if (slot !== 0) return slot;
    }
  }

  #smallBytes(): number {
    return this.limit * SMALL_SHARE;
  }

  /** The oldest of the small queue if it isn't worth keeping; 0 if it moved to the main queue. */
  #smallVictim(): number {
    const { mark, hash, bytes } = this.table;
    const slot = this.#small.last();
    if ((mark[slot] as number) < WORTHY_USES) {
      const maxBytes = this.limit - this.#smallBytes();
      this.#ghosts.add(hash[slot] as number, bytes[slot] as number, maxBytes, this.maxEntries);
      return slot;
    }
    mark[slot] = 0;
    this.#small.remove(slot);
    this.#main.unshift(slot);
    return 0;
  }

  #mainVictim(): number {
    const { mark } = this.table;
    for (;;) {
      const slot = this.#main.last();
      if (slot === 0 || mark[slot] === 0) return slot;
      mark[slot] = (mark[slot] as number) - 1;
      this.#main.refresh(slot);
    }
  }
}
