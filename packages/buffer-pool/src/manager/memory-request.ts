import {
  abortError,
  type Clock,
  expectInteger,
  expectNumber,
  invalidArgument,
  onAbort,
} from '@framerail/lifecycle';
import type { PoolLease } from '../leases/pool-lease.js';
import type { PoolAcquireOptions } from '../pool/acquire-options.js';
import { poolClosed, tooManyWaiters, waitedTooLong } from '../pool/pool-errors.js';
import type { Account, Place, SmallerRequest } from './account.js';
import type { MemoryBroker } from './memory-broker.js';

/** What requests need of the manager. */
export interface RequestContext {
  readonly broker: MemoryBroker;
  readonly clock: Clock;
  readonly agingMs: number;
  /** Told of a request that has to wait. */
  readonly onWaiting: (owner: string, bytes: number) => void;
}

/** What a request got. */
export interface MemoryGrant {
  readonly lease: PoolLease;
  /** What was given instead of what was asked for; `undefined` if that was given. */
  readonly instead: SmallerRequest | undefined;
}

/** The order in which requests are served, larger numbers first: waiting counts as priority does, so nobody starves. */
export function rankOf(priority: number, nowMs: number, agingMs: number): number {
  return priority - nowMs / agingMs;
}

/** @throws FramerailError as `BufferPool.acquire` */
export async function requestMemory(
  context: RequestContext,
  account: Account,
  byteLength: number,
  given: PoolAcquireOptions,
  smaller?: Place['smaller'],
): Promise<MemoryGrant> {
  const { broker, clock, agingMs } = context;
  const { signal, timeoutMs, priority = 0, owner, layout, onReclaim } = given;
  expectInteger('byteLength', byteLength, { min: 1 });
  expectNumber('priority', priority, { min: -1000, max: 1000 });
  if (timeoutMs !== undefined && timeoutMs !== Number.POSITIVE_INFINITY)
    expectNumber('timeoutMs', timeoutMs, { min: 0 });
  if (layout !== undefined && !(layout.byteLength <= byteLength))
    throw invalidArgument('layout', `a layout of at most the ${byteLength} bytes asked for`, layout);
  // Refuses what the pool can never give, before it stands in the line.
  account.pool.costOf(byteLength, layout !== undefined);
  const what = `Waiting for ${byteLength} bytes of ${account.name}`;
  if (signal !== undefined && typeof signal?.addEventListener !== 'function')
    throw invalidArgument('signal', 'an AbortSignal', signal);
  if (signal?.aborted) throw abortError(signal, what);

  const options = { priority, owner, layout, onReclaim };
  const rank = rankOf(priority, clock.now(), agingMs);
  if (broker.waiting === 0) {
    const lease = broker.tryLend(account, byteLength, options, rank);
    if (lease !== undefined) return { lease, instead: undefined };
  }
  if (account.line.length >= account.maxWaiters) throw tooManyWaiters(account.name, account.maxWaiters);

  return new Promise<MemoryGrant>((resolve, reject) => {
    const sinceMs = clock.now();
    let cancelTimer = (): void => {};
    let offAbort = (): void => {};
    const end = (): void => {
      place.isOpen = false;
      cancelTimer();
      offAbort();
      broker.leave(account, place, clock.now() - sinceMs);
    };
    const place: Place = {
      rank,
      byteLength,
      options,
      smaller,
      passes: 0,
      hasAsked: false,
      isOpen: true,
      grant: (lease, instead) => {
        end();
        resolve({ lease, instead });
      },
      refuse: (error) => {
        if (!place.isOpen) return;
        end();
        reject(error);
      },
    };
    const giveUp = (error: Error): void => {
      place.refuse(error);
      // Who stood behind may be served.
      broker.serve();
    };
    const tooLate = (ms: number): void => {
      const use = `${account.bytesInUse} of ${account.maxBytes} in use`;
      giveUp(waitedTooLong(account.name, byteLength, ms, use));
    };
    broker.enter(account, place);
    if (!place.isOpen) return;
    if (timeoutMs === 0) return tooLate(0);
    if (timeoutMs !== undefined && timeoutMs !== Number.POSITIVE_INFINITY)
      cancelTimer = clock.setTimer(() => tooLate(timeoutMs), timeoutMs);
    if (signal !== undefined) offAbort = onAbort(signal, () => giveUp(abortError(signal, what)));
    context.onWaiting(owner ?? account.name, byteLength);
  });
}

/** Refuses everybody who waits for an account. */
export function refuseWaiting(account: Account, how: 'closed' | 'flushed'): void {
  for (const place of [...account.line]) place.refuse(poolClosed(account.name, how));
}
