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

/** After so many loans the watch looks at those that are still out. */
const LOANS_BETWEEN_LOOKS = 1024;

/**
 * Hears of leases that are collected unreleased: a safety net, not a way to release.
 *
 * To register a lease costs more than the rest of a loan, and most are released soon. So a new lease is kept
 * alive by its block until the next look, and only those that are still out then are registered and let go.
 */
export class LeakWatch<Memory> {
  readonly #registry: FinalizationRegistry<Block<Memory>>;
  #unseen: Block<Memory>[] = [];
  #loans = 0;

  /** @param onLost - told of a block one of whose holders is gone */
  constructor(onLost: (block: Block<Memory>) => void) {
    this.#registry = new FinalizationRegistry(onLost);
  }

  /** Begins to watch the lease of a new loan. */
  watchLoan(lease: object, block: Block<Memory>): void {
    block.newLease = lease;
    if (!block.toBeWatched) {
      block.toBeWatched = true;
      this.#unseen.push(block);
    }
    this.#loans += 1;
    if (this.#loans >= LOANS_BETWEEN_LOOKS) this.look();
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

  /** Lets go of the leases that are out, so that they can be seen to get lost. */
  look(): void {
    const blocks = this.#unseen;
    this.#unseen = [];
    this.#loans = 0;
    for (const block of blocks) {
      block.toBeWatched = false;
      if (block.newLease === undefined) continue;
      this.#registry.register(block.newLease, block, block.newLease);
      block.newLease = undefined;
    }
  }
}

/** Says it where a program's warnings go; for pools on which nobody listens for `lost`. */
export function warnOfLoss(loss: LostLease): void {
  const where =
    loss.acquiredAt === undefined
      ? "leakDetection: 'full' tells where it was acquired."
      : `It was acquired at:\n${loss.acquiredAt}`;
  const message = `A lease of pool ${loss.pool} was collected without having been released; ${loss.bytesRecovered} bytes went back to its budget. ${where}`;
  const host = globalThis as { process?: { emitWarning?(text: string, name: string): void } };
  if (host.process?.emitWarning !== undefined) host.process.emitWarning(message, 'FramerailLostLease');
  else console.warn(message);
}
