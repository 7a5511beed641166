import { type ContractCase, demand } from '@framerail/lifecycle/testing';
import type { MemoryPool } from '../pool/buffer-pool.js';
import { type AnyLease, CONTRACT_BYTES } from './pool-case.js';
import { poolLendingCases } from './pool-lending-cases.js';
import { poolLineCases } from './pool-line-cases.js';

/** What {@link poolContract} needs to know of a pool. */
export interface PoolContractOptions<L extends AnyLease<L>> {
  /** Makes the pool under test, anew for each case; the case closes it. */
  createPool(options: { readonly maxBytes: number }): MemoryPool<L> | Promise<MemoryPool<L>>;
  /** Gets at a lease's memory, such as `(lease) => lease.bytes`. */
  use(lease: L): unknown;
}

/**
 * What every {@link MemoryPool} must do, as cases for the test runner at hand. Those that wait do so by the system's
 * clock, some milliseconds each.
 *
 * @param options - how to make the pool, and how to get at what it lends
 */
export function poolContract<L extends AnyLease<L>>(
  options: PoolContractOptions<L>,
): readonly ContractCase[] {
  return [...poolLendingCases<L>(), ...poolLineCases<L>()].map(({ name, run }) => ({
    name,
    async run() {
      const pool = await options.createPool({ maxBytes: CONTRACT_BYTES });
      try {
        await run({ pool: quietly(pool), use: (lease) => options.use(lease) });
        const { leases, bytesInUse, waiting } = pool.stats();
        demand(leases === 0, `all leases to be back, but ${leases} of ${bytesInUse} bytes are out`);
        demand(bytesInUse === 0, `no bytes to be in use at the end, not ${bytesInUse}`);
        demand(waiting === 0, `nobody to wait at the end, but ${waiting} do`);
      } finally {
        pool.close();
      }
    },
  }));
}

/** A case that fails leaves requests behind, whose end is nobody's business any more. */
function quietly<L>(pool: MemoryPool<L>): MemoryPool<L> {
  return {
    name: pool.name,
    on: pool.on,
    acquire(byteLength, options) {
      const asked = pool.acquire(byteLength, options);
      asked.catch(() => {});
      return asked;
    },
    tryAcquire: (byteLength, options) => pool.tryAcquire(byteLength, options),
    trim: (request) => pool.trim(request),
    limit: (bytes) => pool.limit(bytes),
    flush: () => pool.flush(),
    close: () => pool.close(),
    stats: () => pool.stats(),
    [Symbol.dispose]: () => pool[Symbol.dispose](),
  };
}
