import { expectInteger, expectLimit, expectNumber, expectObject } from '@framerail/lifecycle';
import type { EvictionOptions, EvictionPolicy, OnEvict } from './eviction-policy.js';
import { SlotList } from './slot-list.js';
import { MAX_ENTRIES, SlotTable } from './slot-table.js';

/** List 0 is that of pinned entries, where no policy looks for a victim. */
const PINNED = 0;

/**
 * What all policies do alike: the table of entries, weights, pins and limits. A policy says where a new entry goes,
 * what a use means and who is next to go.
 */
export abstract class SlottedPolicy<K> implements EvictionPolicy<K> {
  abstract readonly name: string;
  readonly maxEntries: number;
  protected readonly table: SlotTable<K>;
  protected readonly pinned: SlotList<K>;
  /** By id; the pinned one first. */
  protected readonly lists: readonly SlotList<K>[];
  /** Bytes that it was told to hold at most. */
  protected limit: number;

  /**
   * @param options - as the user gave them
   * @param lists - how many lists the policy needs; they get the ids from 1 on
   */
  protected constructor(options: EvictionOptions<K>, lists: number) {
    expectObject('options', options, 'options { maxBytes, … }');
    this.limit = expectLimit('maxBytes', options.maxBytes);
    const { maxEntries = MAX_ENTRIES } = options;
    this.maxEntries = expectInteger('maxEntries', maxEntries, { min: 1, max: MAX_ENTRIES });
    this.table = new SlotTable(lists + 1);
    this.lists = Array.from({ length: lists + 1 }, (_, id) => new SlotList(this.table, id));
    this.pinned = this.list(PINNED);
  }

  get maxBytes(): number {
    return Math.max(this.limit, this.pinned.bytes);
  }

  get bytes(): number {
    let bytes = 0;
    for (const list of this.lists) bytes += list.bytes;
    return bytes;
  }

  get size(): number {
    return this.table.slots.size;
  }

  has(key: K): boolean {
    return this.table.slots.has(key);
  }

  find(key: K): number {
    return this.table.slots.get(key) ?? 0;
  }

  touch(key: K): number {
    const slot = this.table.slots.get(key);
    if (slot === undefined) {
      this.missed(key);
      return 0;
    }
    this.used(slot);
    return slot;
  }

  touchSlot(slot: number): void {
    this.used(slot);
  }

  touchSlots(slots: Uint32Array, count: number): void {
    for (let index = 0; index < count; index += 1) this.used(slots[index] as number);
  }

  set(key: K, bytes: number, cost: number, evict: OnEvict<K>): number {
    expectInteger('bytes', bytes, { min: 0 });
    expectNumber('cost', cost, { min: 0 });
    const slot = this.table.slots.get(key);
    if (slot !== undefined) return this.#change(slot, bytes, cost, evict);
    if (bytes > this.limit - this.pinned.bytes || this.pinned.size >= this.maxEntries) {
      evict(key, bytes, 0);
      return 0;
    }
    return this.admit(key, bytes, cost, evict);
  }

  delete(key: K): number {
    const slot = this.table.slots.get(key);
    if (slot === undefined) return 0;
    this.drop(slot);
    return slot;
  }

  pin(key: K): boolean {
    const slot = this.table.slots.get(key);
    if (slot === undefined) return false;
    const { pins } = this.table;
    pins[slot] = (pins[slot] as number) + 1;
    if (pins[slot] === 1) {
      this.takeOut(slot);
      this.pinned.unshift(slot);
    }
    return true;
  }

  unpin(key: K, evict: OnEvict<K>): void {
    const slot = this.table.slots.get(key);
    const { pins } = this.table;
    if (slot === undefined || pins[slot] === 0) return;
    pins[slot] = (pins[slot] as number) - 1;
    if (pins[slot] !== 0) return;
    this.pinned.remove(slot);
    this.unpinned(slot);
    this.makeRoom(0, 0, evict);
  }

  resize(maxBytes: number, evict: OnEvict<K>): void {
    this.limit = expectInteger('maxBytes', maxBytes, { min: 0 });
    this.makeRoom(0, 0, evict);
  }

  *keys(): Iterable<K> {
    for (const slot of this.slots()) yield this.table.keys[slot] as K;
  }

  clear(): void {
    this.table.clear();
    for (const list of this.lists) list.clear();
  }

  /** Gives a new entry its place, for which there is room once others went. @returns its slot, or 0 if it isn't kept */
  protected abstract admit(key: K, bytes: number, cost: number, evict: OnEvict<K>): number;
  /** An entry is used. */
  protected abstract used(slot: number): void;
  /** Gives an entry a place in a list that was pinned until now. */
  protected abstract unpinned(slot: number): void;
  /** The slot of the entry to go next; 0 if all are pinned. Always called to let it go. */
  protected abstract victim(): number;

  /** A key was asked for that isn't there. */
  protected missed(_key: K): void {}

  /** What making an entry again costs has changed. */
  protected costs(_slot: number, _cost: number): void {}

  /** Takes an entry out of its list, for whatever reason. */
  protected takeOut(slot: number): void {
    this.list(this.table.list[slot] as number).remove(slot);
  }

  /** Slots of all entries, from about the next to go to about the last. */
  protected *slots(): Iterable<number> {
    for (const list of this.lists) if (list !== this.pinned) yield* list.slots();
    yield* this.pinned.slots();
  }

  protected list(id: number): SlotList<K> {
    return this.lists[id] as SlotList<K>;
  }

  /** Lets entries go until so much more fits, or until nothing is left that may go. */
  protected makeRoom(bytes: number, entries: number, evict: OnEvict<K>): void {
    while (this.bytes + bytes > this.limit || this.size + entries > this.maxEntries) {
      const slot = this.victim();
      if (slot === 0) return;
      this.letGo(slot, evict);
    }
  }

  /** An entry is no more, for whatever reason; its hash stands in its slot until that is another's. */
  protected drop(slot: number): void {
    this.takeOut(slot);
    this.table.remove(slot);
  }

  /** Lets an entry go. */
  protected letGo(slot: number, evict: OnEvict<K>): void {
    const [key, bytes] = [this.table.keys[slot] as K, this.table.bytes[slot] as number];
    this.drop(slot);
    evict(key, bytes, slot);
  }

  #change(slot: number, bytes: number, cost: number, evict: OnEvict<K>): number {
    const { table, pinned } = this;
    const list = this.list(table.list[slot] as number);
    const [key, before] = [table.keys[slot] as K, table.bytes[slot] as number];
    const others = pinned.bytes - (list === pinned ? before : 0);
    if (bytes > before && bytes > this.limit - others) {
      this.drop(slot);
      evict(key, bytes, slot);
      return 0;
    }
    list.reweigh(slot, bytes);
    this.costs(slot, cost);
    this.used(slot);
    this.makeRoom(0, 0, evict);
    return table.slots.get(key) === slot ? slot : 0;
  }
}
