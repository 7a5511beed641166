import { FramerailError, type Lease } from '@framerail/lifecycle';
import type { Block } from '../blocks/block.js';
import { CallSite } from './call-site.js';

/** What a lease needs of the pool that lent it. */
export interface Lender {
  /** Whether releases record their place. */
  readonly recordsReleases: boolean;
  /** Takes a holder's share of a block back. */
  takeBack(lease: PoolLease, block: Block): void;
  /** Makes a lease for one more holder. */
  share(block: Block, byteLength: number): PoolLease;
}

/** A holder's share of a block. */
export class PoolLease implements Lease {
  readonly byteLength: number;
  readonly #lender: Lender;
  #block: Block | undefined;
  #releasedAt: CallSite | undefined;

  /** @param block - has been counted for this holder */
  constructor(lender: Lender, block: Block, byteLength: number) {
    this.#lender = lender;
    this.#block = block;
    this.byteLength = byteLength;
  }

  get bytes(): Uint8Array {
    return (this.#block ?? this.#refuse('Reading')).view;
  }

  retain(): Lease {
    return this.#lender.share(this.#block ?? this.#refuse('Retaining'), this.byteLength);
  }

  release(): void {
    const block = this.#block ?? this.#refuse('Releasing');
    this.#block = undefined;
    if (this.#lender.recordsReleases) this.#releasedAt = new CallSite();
    this.#lender.takeBack(this, block);
  }

  [Symbol.dispose](): void {
    this.release();
  }

  #refuse(deed: string): never {
    const releasedAt = this.#releasedAt?.describe(1);
    const where =
      releasedAt === undefined
        ? "; a pool with leakDetection: 'full' says where that was"
        : `, first at:\n${releasedAt}\nand then used at:\n${new CallSite().describe(2)}`;
    throw new FramerailError({
      code: 'E_LEASE_RELEASED',
      message: `${deed} a lease of ${this.byteLength} bytes was refused because it has been released${where}`,
      details: { byteLength: this.byteLength, releasedAt },
    });
  }
}
