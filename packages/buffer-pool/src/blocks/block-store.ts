import type { Allocator } from '../allocators/allocator.js';
import { allocationFailed } from '../pool/pool-errors.js';
import type { PoolCounters } from '../pool/pool-stats.js';
import { type Block, createBlock, type Shelf } from './block.js';
import type { ClassUse } from './class-use.js';
import { type BlockFilter, FreeBlocks } from './free-blocks.js';
import type { Expiring } from './idle-expiry.js';
import type { IdleSpans } from './idle-spans.js';
import type { MemoryAccess } from './memory-access.js';
import { firstLateWrite, poison } from './poison.js';

/** Options of {@link BlockStore}, checked. */
export interface BlockStoreOptions<Memory> {
  readonly maxBytes: number;
  readonly maxFreeBytes: number;
  readonly allocator: Allocator<Memory>;
  readonly access: MemoryAccess<Memory>;
  readonly spans: IdleSpans;
  /** Whether free memory is filled, and looked at before it is used or freed. */
  readonly poison: boolean;
  /** Told of a block that was written to while it was free. */
  readonly onLateWrite: (block: Block<Memory>, offset: number) => void;
  /** Told of what an allocator threw from `free`. */
  readonly onFreeFailed: (error: unknown) => void;
}

/**
 * The memory of a pool: blocks on loan and free, never more bytes than the budget. Its figures are right before anything
 * outside is called, allocators included, which may call the pool in turn.
 */
export class BlockStore<Memory> implements Expiring {
  readonly #options: BlockStoreOptions<Memory>;
  readonly #counters: PoolCounters;
  readonly #free = new FreeBlocks<Memory>();
  /** All memory that has not been given back. */
  readonly #living = new WeakSet<WeakKey>();
  #bytesInUse = 0;
  #bytesGivenBack = 0;
  #leases = 0;
  #keepsFree = true;
  #limitBytes: number;

  constructor(options: BlockStoreOptions<Memory>, counters: PoolCounters) {
    this.#options = options;
    this.#limitBytes = options.maxBytes;
    this.#counters = counters;
  }

  get bytesInUse(): number {
    return this.#bytesInUse;
  }

  get bytesFree(): number {
    return this.#free.bytes;
  }

  /** Bytes that went back to the allocator since the store was made. */
  get bytesGivenBack(): number {
    return this.#bytesGivenBack;
  }

  /** Blocks on loan. */
  get leases(): number {
    return this.#leases;
  }

  /** Bytes that may be on loan at present. */
  get limitBytes(): number {
    return this.#limitBytes;
  }

  /** Whether a class has a free block. */
  hasFree(classBytes: number): boolean {
    return this.#free.find(classBytes)?.newest !== undefined;
  }

  /** Whether {@link BlockStore.take} would find memory. */
  fits(classBytes: number): boolean {
    const bytes = this.#bytesInUse + classBytes;
    return bytes <= this.#limitBytes || (this.#leases === 0 && bytes <= this.#options.maxBytes);
  }

  /**
   * Lends a block: a free one of the class, or a new one for which free blocks of other classes make room.
   * The caller has made sure that it {@link BlockStore.fits}.
   */
  take(classBytes: number): Block<Memory> {
    const counters = this.#counters;
    const shelf = this.#free.find(classBytes);
    const block = shelf === undefined ? undefined : this.#takeFree(shelf);
    if (block === undefined) return this.#make(classBytes);
    counters.hits += 1;
    block.shelf.hits += 1;
    block.shelf.lent += 1;
    this.#leases += 1;
    this.#bytesInUse += classBytes;
    if (this.#bytesInUse > counters.peakBytesInUse) counters.peakBytesInUse = this.#bytesInUse;
    return block;
  }

  /** Tells of a write to a block while it was free, once the block is somebody's. */
  lookAt(block: Block<Memory>): void {
    const offset = this.#lateWriteIn(block);
    if (offset >= 0) this.#options.onLateWrite(block, offset);
  }

  /** Takes a block back from its last holder. */
  put(block: Block<Memory>): void {
    const { access, maxFreeBytes, spans } = this.#options;
    this.#leases -= 1;
    this.#bytesInUse -= block.classBytes;
    block.shelf.lent -= 1;
    // Of a lost lease somebody may still have a view, so its memory goes when that view does and is neither lent
    // nor detached. Memory that a borrower transferred to another thread is no longer here.
    if (block.lost || access.byteLength(block.memory) !== block.classBytes) {
      this.#free.closeIfEmpty(block.shelf);
      return;
    }
    if (this.#options.poison) {
      const bytes = access.bytes?.(block.memory);
      if (bytes !== undefined) poison(bytes);
      block.poisoned = bytes !== undefined;
    }
    this.#free.put(block);
    if (!this.#keepsFree || block.leaves) {
      this.#remove(block);
      this.#giveBack([block]);
      return;
    }
    spans.mark(block);
    const above = this.#free.bytes - Math.min(maxFreeBytes, Math.max(0, this.#limitBytes - this.#bytesInUse));
    if (above > 0) this.#evict(above);
  }

  /** Notes that a block's memory is another object from now on. */
  replace(block: Block<Memory>, memory: Memory): void {
    block.memory = memory;
    block.view = this.#options.access.view(memory, block.requestedBytes);
    this.#living.add(memory as WeakKey);
  }

  /** Lends no more than so many bytes, save for a single block, and gives back what is free above it. */
  limit(bytes: number): void {
    this.#limitBytes = bytes;
    this.#evict(this.#free.bytes - Math.max(0, bytes - this.#bytesInUse));
  }

  /** Gives at least so many free bytes back to the allocator, or all there are that the filter lets through. */
  trim(bytes: number, filter?: BlockFilter<Memory>): void {
    this.#evict(bytes, filter);
  }

  expire(idleMs: number): number | undefined {
    const { spans } = this.#options;
    const nowMs = spans.now();
    this.#evict(Number.POSITIVE_INFINITY, ({ freed }) => nowMs - freed.endMs >= idleMs);
    let longestMs: number | undefined;
    for (const { freed } of this.#free.oldest()) {
      longestMs = Math.max(longestMs ?? Number.NEGATIVE_INFINITY, nowMs - freed.endMs);
    }
    return longestMs;
  }

  /** Gives everything free back, now and whenever a block comes home. */
  close(): void {
    this.#keepsFree = false;
    this.#evict(Number.POSITIVE_INFINITY);
  }

  classes(): readonly ClassUse[] {
    return this.#free.classes();
  }

  /** Takes a free block whose memory is all there: a borrower may have transferred a view that it kept. */
  #takeFree(shelf: Shelf<Memory>): Block<Memory> | undefined {
    const { access } = this.#options;
    for (;;) {
      const block = this.#free.take(shelf);
      if (block === undefined || access.byteLength(block.memory) === shelf.classBytes) return block;
      this.#free.closeIfEmpty(shelf);
    }
  }

