import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '@framerail/lifecycle';
import { recordOf } from '../workers/error-record.js';
import { KEEPER_MARK, type KeeperOrder, type KeeperReport, type KeeperSettings } from './keeper-messages.js';
import { LeaseBook } from './lease-book.js';
import type { RenewLeases } from './lease-keeper.js';
import { RenewalRounds } from './renewal-rounds.js';

/** An engine's part that stands in a keeper's thread. */
export interface LeaseRenewer {
  /** As the engine's. */
  renew: RenewLeases;
  /** Closes its own connection. */
  close(): void | Promise<void>;
}

/**
 * The whole of a keeper's program: renews what the main thread holds, through a connection of its own. Anywhere but in such a thread it
 * does nothing.
 *
 * @param open - makes the connection, by the settings that the engine gave; tried again at each round until it works
 * @returns whether this is such a thread
 */
export function serveLeaseKeeper<Settings>(
  open: (settings: Settings) => LeaseRenewer | Promise<LeaseRenewer>,
): boolean {
  const own = (workerData as Record<string, KeeperSettings> | null | undefined)?.[KEEPER_MARK];
  const port = parentPort;
  if (isMainThread || own === undefined || port === null) return false;
  const { leaseMs, maxSilenceMs, settings } = own;
  const tell = (report: KeeperReport): void => port.postMessage(report);
  const book = new LeaseBook();
  let renewer: LeaseRenewer | undefined;
  let heardMs = systemClock.now();
  const rounds = new RenewalRounds({
    book,
    leaseMs,
    clock: systemClock,
    wallClock: () => Date.now(),
    // A main thread that has been busy for so long won't come back; others may have its tasks.
    mayRenew: () => systemClock.now() - heardMs < maxSilenceMs,
    renew: async (leases, leaseUntilMs) => {
      renewer ??= await open(settings as Settings);
      return renewer.renew(leases, leaseUntilMs);
    },
    onNews: ({ lost, cancelled }) => {
      if (lost.length + cancelled.length > 0) tell({ kind: 'news', lost, cancelled });
    },
    onTrouble: (error) => tell({ kind: 'trouble', error: recordOf(error) }),
  });
  port.on('message', async (order: KeeperOrder) => {
    heardMs = systemClock.now();
    if (order.kind === 'change') {
      book.drop(order.drop);
      book.hold(order.hold);
      if (order.hold.length > 0) rounds.start();
    } else if (order.kind === 'end') {
      rounds.stop();
      await renewer?.close();
      port.close();
    }
  });
  return true;
}
