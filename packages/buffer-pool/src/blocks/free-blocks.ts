import { type Block, Shelf } from './block.js';
import type { ClassUse } from './class-use.js';

/** Which free blocks to part with. */
export type BlockFilter<Memory> = (block: Block<Memory>) => boolean;

/** The blocks of a pool by class: what is free, and how many are lent. */
export class FreeBlocks<Memory> {
  /** Smallest class first. */
  readonly #shelves: Shelf<Memory>[] = [];
  #last: Shelf<Memory> | undefined;
  #bytes = 0;

  /** Bytes of all free blocks. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The shelf of a class that has any block, lent or free. */
  find(classBytes: number): Shelf<Memory> | undefined {
    const last = this.#last;
    if (last !== undefined && last.classBytes === classBytes) return last;
    const shelf = this.#shelves[this.#place(classBytes)];
    if (shelf === undefined || shelf.classBytes !== classBytes) return undefined;
    this.#last = shelf;
    return shelf;
  }

  /** The shelf for a new block of a class. */
  open(classBytes: number): Shelf<Memory> {
    const found = this.find(classBytes);
    if (found !== undefined) return found;
    const shelf = new Shelf<Memory>(classBytes);
    this.#shelves.splice(this.#place(classBytes), 0, shelf);
    return shelf;
  }

  /** Takes the most recently used free block of a shelf. */
  take(shelf: Shelf<Memory>): Block<Memory> | undefined {
    const block = shelf.newest;
    if (block !== undefined) this.remove(block);
    return block;
  }

  /** Takes in a block that nobody has any more. */
  put(block: Block<Memory>): void {
    block.shelf.put(block);
    this.#bytes += block.classBytes;
  }

  /** Takes a free block out. */
  remove(block: Block<Memory>): void {
    block.shelf.remove(block);
    this.#bytes -= block.classBytes;
  }

  /** Takes a shelf away that has nothing, lent or free. */
  closeIfEmpty(shelf: Shelf<Memory>): void {
    if (shelf.lent > 0 || shelf.free > 0) return;
    if (this.#last === shelf) this.#last = undefined;
    const place = this.#place(shelf.classBytes);
    if (this.#shelves[place] === shelf) this.#shelves.splice(place, 1);
  }

  /** The free blocks in the order in which to part with them: of the largest class the least recently used first. Nothing may be moved meanwhile. */
  *inOrderOfEviction(): Iterable<Block<Memory>> {
    for (let place = this.#shelves.length - 1; place >= 0; place -= 1) {
      for (let block = this.#shelves[place]?.oldest; block !== undefined; block = block.newer) yield block;
    }
  }

  /** The free blocks that have been free for the longest time in their class. */
  *oldest(): Iterable<Block<Memory>> {
    for (const { oldest } of this.#shelves) if (oldest !== undefined) yield oldest;
  }

  /** A snapshot by class, smallest first. */
  classes(): readonly ClassUse[] {
    return Object.freeze(this.#shelves.map((shelf) => shelf.use()));
  }

  /** Where a class stands, or would. */
  #place(classBytes: number): number {
    const shelves = this.#shelves;
    let low = 0;
    let high = shelves.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((shelves[middle] as Shelf<Memory>).classBytes < classBytes) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
