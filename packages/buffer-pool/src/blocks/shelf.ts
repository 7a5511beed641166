import type { Block } from './block.js';

/** Blocks of one class, for reports. Counts run from when the class got the first of its present blocks. */
export interface ClassUse {
  /** Bytes of a block of this class. */
  readonly classBytes: number;
  /** Blocks on loan. */
  readonly lent: number;
  /** Blocks that wait to be lent. */
  readonly free: number;
  /** Requests that got a block that was there. */
  readonly hits: number;
  /** Requests for which a block was allocated. */
  readonly misses: number;
  /** The part of the blocks on loan that nobody asked for. */
  readonly bytesWasted: number;
}

/** The blocks of one class: how many are lent, and the free ones from the most to the least recently used. */
export class Shelf<Memory> {
  readonly classBytes: number;
  /** The free block that was released last. */
  newest: Block<Memory> | undefined;
  /** The free block that has been free for the longest time. */
  oldest: Block<Memory> | undefined;
  free = 0;
  lent = 0;
  hits = 0;
  misses = 0;
  /** Bytes that its present loans asked for. */
  requestedBytes = 0;
  #use: ClassUse | undefined;

  constructor(classBytes: number) {
    this.classBytes = classBytes;
  }

  /** Lays a block on top. */
  put(block: Block<Memory>): void {
    const { newest } = this;
    block.older = newest;
    if (newest === undefined) this.oldest = block;
    else newest.newer = block;
    this.newest = block;
    this.free += 1;
  }

  /** Takes a free block out. */
  remove(block: Block<Memory>): void {
    const { newer, older } = block;
    if (newer === undefined) this.newest = older;
    else newer.older = older;
    if (older === undefined) this.oldest = newer;
    else older.newer = newer;
    block.newer = undefined;
    block.older = undefined;
    this.free -= 1;
  }

  /** A snapshot; the same one while nothing changes. */
  use(): ClassUse {
    const { classBytes, lent, free, hits, misses } = this;
    const bytesWasted = lent * classBytes - this.requestedBytes;
    const last = this.#use;
    if (
      last === undefined ||
      last.lent !== lent ||
      last.free !== free ||
      last.hits !== hits ||
      last.misses !== misses ||
      last.bytesWasted !== bytesWasted
    ) {
      this.#use = Object.freeze({ classBytes, lent, free, hits, misses, bytesWasted });
    }
    return this.#use as ClassUse;
  }
}
