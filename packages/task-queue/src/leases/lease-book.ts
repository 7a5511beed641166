import type { TaskLease } from '../engines/task-engine.js';
import type { RenewLeases } from './lease-keeper.js';

/** Leases of one renewal: a store shouldn't be held up for longer. */
const MAX_BATCH = 500;

/** What a round of renewals found. */
export interface RenewalNews {
  readonly lost: readonly TaskLease[];
  /** Those not told of before. */
  readonly cancelled: readonly TaskLease[];
}

/** The leases that a keeper keeps. */
export class LeaseBook {
  readonly #leases = new Map<string, { readonly lease: TaskLease; isCancelTold: boolean }>();

  get size(): number {
    return this.#leases.size;
  }

  hold(leases: readonly TaskLease[]): void {
    for (const lease of leases) this.#leases.set(lease.id, { lease, isCancelTold: false });
  }

  drop(leases: readonly TaskLease[]): void {
    // A later lease of the same task stays.
    for (const { id, token } of leases)
      if (this.#leases.get(id)?.lease.token === token) this.#leases.delete(id);
  }

  /** Renews all of them, a batch at a time; what was dropped meanwhile isn't told of. */
  async renew(renew: RenewLeases, leaseUntilMs: () => number): Promise<RenewalNews> {
    const all = [...this.#leases.values()];
    const [lost, cancelled]: TaskLease[][] = [[], []];
    for (let from = 0; from < all.length; from += MAX_BATCH) {
      const batch = all.slice(from, from + MAX_BATCH).map(({ lease }) => lease);
      const outcomes = await renew(batch, leaseUntilMs());
      for (const [at, lease] of batch.entries()) {
        const entry = this.#leases.get(lease.id);
        if (entry === undefined || entry.lease.token !== lease.token) continue;
        if (outcomes[at] === 'lost') {
          this.#leases.delete(lease.id);
          lost?.push(lease);
        } else if (outcomes[at] === 'cancel' && !entry.isCancelTold) {
          entry.isCancelTold = true;
          cancelled?.push(lease);
        }
      }
    }
    return { lost: lost ?? [], cancelled: cancelled ?? [] };
  }
}
