import { abortError, type Clock, onAbort } from '@framerail/lifecycle';
import { MAX_TIMER_MS } from '../pool/option-checks.js';
import { tooManyWaiters, waitedTooLong } from '../pool/pool-errors.js';
import type { PoolRequest } from '../pool/pool-request.js';
import type { PoolCounters } from '../pool/pool-stats.js';
import { rankOf, type Waiter, WaitingLine } from './waiting-line.js';

/** What the line needs of the pool before it. */
export interface RequestLineOptions<L> {
  readonly pool: string;
  readonly maxWaiters: number;
  /** Milliseconds of waiting that count as much as 1 of priority. */
  readonly agingMs: number;
  readonly clock: Clock;
  readonly counters: PoolCounters;
  /** Whether there is memory for the request at the head. */
  readonly fits: (request: PoolRequest) => boolean;
  /** Does something for the head when there is none. @returns whether that may have changed anything */
  readonly makeRoom: (request: PoolRequest) => boolean;
  /** Lends memory that is there. May throw. */
  readonly lend: (request: PoolRequest) => L;
  /** How the budget stands, for messages. */
  readonly describeUse: () => string;
}

interface Place<L> extends Waiter {
  readonly request: PoolRequest;
  grant(lease: L): void;
  refuse(error: unknown): void;
}

/** Requests that wait for memory, each with its way to get it, to be aborted and to time out. */
export class RequestLine<L> {
  readonly #options: RequestLineOptions<L>;
  readonly #line = new WaitingLine<Place<L>>();

  constructor(options: RequestLineOptions<L>) {
    this.#options = options;
  }

  get length(): number {
    return this.#line.length;
  }

  /** Whether somebody waits who comes before a new request of this priority. */
  isAheadOf(priority: number): boolean {
    const { head } = this.#line;
    if (head === undefined) return false;
    const { clock, agingMs } = this.#options;
    return head.rank >= rankOf(priority, clock.now(), agingMs);
  }

  /**
   * Puts a request in the line.
   *
   * @throws FramerailError `E_POOL_BUSY`, `E_TIMEOUT`, `E_ABORTED`, and whatever the line is refused with
   */
  wait(request: PoolRequest): Promise<L> {
    const { pool, clock, counters, maxWaiters, agingMs } = this.#options;
    const { byteLength, signal, timeoutMs, priority } = request;
    if (timeoutMs === 0) return Promise.reject(this.#timeout(byteLength, 0));
    if (this.#line.length >= maxWaiters) return Promise.reject(tooManyWaiters(pool, maxWaiters));
    return new Promise<L>((resolve, reject) => {
      const sinceMs = clock.now();
      let cancelTimer = (): void => {};
      let offAbort = (): void => {};
      const end = (): void => {
        cancelTimer();
        offAbort();
        const waitedMs = clock.now() - sinceMs;
        counters.waitedMs += waitedMs;
        counters.longestWaitMs = Math.max(counters.longestWaitMs, waitedMs);
      };
      const place: Place<L> = {
        rank: rankOf(priority, sinceMs, agingMs),
        request,
        grant: (lease) => {
          end();
          resolve(lease);
        },
        refuse: (error) => {
          end();
          reject(error);
        },
      };
      const giveUp = (error: unknown): void => {
        if (!this.#line.remove(place)) return;
        place.refuse(error);
        // Whoever stood behind may need less.
        this.serve();
      };
      // Before the line: a signal that isn't one is refused here, and its request must not stay behind.
      offAbort = onAbort(signal, () =>
        giveUp(abortError(signal as AbortSignal, describeWait(byteLength, pool))),
      );
      // Who waits longer waits without a timer.
      if (timeoutMs <= MAX_TIMER_MS) {
        cancelTimer = clock.setTimer(() => giveUp(this.#timeout(byteLength, timeoutMs)), timeoutMs);
      }
      counters.waits += 1;
      this.#line.add(place);
      counters.peakWaiting = Math.max(counters.peakWaiting, this.#line.length);
      // For it may be the first now, and then others are asked to give memory back.
      this.serve();
    });
  }

  /** Serves the line as far as memory goes; stops at the first who can't be served, whom nobody may overtake. */
  serve(): void {
    const { fits, makeRoom, lend } = this.#options;
    for (let head = this.#line.head; head !== undefined; head = this.#line.head) {
      if (!fits(head.request)) {
        if (makeRoom(head.request)) continue;
        return;
      }
      // Out of the line first: to lend calls the allocator, which may bring something home.
      this.#line.remove(head);
      try {
        head.grant(lend(head.request));
      } catch (error) {
        head.refuse(error);
      }
    }
  }

  /** Ends every wait with an error. */
  refuseAll(makeError: () => unknown): void {
    for (const place of this.#line.removeAll()) place.refuse(makeError());
  }

  #timeout(byteLength: number, timeoutMs: number): Error {
    return waitedTooLong(this.#options.pool, byteLength, timeoutMs, this.#options.describeUse());
  }
}

/** What an aborted request was doing. */
export function describeWait(byteLength: number, pool: string): string {
  return `Waiting for ${byteLength} bytes of pool ${pool}`;
}
