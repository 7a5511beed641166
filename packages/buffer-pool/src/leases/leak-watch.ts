import type { Block } from '../blocks/block.js';

/** A lease that was collected without having been released. */
export interface LostLease {
  /** The pool's name. */
  readonly pool: string;
  /** Bytes that went back to the budget, by class; 0 while other holders have the same memory. */
  readonly bytesRecovered: number;
  /** Stack of the call that acquired it, if recorded: always with `leakDetection: 'full'`, at times with `'sampled'`. */
  readonly acquiredAt: string | undefined;
}

/** After so many loans the watch looks at those that are still out, and lets go of those that were out at the look before. */
const LOANS_BETWEEN_LOOKS = 1024;

/**
 * Hears of leases that are collected unreleased: a safety net, not a way to release.
 *
 * To register a lease costs more than the rest of a loan, and most are released soon. So a new lease is kept
 * alive by its block until a later look, and only those that are still out then are registered and let go.
 */
export class LeakWatch<Memory> {
  readonly #registry: FinalizationRegistry<Block<Memory>>;
  /** Blocks to look at, each the next one's. */
  #first: Block<Memory> | undefined;
  #loans = 0;
  #lookAt = LOANS_BETWEEN_LOOKS;

  /** @param onLost - told of a block one of whose holders is gone */
  constructor(onLost: (block: Block<Memory>) => void) {
    this.#registry = new FinalizationRegistry(onLost);
  }

  /** Begins to watch the lease of a new loan. */
  watchLoan(lease: object, block: Block<Memory>): void {
    this.#loans += 1;
    block.newLease = lease;
    block.loan = this.#loans;
    if (!block.toBeWatched) {
      block.toBeWatched = true;
      block.nextWatched = this.#first;
      this.#first = block;
    }
    if (this.#loans >= this.#lookAt) this.#look(this.#loans - LOANS_BETWEEN_LOOKS);
  }

  /** Begins to watch the lease of one more holder. */
  watchShare(lease: object, block: Block<Memory>): void {
    this.#registry.register(lease, block, lease);
  }

  /** Ends it: the lease was released. */
  forget(lease: object, block: Block<Memory>): void {
    if (block.newLease === lease) block.newLease = undefined;
    else this.#registry.unregister(lease);
  }

  /** Lets go of all leases that are out, so that they can be seen to get lost. */
  look(): void {
    this.#look(this.#loans);
  }

  /** Lets go of the leases that are out since the loan of this number or longer. */
  #look(since: number): void {
    this.#lookAt = this.#loans + LOANS_BETWEEN_LOOKS;
    let block = this.#first;
    this.#first = undefined;
    while (block !== undefined) {
      const next: Block<Memory> | undefined = block.nextWatched;
      block.nextWatched = undefined;
      if (block.newLease !== undefined && block.loan > since) {
        block.nextWatched = this.#first;
        this.#first = block;
      } else {
        block.toBeWatched = false;
        if (block.newLease !== undefined) this.#registry.register(block.newLease, block, block.newLease);
        block.newLease = undefined;
      }
      block = next;
    }
  }
}