  #evict(bytes: number, filter?: BlockFilter<Memory>): void {
    if (bytes <= 0) return;
    let missing = bytes;
    const blocks: Block<Memory>[] = [];
    for (const block of this.#free.inOrderOfEviction()) {
      if (filter !== undefined && !filter(block)) continue;
      blocks.push(block);
      missing -= block.classBytes;
      if (missing <= 0) break;
    }
    for (const block of blocks) this.#remove(block);
    this.#giveBack(blocks);
  }

  #remove(block: Block<Memory>): void {
    this.#free.remove(block);
    this.#free.closeIfEmpty(block.shelf);
    this.#bytesGivenBack += block.classBytes;
    this.#living.delete(block.memory as WeakKey);
  }

  #giveBack(blocks: readonly Block<Memory>[]): void {
    const { allocator, onFreeFailed, onLateWrite } = this.#options;
    const late: { readonly block: Block<Memory>; readonly offset: number }[] = [];
    for (const block of blocks) {
      const offset = this.#lateWriteIn(block);
      if (offset >= 0) late.push({ block, offset });
      try {
        allocator.free(block.memory);
      } catch (error) {
        onFreeFailed(error);
      }
    }
    // Last, because listeners may ask the pool for the bytes that have just gone.
    for (const { block, offset } of late) onLateWrite(block, offset);
  }

  /** Counts a write to a poisoned block. @returns the offset of its first byte; -1 if there was none */
  #lateWriteIn(block: Block<Memory>): number {
    if (!block.poisoned) return -1;
    block.poisoned = false;
    const bytes = this.#options.access.bytes?.(block.memory);
    const offset = bytes === undefined ? -1 : firstLateWrite(bytes);
    if (offset >= 0) this.#counters.lateWrites += 1;
    return offset;
  }

  /** A new block. Its bytes count as lent while the allocator makes them. */
  #make(classBytes: number): Block<Memory> {
    const counters = this.#counters;
    const shelf = this.#free.open(classBytes);
    shelf.lent += 1;
    this.#leases += 1;
    this.#bytesInUse += classBytes;
    try {
      const block = createBlock(this.#allocate(classBytes), shelf);
      counters.misses += 1;
      shelf.misses += 1;
      counters.peakBytesInUse = Math.max(counters.peakBytesInUse, this.#bytesInUse);
      counters.peakBytes = Math.max(counters.peakBytes, this.#bytesInUse + this.#free.bytes);
      return block;
    } catch (error) {
      shelf.lent -= 1;
      this.#leases -= 1;
      this.#bytesInUse -= classBytes;
      this.#free.closeIfEmpty(shelf);
      throw error;
    }
  }

  #allocate(classBytes: number): Memory {
    this.#evict(this.#free.bytes - Math.max(0, this.#limitBytes - this.#bytesInUse));
    try {
      return this.#allocateOnce(classBytes);
    } catch {
      // The system may be short of exactly the bytes that lie here unused.
      this.#evict(Number.POSITIVE_INFINITY);
    }
    try {
      return this.#allocateOnce(classBytes);
    } catch (cause) {
      throw allocationFailed(this.#options.allocator.name, classBytes, cause);
    }
  }

  #allocateOnce(classBytes: number): Memory {
    const { allocator, access } = this.#options;
    const memory = allocator.allocate(classBytes);
    const bytes = access.byteLength(memory);
    const expected = `${access.expected} of ${classBytes} bytes`;
    if (bytes === undefined)
      throw new RangeError(`Expected ${expected} but received ${memory === null ? 'null' : typeof memory}`);
    if (this.#living.has(memory as WeakKey))
      throw new RangeError(`Expected ${expected} of its own but received memory that is in use`);
    if (bytes !== classBytes) {
      allocator.free(memory);
      throw new RangeError(`Expected ${expected} but received one of ${bytes}`);
    }
    this.#living.add(memory as WeakKey);
    return memory;
  }
}
