import { type AcquireOptions, abortError, type Clock, onAbort } from '@framerail/lifecycle';
import type { CallSite } from '../leases/call-site.js';
import { tooManyWaiters, waitedTooLong } from '../pool/pool-errors.js';
import type { PoolCounters } from '../pool/pool-stats.js';
import { type Waiter, WaitingLine } from './waiting-line.js';

/** What somebody who waits asked for. */
export interface WaitingRequest {
  readonly byteLength: number;
  readonly classBytes: number;
  /** Where it was asked for, if recorded. */
  readonly acquiredAt: CallSite | undefined;
  readonly options: AcquireOptions;
}

/** What the line needs of the pool before it. */
export interface RequestLineOptions<L> {
  readonly pool: string;
  readonly maxWaiters: number;
  readonly clock: Clock;
  readonly counters: PoolCounters;
  /** Lends memory to the request at the head, or gives `undefined` if there is none for it. May throw. */
  readonly lend: (request: WaitingRequest) => L | undefined;
  /** How the budget stands, for messages. */
  readonly describeUse: () => string;
}

interface Place<L> extends Waiter {
  readonly request: WaitingRequest;
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
    const head = this.#line.head;
    return head !== undefined && head.priority >= priority;
  }

  /**
   * Puts a request in the line.
   *
   * @throws FramerailError `E_POOL_BUSY`, `E_TIMEOUT`, `E_ABORTED`, and whatever the line is refused with
   */
  wait(request: WaitingRequest): Promise<L> {
    const { pool, clock, counters, maxWaiters } = this.#options;
    const { byteLength, options } = request;
    const { signal, timeoutMs, priority = 0 } = options;
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
        priority,
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
      counters.waits += 1;
      this.#line.add(place);
      offAbort = onAbort(signal, () =>
        giveUp(abortError(signal as AbortSignal, describeWait(byteLength, pool))),
      );
      if (timeoutMs !== undefined && timeoutMs !== Number.POSITIVE_INFINITY) {
        cancelTimer = clock.setTimer(() => giveUp(this.#timeout(byteLength, timeoutMs)), timeoutMs);
      }
    });
  }

  /** Serves the line as far as memory goes; stops at the first who can't be served, whom nobody may overtake. */
  serve(): void {
    for (let head = this.#line.head; head !== undefined; head = this.#line.head) {
      try {
        const lease = this.#options.lend(head.request);
        if (lease === undefined) return;
        this.#line.remove(head);
        head.grant(lease);
      } catch (error) {
        this.#line.remove(head);
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
