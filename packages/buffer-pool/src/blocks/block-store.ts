import type { Allocator } from '../allocators/allocator.js';
import { allocationFailed } from '../pool/pool-errors.js';
import type { PoolCounters } from '../pool/pool-stats.js';
import { type Block, createBlock } from './block.js';
import { type ClassUse, FreeBlocks } from './free-blocks.js';
import type { MemoryAccess } from './memory-access.js';

/** Options of {@link BlockStore}, checked. */
export interface BlockStoreOptions<Memory> {
  readonly maxBytes: number;
  readonly maxFreeBytes: number;
  readonly allocator: Allocator<Memory>;
  readonly access: MemoryAccess<Memory>;
}

/** The memory of a pool: blocks on loan and free, never more bytes than the budget. */
export class BlockStore<Memory> {
  readonly #options: BlockStoreOptions<Memory>;
  readonly #counters: PoolCounters;
  readonly #free = new FreeBlocks<Memory>();
  #bytesInUse = 0;
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

  /** Blocks on loan. */
  get leases(): number {
    return this.#leases;
  }

  /** Whether a class has any block. */
  has(classBytes: number): boolean {
    return this.#free.has(classBytes);
  }

  /** Whether a class has a free block. */
  hasFree(classBytes: number): boolean {
    return this.#free.hasFree(classBytes);
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
    let block = this.#free.take(classBytes);
    if (block === undefined) {
      const memory = this.#allocate(classBytes);
      block = createBlock(memory, this.#free.shelfForNew(classBytes));
      counters.misses += 1;
    } else counters.hits += 1;
    this.#leases += 1;
    this.#bytesInUse += classBytes;
    if (this.#bytesInUse > counters.peakBytesInUse) counters.peakBytesInUse = this.#bytesInUse;
    const bytes = this.#bytesInUse + this.#free.bytes;
    if (bytes > counters.peakBytes) counters.peakBytes = bytes;
    return block;
  }

  /** Takes a block back from its last holder. */
  put(block: Block<Memory>): void {
    this.#leases -= 1;
    this.#bytesInUse -= block.classBytes;
    // Of a lost lease somebody may still have a view, so its memory goes when that view does and is neither lent
    // nor detached. Memory that a borrower transferred to another thread is no longer here.
    if (block.lost || this.#options.access.byteLength(block.memory) !== block.classBytes) {
      this.#free.forget(block);
      return;
    }
    this.#free.put(block);
    const allowed = this.#keepsFree ? this.#options.maxFreeBytes : 0;
    if (this.#free.bytes > allowed) this.#evict(this.#free.bytes - allowed);
  }

  /** Bytes that may be on loan at present. */
  get limitBytes(): number {
    return this.#limitBytes;
  }

  /** Lends no more than so many bytes, save for a single block, and gives back what is free above it. */
  limit(bytes: number): void {
    this.#limitBytes = bytes;
    const above = this.#bytesInUse + this.#free.bytes - bytes;
    if (above > 0) this.#evict(above);
  }

  /** Gives at least so many free bytes back to the allocator, or all there are. @returns the bytes given back */
  trim(bytes: number): number {
    return this.#evict(bytes);
  }

  /** Gives everything free back, now and whenever a block comes home. */
  close(): void {
    this.#keepsFree = false;
    this.#evict(Number.POSITIVE_INFINITY);
  }

  classes(): readonly ClassUse[] {
    return this.#free.classes();
  }

  #evict(bytes: number): number {
    let freed = 0;
    while (freed < bytes) {
      const block = this.#free.evict();
      if (block === undefined) break;
      freed += block.classBytes;
      this.#options.allocator.free(block.memory);
    }
    return freed;
  }

  #allocate(classBytes: number): Memory {
    const { allocator, maxBytes } = this.#options;
    this.#evict(this.#bytesInUse + this.#free.bytes + classBytes - maxBytes);
    try {
      return this.#allocateOnce(classBytes);
    } catch {
      // The system may be short of exactly the bytes that lie here unused.
      this.#evict(Number.POSITIVE_INFINITY);
    }
    try {
      return this.#allocateOnce(classBytes);
    } catch (cause) {
      throw allocationFailed(allocator.name, classBytes, cause);
    }
  }

  #allocateOnce(classBytes: number): Memory {
    const { allocator, access } = this.#options;
    const memory = allocator.allocate(classBytes);
    const bytes = access.byteLength(memory);
    if (bytes === classBytes) return memory;
    const received = bytes === undefined ? typeof memory : `one of ${bytes}`;
    throw new RangeError(`Expected ${access.expected} of ${classBytes} bytes but received ${received}`);
  }
}
