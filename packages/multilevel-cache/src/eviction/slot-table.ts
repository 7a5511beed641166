/** The most entries that a `Map` of V8 takes is one more. */
export const MAX_ENTRIES = 2 ** 24 - 1;

const FIRST_CAPACITY = 64;

/**
 * Where a policy keeps its entries: columns of numbers by slot, beside a table from key to slot. It makes no garbage
 * per entry. Slots below `lists` belong to no entry: they are the ends of the policy's lists (see `slot-list.ts`).
 */
export class SlotTable<K> {
  /** Slots by key. */
  readonly slots = new Map<K, number>();
  /** Keys by slot; `undefined` where the slot is free. */
  keys: (K | undefined)[] = [];
  /** What entries weigh. */
  bytes: Float64Array;
  /** The entry that is used less; for a free slot the next free one. */
  next: Uint32Array;
  /** The entry that is used more. */
  prev: Uint32Array;
  /** The list that an entry is in. */
  list: Uint8Array;
  /** What the policy counts for an entry: visits, uses. */
  mark: Uint8Array;
  /** Hashes of keys, for policies that need them. */
  hash: Int32Array;
  /** How often an entry is pinned. */
  pins: Uint32Array;
  #free = 0;
  #unused: number;
  readonly #lists: number;

  /** @param lists - how many lists the policy has; they are empty */
  constructor(lists: number) {
    this.#lists = lists;
    this.#unused = lists;
    this.bytes = new Float64Array(FIRST_CAPACITY);
    this.next = new Uint32Array(FIRST_CAPACITY);
    this.prev = new Uint32Array(FIRST_CAPACITY);
    this.list = new Uint8Array(FIRST_CAPACITY);
    this.mark = new Uint8Array(FIRST_CAPACITY);
    this.hash = new Int32Array(FIRST_CAPACITY);
    this.pins = new Uint32Array(FIRST_CAPACITY);
    for (let list = 0; list < lists; list += 1) this.next[list] = this.prev[list] = list;
  }

  /** Gives a key a slot, in no list, without pins and marks. */
  add(key: K, bytes: number): number {
    let slot = this.#free;
    if (slot !== 0) this.#free = this.next[slot] as number;
    else {
      slot = this.#unused;
      this.#unused += 1;
      if (slot >= this.bytes.length) this.#grow();
    }
    this.slots.set(key, slot);
    this.keys[slot] = key;
    this.bytes[slot] = bytes;
    this.mark[slot] = 0;
    this.pins[slot] = 0;
    return slot;
  }

  /** Takes a key's slot back, which is in no list any more. */
  remove(slot: number): void {
    this.slots.delete(this.keys[slot] as K);
    this.keys[slot] = undefined;
    this.next[slot] = this.#free;
    this.#free = slot;
  }

  /** Forgets everything, memory included. */
  clear(): void {
    const empty = new SlotTable<K>(this.#lists);
    this.slots.clear();
    this.#free = 0;
    this.#unused = this.#lists;
    const { keys, bytes, next, prev, list, mark, hash, pins } = empty;
    Object.assign(this, { keys, bytes, next, prev, list, mark, hash, pins });
  }

  #grow(): void {
    const capacity = this.bytes.length * 2;
    this.bytes = copied(new Float64Array(capacity), this.bytes);
    this.next = copied(new Uint32Array(capacity), this.next);
    this.prev = copied(new Uint32Array(capacity), this.prev);
    this.list = copied(new Uint8Array(capacity), this.list);
    this.mark = copied(new Uint8Array(capacity), this.mark);
    this.hash = copied(new Int32Array(capacity), this.hash);
    this.pins = copied(new Uint32Array(capacity), this.pins);
  }
}

function copied<T extends { set(from: T): void }>(to: T, from: T): T {
  to.set(from);
  return to;
}
