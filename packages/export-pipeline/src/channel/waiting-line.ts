import { abortError, type Clock, FramerailError, onAbort } from '@framerail/lifecycle';
import type { ChannelWaitOptions } from './channel.js';

/** One who waits: what they brought, and how their wait ends. */
export interface Waiter<Brought, Result> {
  readonly brought: Brought;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Options of {@link WaitingLine}. */
export interface WaitingLineOptions<Brought> {
  readonly channel: string;
  readonly side: 'send' | 'receive';
  readonly clock: Clock;
  /** Told when somebody leaves by timeout or abort, before their promise rejects. */
  readonly onLeave: (brought: Brought) => void;
}

/** Those who wait on one side of a channel, in order, and the time they spend. */
export class WaitingLine<Brought, Result> {
  readonly #options: WaitingLineOptions<Brought>;
  readonly #waiters = new Map<Waiter<Brought, Result>, { since: number; stop: () => void }>();
  #waitedMs = 0;

  constructor(options: WaitingLineOptions<Brought>) {
    this.#options = options;
  }

  get size(): number {
    return this.#waiters.size;
  }

  /** Milliseconds waited so far, those who still wait included. */
  get waitedMs(): number {
    const now = this.#options.clock.now();
    let sum = this.#waitedMs;
    for (const { since } of this.#waiters.values()) sum += now - since;
    return sum;
  }

  /** Who is next, still in line. */
  first(): Waiter<Brought, Result> | undefined {
    return this.#waiters.keys().next().value;
  }

  /** Joins the end of the line until `take` lets the promise settle, the time is up or the signal aborts. */
  join(brought: Brought, { signal, timeoutMs }: ChannelWaitOptions): Promise<Result> {
    const { clock, channel, side, onLeave } = this.#options;
    return new Promise((resolve, reject) => {
      const since = clock.now();
      const waiter = { brought, resolve, reject };
      const leave = (error: FramerailError): void => {
        if (!this.take(waiter)) return;
        onLeave(brought);
        reject(error);
      };
      let stopTimer = (): void => {};
      let stopSignal = (): void => {};
      this.#waiters.set(waiter, {
        since,
        stop: () => {
          stopTimer();
          stopSignal();
        },
      });
      if (timeoutMs !== undefined && timeoutMs !== Number.POSITIVE_INFINITY) {
        stopTimer = clock.setTimer(() => leave(timeoutError(channel, side, clock.now() - since)), timeoutMs);
      }
      if (signal !== undefined) {
        stopSignal = onAbort(signal, () => leave(abortError(signal, `Waiting to ${side} on "${channel}"`)));
      }
    });
  }

  /** Takes somebody out of the line; the caller then settles them. @returns false if they had left */
  take(waiter: Waiter<Brought, Result>): boolean {
    const entry = this.#waiters.get(waiter);
    if (entry === undefined) return false;
    this.#waiters.delete(waiter);
    this.#waitedMs += this.#options.clock.now() - entry.since;
    entry.stop();
    return true;
  }
}

/** The error of a wait that was given up. */
export function timeoutError(channel: string, side: 'send' | 'receive', waitedMs: number): FramerailError {
  const other = side === 'send' ? 'nobody made room' : 'nothing came';
  return new FramerailError({
    code: 'E_TIMEOUT',
    message: `Expected to ${side} on "${channel}" but ${other} for ${Math.round(waitedMs)} ms`,
    details: { channel, side, waitedMs },
  });
}
