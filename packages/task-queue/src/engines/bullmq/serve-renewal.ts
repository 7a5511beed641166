import { serveLeaseKeeper } from '../../leases/serve-lease-keeper.js';
import type { TaskLease } from '../task-engine.js';
import type { StoreAddress } from './bullmq-options.js';
import { RedisLink } from './redis-link.js';
import { RENEW } from './scripts/settling.js';

/** What became of leases that were to be renewed. */
export type Renewals = readonly ('held' | 'cancel' | 'lost')[];

/** Renews leases over a connection. */
export async function renewLeases(
  link: RedisLink,
  leases: readonly TaskLease[],
  leaseUntilMs: number,
): Promise<Renewals> {
  const args = leases.flatMap(({ id, token }) => [id, token]);
  return (await link.run(RENEW, [leaseUntilMs, ...args])) as Renewals;
}

/**
 * The program of a thread that renews leases through a connection of its own. Anywhere but in such a thread it does nothing.
 *
 * @returns whether this is such a thread
 */
export function serveRenewal(): boolean {
  return serveLeaseKeeper<StoreAddress>((address) => {
    const link = new RedisLink(address);
    return {
      renew: (leases, leaseUntilMs) => renewLeases(link, leases, leaseUntilMs),
      close: () => link.close(),
    };
  });
}
