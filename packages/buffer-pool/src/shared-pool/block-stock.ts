import { ClassTable } from './class-table.js';
import {
  CLASS,
  type ControlLayout,
  EXTENT,
  EXTENT_STATE,
  HEADER,
  PAGE_BYTES,
  TOTAL,
} from './control-layout.js';
import type { ControlWords } from './control-words.js';
import { ExtentMap } from './extent-map.js';
import { pushFirst, unlink } from './linked-list.js';

/** Which free blocks may be made wild. */
export interface Idle {
  /** Only those that came back at this time or before, in the pool's milliseconds. */
  readonly untilMs: number;
  /** Only those whose last use had at most this priority. */
  readonly maxPriority: number;
}

/** The blocks that can be lent, by size and by age, and where new ones come from. */
export class BlockStock {
  readonly classes: ClassTable;
  readonly extents: ExtentMap;
  readonly #control: ControlWords;
  readonly #layout: ControlLayout;

  constructor(control: ControlWords, layout: ControlLayout) {
    this.#control = control;
    this.#layout = layout;
    this.classes = new ClassTable(control, layout);
    this.extents = new ExtentMap(control, layout);
  }

  /**
   * Takes a block that counts as lent from now on: the one of its size that came back last, or one cut anew, for which
   * others may be made wild. Commits what it does on the way: nothing may be half done when it is called.
   *
   * @returns 0 if so many pages don't lie together
   */
  take(pages: number): number {
    const control = this.#control;
    const known = this.classes.find(pages);
    const free = known === 0 ? 0 : control.get(known + CLASS.free);
    if (free !== 0) {
      this.#takeOut(free, known);
      control.addNumberAt(known + CLASS.hits, 1);
      control.add(known + CLASS.lent, 1);
      return free;
    }
    const block = this.#cut(pages);
    if (block === 0) return 0;
    const record = this.classes.ensure(pages);
    control.set(block + EXTENT.class, record);
    control.addNumberAt(record + CLASS.misses, 1);
    control.add(record + CLASS.lent, 1);
    return block;
  }

  /** Takes back a block that was lent and is in no list. */
  put(block: number, nowMs: number): void {
    const control = this.#control;
    const record = control.get(block + EXTENT.class);
    control.set(block + EXTENT.state, EXTENT_STATE.free);
    control.setNumberAt(block + EXTENT.usedAtMs, nowMs);
    control.add(record + CLASS.lent, -1);
    pushFirst(control, record + CLASS.free, block);
    const newest = control.get(HEADER.newestFree);
    control.set(block + EXTENT.older, newest);
    control.set(block + EXTENT.newer, 0);
    control.set(newest === 0 ? HEADER.oldestFree : newest + EXTENT.newer, block);
    control.set(HEADER.newestFree, block);
    control.addTotal(TOTAL.bytesFree, this.bytesOf(block));
  }

  /** Makes the oldest free blocks wild until no more than so many bytes are free. @returns the bytes made wild */
  keep(bytes: number): number {
    const control = this.#control;
    let gone = 0;
    for (let oldest = control.get(HEADER.oldestFree); oldest !== 0; oldest = control.get(HEADER.oldestFree)) {
      if (control.total(TOTAL.bytesFree) <= bytes) break;
      gone += this.evict(oldest);
    }
    return gone;
  }

  /** Makes free blocks wild, the oldest first, until so many bytes are. @returns the bytes made wild */
  trim(bytes: number, idle: Idle): number {
    const control = this.#control;
    let gone = 0;
    let block = control.get(HEADER.oldestFree);
    while (block !== 0 && gone < bytes && control.numberAt(block + EXTENT.usedAtMs) <= idle.untilMs) {
      const newer = control.get(block + EXTENT.newer);
      if (control.numberAt(block + EXTENT.priority) <= idle.maxPriority) gone += this.evict(block);
      block = newer;
    }
    return gone;
  }

  /** Makes a free block wild: a step of its own. @returns its bytes */
  evict(block: number): number {
    const bytes = this.bytesOf(block);
    this.#takeOut(block, this.#control.get(block + EXTENT.class));
    this.extents.dissolve(block);
    this.#control.commit();
    return bytes;
  }

  bytesOf(block: number): number {
    return this.#control.get(block + EXTENT.pages) * PAGE_BYTES;
  }

  #takeOut(block: number, record: number): void {
    const control = this.#control;
    unlink(control, record + CLASS.free, block);
    const older = control.get(block + EXTENT.older);
    const newer = control.get(block + EXTENT.newer);
    control.set(older === 0 ? HEADER.oldestFree : older + EXTENT.newer, newer);
    control.set(newer === 0 ? HEADER.newestFree : newer + EXTENT.older, older);
    control.addTotal(TOTAL.bytesFree, -this.bytesOf(block));
  }

  #cut(pages: number): number {
    const control = this.#control;
    if (control.get(HEADER.blocks) >= this.#layout.maxBlocks) {
      const oldest = control.get(HEADER.oldestFree);
      if (oldest === 0) return 0;
      this.evict(oldest);
    }
    return this.extents.carve(pages) || (this.#clear(pages) ? this.extents.carve(pages) : 0);
  }

  /** Makes free blocks wild until so many pages lie together. */
  #clear(pages: number): boolean {
    const control = this.#control;
    const run = this.extents.shortestRun(pages);
    if (run === 0) return false;
    // What is below the run is lent, so its lowest extent stays the record that grows.
    if (control.get(run + EXTENT.state) === EXTENT_STATE.free) this.evict(run);
    while (control.get(run + EXTENT.pages) < pages) {
      const above = control.get(run + EXTENT.above);
      if (control.get(above + EXTENT.state) === EXTENT_STATE.free) this.evict(above);
    }
    return true;
  }
}
