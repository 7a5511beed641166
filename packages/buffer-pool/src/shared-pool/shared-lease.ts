import type { Lease } from '@framerail/lifecycle';
import { CallSite } from '../leases/call-site.js';
import { leaseEnded } from '../leases/lease-errors.js';
import type { LocalBlock } from './local-blocks.js';

/** What a lease of a shared pool needs of its thread's part of the pool. */
export interface SharedLender {
  /** Whether releases record their place. */
  readonly recordsReleases: boolean;
  /** Takes a holder's share of a block back. */
  takeBack(block: LocalBlock): void;
}

/** A holder's share of a block of a shared pool. */
export class SharedLease implements Lease {
  readonly byteLength: number;
  readonly #lender: SharedLender;
  readonly #block: LocalBlock;
  #view: Uint8Array | undefined;
  #releasedAt: CallSite | undefined;

  /** @param block - has been counted for this holder */
  constructor(lender: SharedLender, block: LocalBlock, view: Uint8Array) {
    this.#lender = lender;
    this.#block = block;
    this.#view = view;
    this.byteLength = view.byteLength;
  }

  get bytes(): Uint8Array {
    return this.#view ?? this.#refuse('Reading');
  }

  retain(): Lease {
    const view = this.#view ?? this.#refuse('Retaining');
    this.#block.holders += 1;
    return new SharedLease(this.#lender, this.#block, view);
  }

  release(): void {
    if (this.#view === undefined) this.#refuse('Releasing');
    this.#view = undefined;
    if (this.#lender.recordsReleases) this.#releasedAt = new CallSite();
    this.#lender.takeBack(this.#block);
  }

  [Symbol.dispose](): void {
    this.release();
  }

  #refuse(deed: string): never {
    throw leaseEnded(deed, {
      byteLength: this.byteLength,
      name: 'a lease',
      end: 'released',
      endedAt: this.#releasedAt?.describe(1),
    });
  }
}
