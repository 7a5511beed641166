import type { Block } from '../blocks/block.js';
import { CallSite } from './call-site.js';
import { leaseEnded, leaseShared } from './lease-errors.js';

/** What a lease needs of the pool that lent it. */
export interface Lender<Memory, L> {
  /** Whether releases record their place. */
  readonly recordsReleases: boolean;
  /** Takes a holder's share of a block back. */
  takeBack(lease: L, block: Block<Memory>, releasedAt: CallSite | undefined): void;
  /** Makes a lease for one more holder. */
  share(block: Block<Memory>, byteLength: number): L;
  /** A holder who can be asked has its lease from now on. */
  handOver(block: Block<Memory>): void;
  /** Ends the watch over a lease whose block leaves the thread and stays lent. */
  letGo(lease: L, block: Block<Memory>): void;
  /**
   * Takes a block back that had left the thread.
   *
   * @param memory - the block's memory, maybe under another object; `undefined` if it won't come
   */
  welcome(block: Block<Memory>, memory: Memory | undefined): void;
}

/** What a pool gives out: a holder's share of a block. What it lends is shown by the classes that extend it. */
export abstract class BlockLease<Memory, L> implements Disposable {
  /** Bytes that were asked for. */
  byteLength: number;
  /** Whether the object is used for another loan some time after this one. */
  isReused = false;
  /** Whether its loan can be asked back. */
  canBeAsked = false;
  /** The lease that was released next after it, while it rests. */
  nextResting: L | undefined;
  readonly #lender: Lender<Memory, L>;
  #block: Block<Memory> | undefined;
  #releasedAt: CallSite | undefined;
  #left = false;

  /** @param block - has been counted for this holder */
  constructor(lender: Lender<Memory, L>, block: Block<Memory>, byteLength: number) {
    this.#lender = lender;
    this.#block = block;
    this.byteLength = byteLength;
  }

  /**
   * Begins another loan with the same object.
   *
   * @param block - has been counted for this holder
   */
  beginAgain(block: Block<Memory>, byteLength: number): void {
    this.#block = block;
    this.byteLength = byteLength;
    this.canBeAsked = false;
  }

  /** The lease as its pool's kind, which is the class that extends this one. */
  protected abstract self(): L;

  /** What this loan sees. */
  protected view(): Memory {
    return (this.#block ?? this.#refuse('Reading')).view;
  }

  /** Says that its holder has it, or gets it within this turn: from now on it can be asked for it. */
  handOver(): void {
    if (this.canBeAsked && this.#block !== undefined) this.#lender.handOver(this.#block);
  }

  /** {@link BlockLease.handOver}, just before whoever awaits it has it: for the end of what returns a promise of it. */
  handOverNext(): void {
    if (this.canBeAsked) queueMicrotask(() => this.handOver());
  }

  /** Adds a holder. */
  retain(): L {
    return this.#lender.share(this.#block ?? this.#refuse('Retaining'), this.byteLength);
  }

  /** Gives this holder's share back. */
  release(): void {
    const block = this.#block ?? this.#refuse('Releasing');
    this.#end();
    this.#lender.takeBack(this.self(), block, this.#releasedAt);
  }

  /** Releases, unless the memory has left the thread: `using` then has nothing to do at the end of its scope. */
  [Symbol.dispose](): void {
    if (!this.#left) this.release();
  }

  /** Ends the lease without giving the block back: whoever calls it brings the block home. */
  protected leave(): { readonly block: Block<Memory>; readonly lender: Lender<Memory, L> } {
    const block = this.#block ?? this.#refuse('Sending away');
    if (block.holders > 1) throw leaseShared(this.byteLength, block.holders);
    this.#end();
    this.#left = true;
    this.#lender.letGo(this.self(), block);
    return { block, lender: this.#lender };
  }

  #end(): void {
    this.#block = undefined;
    if (this.#lender.recordsReleases) this.#releasedAt = new CallSite();
  }

  #refuse(deed: string): never {
    throw leaseEnded(deed, {
      byteLength: this.byteLength,
      name: 'a lease',
      end: 'released',
      endedAt: this.#releasedAt?.describe(2),
    });
  }
}
