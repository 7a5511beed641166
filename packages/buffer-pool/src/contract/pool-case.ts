import type { MemoryPool } from '../pool/buffer-pool.js';

/** What leases of all kinds of memory have. */
export interface AnyLease<L> extends Disposable {
  /** Bytes that were asked for. */
  readonly byteLength: number;
  /** Adds a holder. */
  retain(): L;
  /** Gives a holder's share back. */
  release(): void;
}

/** A pool under test, and how to get at what it lends. */
export interface PoolUnderTest<L> {
  readonly pool: MemoryPool<L>;
  use(lease: L): unknown;
}

/** A case that is given a pool, and leaves it with nothing lent. */
export interface PoolCase<L> {
  readonly name: string;
  run(test: PoolUnderTest<L>): Promise<void>;
}

/** The budget of all cases: sixteen of the smallest blocks. */
export const CONTRACT_BYTES = 65_536;

/** The smallest block. */
export const CONTRACT_PAGE = 4096;
