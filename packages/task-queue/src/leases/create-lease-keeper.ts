import { type Clock, expectNumber, systemClock } from '@framerail/lifecycle';
import type { LeaseKeeper, RenewLeases } from './lease-keeper.js';
import type { LeaseRenewal } from './lease-renewal.js';
import { ThreadKeeper } from './thread-keeper.js';
import { TimerKeeper } from './timer-keeper.js';

/** Options of {@link createLeaseKeeper}. */
export interface LeaseKeeperOptions {
  /** The engine whose leases are kept. */
  readonly engine: { renew: RenewLeases; readonly renewal?: LeaseRenewal | undefined };
  /** Milliseconds that a lease lasts; each is renewed when a third of it has passed. */
  readonly leaseMs: number;
  /**
   * Milliseconds that the main thread may be silent, busy with a handler, before its leases are left to run out: it hangs. Default
   * 600,000. For engines that have a thread renew.
   */
  readonly maxSilenceMs?: number | undefined;
  /** Default: the machine's. With one of the caller's own, leases are renewed by it, from this thread. */
  readonly clock?: Clock | undefined;
  /** Milliseconds since 1970; default `Date.now`. As `clock`. */
  readonly wallClock?: (() => number) | undefined;
}

const DEFAULT_MAX_SILENCE_MS = 600_000;

/**
 * Keeps leases: from a thread of its own where the engine has a way (`renewal`), from this one otherwise.
 *
 * @param options - the engine, and how long leases last
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function createLeaseKeeper(options: LeaseKeeperOptions): LeaseKeeper {
  const { engine, leaseMs, maxSilenceMs = DEFAULT_MAX_SILENCE_MS, clock, wallClock } = options;
  expectNumber('leaseMs', leaseMs, { min: 1, max: 2 ** 31 - 1 });
  expectNumber('maxSilenceMs', maxSilenceMs, { min: 1, max: 2 ** 31 - 1 });
  const isMachineTime = (clock ?? systemClock) === systemClock && wallClock === undefined;
  if (engine.renewal !== undefined && isMachineTime)
    return new ThreadKeeper({ renewal: engine.renewal, leaseMs, maxSilenceMs });
  return new TimerKeeper({
    renew: (leases, leaseUntilMs) => engine.renew(leases, leaseUntilMs),
    leaseMs,
    clock: clock ?? systemClock,
    wallClock: wallClock ?? Date.now,
  });
}
