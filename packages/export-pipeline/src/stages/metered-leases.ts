import type { LeaseSource } from '@framerail/lifecycle';
import type { StageMeter } from './stage-meter.js';

/**
 * A source of leases whose waits count as waiting for output: memory comes back only when the stages behind have
 * done with it.
 *
 * @param leases - where leases come from
 * @param meter - the stage that borrows
 */
export function meteredLeases(leases: LeaseSource, meter: StageMeter): LeaseSource {
  return {
    acquire: (byteLength, options) => meter.waitFor('output', leases.acquire(byteLength, options)),
  };
}
