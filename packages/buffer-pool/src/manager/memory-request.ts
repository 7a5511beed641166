import { abortError, type Clock, expectObject, onAbort } from '@framerail/lifecycle';
import type { FrameLayout } from '@framerail/media-types';
import type { PoolLease } from '../leases/pool-lease.js';
import { describeFrame, type FrameDescription } from '../leases/pooled-frame.js';
import type { PoolAcquireOptions, TryAcquireOptions } from '../pool/acquire-options.js';
import { MAX_TIMER_MS } from '../pool/option-checks.js';
import { poolClosed, tooManyWaiters, waitedTooLong } from '../pool/pool-errors.js';
import { checkTerms, checkWait } from '../pool/pool-request.js';
import { describeWait } from '../waiting/request-line.js';
import { rankOf } from '../waiting/waiting-line.js';
import type { Account, LoanTerms, MemoryWanted, Place, SmallerRequest } from './account.js';
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

/** A request, every option of which was read once and checked. */
export interface MemoryRequest extends MemoryWanted {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Checks a request.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`; `E_POOL_TOO_LARGE` and `E_POOL_CLOSED` before it stands in the line
 */
export function memoryRequest(
  account: Account,
  byteLength: number,
  given: PoolAcquireOptions,
): MemoryRequest {
  const { signal, timeoutMs = Number.POSITIVE_INFINITY } = given;
  const terms = loanTerms(byteLength, given);
  checkWait(timeoutMs, signal);
  account.pool.costOf(byteLength, terms.layout !== undefined);
  if (signal?.aborted) throw abortError(signal, describeWait(byteLength, account.name));
  return { byteLength, terms, timeoutMs, signal, acquiredAt: account.pool.nextSite() };
}

/** What memory is for. @throws FramerailError `E_INVALID_ARGUMENT` */
export function loanTerms(byteLength: number, given: TryAcquireOptions): LoanTerms {
  const { priority = 0, owner, layout, onReclaim } = given;
  checkTerms(byteLength, priority, owner, layout, onReclaim);
  return { priority, owner, layout, onReclaim };
}

/** Serves a request without waiting, if that is possible and nobody comes first. */
export function lendNow(
  { broker, clock, agingMs }: RequestContext,
  account: Account,
  { byteLength, terms, acquiredAt }: MemoryRequest,
): PoolLease | undefined {
  const rank = broker.waiting === 0 ? 0 : rankOf(terms.priority, clock.now(), agingMs);
  return usedOnce(broker.tryLend(account, byteLength, terms, rank, acquiredAt));
}

/**
 * Puts a request in the line.
 *
 * @throws FramerailError as `BufferPool.acquire`
 */
export async function waitForMemory(
  context: RequestContext,
  account: Account,
  { byteLength, terms, timeoutMs, signal, acquiredAt }: MemoryRequest,
  smaller: Place['smaller'],
): Promise<MemoryGrant> {
  const { broker, clock, agingMs } = context;
  // Who doesn't wait gets something smaller at most, and counts as nobody who waited.
  if (timeoutMs === 0 && !(smaller !== undefined && broker.mayDegrade))
    throw waitedTooLong(account.name, byteLength, 0, describeUse(account));
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
      rank: rankOf(terms.priority, sinceMs, agingMs),
      byteLength,
      terms,
      acquiredAt,
      smaller,
      passes: 0,
      isOpen: true,
      grant: (lease, instead) => {
        end();
        resolve({ lease: usedOnce(lease), instead });
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
      giveUp(waitedTooLong(account.name, byteLength, ms, describeUse(account)));
    };
    broker.enter(account, place);
    if (!place.isOpen) return;
    if (timeoutMs === 0) return tooLate(0);
    if (timeoutMs <= MAX_TIMER_MS) cancelTimer = clock.setTimer(() => tooLate(timeoutMs), timeoutMs);
    if (signal !== undefined)
      offAbort = onAbort(signal, () => giveUp(abortError(signal, describeWait(byteLength, account.name))));
    context.onWaiting(terms.owner ?? account.name, byteLength);
  });
}

/** A lease for somebody who may keep it long: an object of its own, so that a late release is refused for ever after. */
function usedOnce<Found extends PoolLease | undefined>(lease: Found): Found {
  if (lease !== undefined) lease.isReused = false;
  return lease;
}

function describeUse({ bytesInUse, maxBytes, reservedBytes }: Account): string {
  const aside = reservedBytes > 0 ? `, ${reservedBytes} set aside for pools` : '';
  return `${bytesInUse} of ${maxBytes} in use${aside}`;
}

/** Refuses everybody who waits for an account. */
export function refuseWaiting(account: Account, how: 'closed' | 'flushed'): void {
  for (const place of [...account.line]) place.refuse(poolClosed(account.name, how));
}

/** What is asked for, and with which options, when a frame is. */
export function frameRequest<Options extends PoolAcquireOptions>(
  frame: FrameDescription,
  options: Options,
): [described: FrameDescription, options: Options & { readonly layout: FrameLayout }] {
  const described = describeFrame('frame', frame);
  const given = expectObject('options', options, 'options { priority, … }');
  return [described, { ...given, layout: described.layout }];
}
