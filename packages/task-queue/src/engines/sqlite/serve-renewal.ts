import { serveLeaseKeeper } from '../../leases/serve-lease-keeper.js';
import { insisting } from './open-database.js';
import { connect } from './queue-file.js';
import { SqliteStore } from './sqlite-store.js';
import { storeError } from './store-errors.js';

const BLOCK_MS = 1000;
const PATIENCE_MS = 5000;

/**
 * The program of a thread that renews leases through a connection of its own. Anywhere but in such a thread it does nothing.
 *
 * @returns whether this is such a thread
 */
export function serveRenewal(): boolean {
  return serveLeaseKeeper<{ readonly path: string }>(({ path }) => {
    const store = new SqliteStore(connect(path, BLOCK_MS), false);
    return {
      async renew(leases, leaseUntilMs) {
        try {
          const renewing = { name: 'renew', given: { leases, leaseUntilMs } } as const;
          const [outcome] = await insisting(
            () => store.transact([renewing]),
            performance.now() + PATIENCE_MS,
          );
          return (outcome as { readonly value: readonly ('held' | 'cancel' | 'lost')[] }).value;
        } catch (error) {
          throw storeError(error, path);
        }
      },
      close: () => store.close(),
    };
  });
}
