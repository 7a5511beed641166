import type { SlotTable } from './slot-table.js';

/**
 * A list of entries of a {@link SlotTable}, the most recent first. It is a ring through a slot of its own, so that
 * nothing needs to ask whether it is empty.
 */
export class SlotList<K> {
  /** Bytes that the entries in it weigh. */
  bytes = 0;
  /** Entries in it. */
  size = 0;
  /** The slot that is its end. */
  readonly id: number;
  readonly #table: SlotTable<K>;

  /**
   * @param table - where the entries are
   * @param id - a slot below the table's `lists`
   */
  constructor(table: SlotTable<K>, id: number) {
    this.#table = table;
    this.id = id;
  }

  /** Puts an entry in front. */
  unshift(slot: number): void {
    const { next, prev, list, bytes } = this.#table;
    const first = next[this.id] as number;
    next[slot] = first;
    prev[slot] = this.id;
    prev[first] = slot;
    next[this.id] = slot;
    list[slot] = this.id;
    this.bytes += bytes[slot] as number;
    this.size += 1;
  }

  /** Takes an entry out that is in this list. */
  remove(slot: number): void {
    const { next, prev, bytes } = this.#table;
    const [before, after] = [prev[slot] as number, next[slot] as number];
    next[before] = after;
    prev[after] = before;
    this.bytes -= bytes[slot] as number;
    this.size -= 1;
  }

  /** Moves an entry of this list to its front. */
  refresh(slot: number): void {
    const { next, prev } = this.#table;
    const before = prev[slot] as number;
    if (before === this.id) return;
    const after = next[slot] as number;
    next[before] = after;
    prev[after] = before;
    const first = next[this.id] as number;
    next[slot] = first;
    prev[slot] = this.id;
    prev[first] = slot;
    next[this.id] = slot;
  }

  /** The slot of the last entry; 0 if there is none. */
  last(): number {
    return this.size === 0 ? 0 : (this.#table.prev[this.id] as number);
  }

  /** Gives an entry of this list another weight. */
  reweigh(slot: number, bytes: number): void {
    this.bytes += bytes - (this.#table.bytes[slot] as number);
    this.#table.bytes[slot] = bytes;
  }

  /** Empties it, without a look at the entries. */
  clear(): void {
    const { next, prev } = this.#table;
    next[this.id] = this.id;
    prev[this.id] = this.id;
    this.bytes = 0;
    this.size = 0;
  }

  /** Slots from the last to the first. */
  *slots(): Iterable<number> {
    for (let slot = this.last(); slot !== 0 && slot !== this.id; slot = this.#table.prev[slot] as number)
      yield slot;
  }
}
