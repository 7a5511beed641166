import { abortError, type Clock, onAbort } from '@framerail/lifecycle';
import type { CallSite } from '../leases/call-site.js';
import { poolClosed, waitedTooLong } from '../pool/pool-errors.js';
import { TOTAL, WAITER, WAITER_STATE } from './control-layout.js';
import type { CheckedRequest } from './requests.js';
import type { SharedLease } from './shared-lease.js';
import type { SharedLedger } from './shared-ledger.js';
import type { Turns } from './turns.js';

/** A request whose promise has not been settled. */
export interface Wait {
  readonly request: CheckedRequest;
  readonly acquiredAt: CallSite | undefined;
}

interface Pending extends Wait {
  /** Its record in the line; 0 as long as it isn't there. */
  waiter: number;
  isSettled: boolean;
  resolve(lease: SharedLease): void;
  reject(error: unknown): void;
}

/** What the waits need of the pool around them. */
export interface SharedWaitsOptions {
  readonly pool: string;
  readonly maxBytes: number;
  readonly ledger: SharedLedger;
  readonly turns: Turns;
  readonly clock: Clock;
  /** Asks for memory, in a turn. @returns the record of a block, or of a place in the line (negative) */
  readonly ask: (wait: Wait) => number;
  /** Makes the lease of a block. */
  readonly grant: (block: number, wait: Wait) => SharedLease;
  /** Sees to what was decided about this thread. */
  readonly see: () => void;
}

/** Longer than anything waits: 2^31 - 1 milliseconds. */
const FOREVER_MS = 0x7fff_ffff;

/** This thread's requests that wait, each with its way to get memory, to be aborted and to time out. */
export class SharedWaits {
  readonly #options: SharedWaitsOptions;
  readonly #pending = new Map<number, Pending>();
  #unsettled = 0;
  #keepAlive: unknown;

  constructor(options: SharedWaitsOptions) {
    this.#options = options;
  }

  /** Requests that wait. */
  get count(): number {
    return this.#unsettled;
  }

  /** Waits in a place in the line that the request has. */
  wait(wait: Wait, waiter: number): Promise<SharedLease> {
    return this.#promise(wait, (pending) => {
      pending.waiter = waiter;
      this.#pending.set(waiter, pending);
      queueMicrotask(this.#options.see);
    });
  }

  /** Asks as soon as the bookkeeping can be had, and waits. */
  askLater(wait: Wait): Promise<SharedLease> {
    const { turns, ask, grant } = this.#options;
    return this.#promise(wait, (pending) =>
      turns.later({
        run: () => {
          if (pending.isSettled) return;
          try {
            const outcome = ask(wait);
            if (outcome > 0) return pending.resolve(grant(outcome, wait));
            pending.waiter = -outcome;
            this.#pending.set(pending.waiter, pending);
            queueMicrotask(this.#options.see);
          } catch (error) {
            pending.reject(error);
          }
        },
        refuse: pending.reject,
      }),
    );
  }

  /** Takes note of what was decided about this thread's requests. In a turn. @returns what to do after it */
  collect(nowMs: number): () => void {
    const { ledger, grant } = this.#options;
    const { control } = ledger;
    const after: (() => void)[] = [];
    for (let waiter = ledger.nextSettled(); waiter !== 0; waiter = ledger.nextSettled()) {
      const state = control.get(waiter + WAITER.state);
      const block = control.get(waiter + WAITER.block);
      const pending = this.#pending.get(waiter);
      this.#pending.delete(waiter);
      ledger.line.end(waiter, nowMs);
      control.commit();
      if (state !== WAITER_STATE.granted) after.push(() => pending?.reject(this.#refusal(state)));
      else if (pending === undefined || pending.isSettled) ledger.giveBack(block, nowMs);
      else after.push(() => pending.resolve(grant(block, pending)));
    }
    // The list has the last decision first.
    return () => {
      for (const settle of after.reverse()) settle();
    };
  }

  /** Rejects everybody who waits here; their places in the line go as soon as the bookkeeping can be had. */
  refuseAll(error: unknown): void {
    for (const pending of this.#pending.values()) pending.reject(error);
    const { turns, ledger, clock } = this.#options;
    turns.perform({
      run: () => {
        for (const [waiter, pending] of this.#pending) {
          if (!pending.isSettled) continue;
          this.#pending.delete(waiter);
          ledger.withdraw(waiter, clock.now());
        }
      },
    });
  }

  /** Rejects everybody who waits here and whose places are gone. */
  forsakeAll(error: unknown): void {
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }

  #promise(wait: Wait, start: (pending: Pending) => void): Promise<SharedLease> {
    const { clock } = this.#options;
    const { signal, timeoutMs } = wait.request;
    return new Promise((resolve, reject) => {
      let cancelTimer = (): void => {};
      let offAbort = (): void => {};
      const end = (): boolean => {
        if (pending.isSettled) return false;
        pending.isSettled = true;
        cancelTimer();
        offAbort();
        this.#count(-1);
        return true;
      };
      const pending: Pending = {
        ...wait,
        waiter: 0,
        isSettled: false,
        resolve: (lease) => {
          if (end()) resolve(lease);
        },
        reject: (error) => {
          if (end()) reject(error);
        },
      };
      this.#count(1);
      start(pending);
      offAbort = onAbort(signal, () =>
        this.#giveUp(pending, abortError(signal as AbortSignal, this.describe(wait))),
      );
      if (timeoutMs !== Number.POSITIVE_INFINITY) {
        cancelTimer = clock.setTimer(() => {
          // It may have got its memory while this thread was busy.
          this.#options.see();
          if (!pending.isSettled) this.#giveUp(pending, this.timeout(wait));
        }, timeoutMs);
      }
    });
  }

  /** Rejects at once; the place in the line goes as soon as the bookkeeping can be had. */
  #giveUp(pending: Pending, error: unknown): void {
    const { turns, ledger, clock } = this.#options;
    pending.reject(error);
    try {
      turns.perform({
        run: () => {
          const { waiter } = pending;
          if (waiter === 0 || this.#pending.get(waiter) !== pending) return;
          this.#pending.delete(waiter);
          ledger.withdraw(waiter, clock.now());
        },
      });
    } catch {
      // Detached: the place is gone already.
    }
  }

  /** The error of a request that waited too long. */
  timeout({ request }: Wait): Error {
    const { pool, ledger, maxBytes } = this.#options;
    const inUse = `${ledger.control.total(TOTAL.bytesInUse)} of ${maxBytes} in use`;
    return waitedTooLong(pool, request.byteLength, request.timeoutMs, inUse);
  }

  #refusal(state: number): Error {
    return poolClosed(this.#options.pool, state === WAITER_STATE.closed ? 'closed' : 'flushed');
  }

  /** What a request was doing, for messages. */
  describe({ request }: Pick<Wait, 'request'>): string {
    return `Waiting for ${request.byteLength} bytes of pool ${this.#options.pool}`;
  }

  // Waiting for a word of shared memory keeps no thread alive, but a request that another thread will answer should.
  #count(by: 1 | -1): void {
    this.#unsettled += by;
    if (this.#unsettled === 0) {
      clearTimeout(this.#keepAlive as Parameters<typeof clearTimeout>[0]);
      this.#keepAlive = undefined;
    } else this.#keepAlive ??= setTimeout(() => {}, FOREVER_MS);
  }
}
