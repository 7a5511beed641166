import type { Block, Shelf } from './block.js';

/** Blocks of one class, for reports. */
export interface ClassUse {
  /** Bytes of a block of this class. */
  readonly classBytes: number;
  /** Blocks on loan. */
  readonly lent: number;
  /** Blocks that wait to be lent. */
  readonly free: number;
}

/** The blocks of a pool by class: what is free, and how many are lent. */
export class FreeBlocks<Memory> {
  readonly #shelves = new Map<number, Shelf<Memory>>();
  #bytes = 0;

  /** Bytes of all free blocks. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether the class has any block, lent or free. */
  has(classBytes: number): boolean {
    return this.#shelves.has(classBytes);
  }

  /** Whether the class has a free block. */
  hasFree(classBytes: number): boolean {
    return (this.#shelves.get(classBytes)?.blocks.length ?? 0) > 0;
  }

  /** Takes the most recently used free block of a class, which counts as lent from now on. */
  take(classBytes: number): Block<Memory> | undefined {
    const shelf = this.#shelves.get(classBytes);
    const block = shelf?.blocks.pop();
    if (shelf === undefined || block === undefined) return undefined;
    this.#bytes -= classBytes;
    shelf.lent += 1;
    return block;
  }

  /** The shelf for a new block of a class, which counts as lent from now on. */
  shelfForNew(classBytes: number): Shelf<Memory> {
    let shelf = this.#shelves.get(classBytes);
    if (shelf === undefined) {
      shelf = { classBytes, blocks: [], lent: 0 };
      this.#shelves.set(classBytes, shelf);
    }
    shelf.lent += 1;
    return shelf;
  }

  /** Takes a lent block back. */
  put(block: Block<Memory>): void {
    const { shelf } = block;
    shelf.lent -= 1;
    shelf.blocks.push(block);
    this.#bytes += shelf.classBytes;
  }

  /** Forgets a lent block. */
  forget(block: Block<Memory>): void {
    block.shelf.lent -= 1;
    this.#dropIfEmpty(block.shelf);
  }

  /** Takes out the free block to part with next: of the largest class, its least recently used. */
  evict(): Block<Memory> | undefined {
    let largest: Shelf<Memory> | undefined;
    for (const shelf of this.#shelves.values()) {
      if (shelf.blocks.length > 0 && shelf.classBytes > (largest?.classBytes ?? 0)) largest = shelf;
    }
    const block = largest?.blocks.shift();
    if (largest === undefined || block === undefined) return undefined;
    this.#bytes -= largest.classBytes;
    this.#dropIfEmpty(largest);
    return block;
  }

  /** A snapshot by class, smallest first. */
  classes(): readonly ClassUse[] {
    const shelves = [...this.#shelves.values()].sort((a, b) => a.classBytes - b.classBytes);
    return Object.freeze(
      shelves.map(({ classBytes, lent, blocks }) => Object.freeze({ classBytes, lent, free: blocks.length })),
    );
  }

  #dropIfEmpty(shelf: Shelf<Memory>): void {
    if (shelf.lent === 0 && shelf.blocks.length === 0) this.#shelves.delete(shelf.classBytes);
  }
}
