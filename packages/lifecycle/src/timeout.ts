import { abortError, onAbort } from './abort.js';
import { type Clock, systemClock } from './clock.js';
import { FramerailError } from './framerail-error.js';

/** Options of {@link withTimeout}. */
export interface TimeoutOptions {
  /** Milliseconds to wait; `undefined` or `Infinity` waits for ever. */
  readonly timeoutMs?: number | undefined;
  /** Ends the wait early. */
  readonly signal?: AbortSignal | undefined;
  /** Default {@link systemClock}. */
  readonly clock?: Clock;
  /** What is waited for, for the messages: "Receiving from decode". */
  readonly what?: string;
  /** Called once when the wait ends early, before the rejection, to stop the work behind the promise. */
  readonly onGiveUp?: (error: FramerailError) => void;
}

/**
 * Waits for a promise, but no longer than a limit. The promise itself goes on unless `onGiveUp` stops it.
 *
 * @param promise - what is waited for
 * @param options - limit, signal, names
 * @throws FramerailError `E_TIMEOUT` after `timeoutMs`, `E_ABORTED` when the signal aborts
 */
export function withTimeout<T>(promise: PromiseLike<T>, options: TimeoutOptions): Promise<T> {
  const { timeoutMs, signal, clock = systemClock, what = 'The operation', onGiveUp } = options;
  return new Promise<T>((resolve, reject) => {
    let off = (): void => {};
    let cancel = (): void => {};
    let settled = false;
    const settle = (how: () => void): void => {
      if (settled) return;
      settled = true;
      off();
      cancel();
      how();
    };
    const giveUp = (error: FramerailError): void =>
      settle(() => {
        onGiveUp?.(error);
        reject(error);
      });
    promise.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
    off = onAbort(signal, () => giveUp(abortError(signal as AbortSignal, what)));
    if (settled) return off();
    if (timeoutMs !== undefined && timeoutMs !== Number.POSITIVE_INFINITY) {
      cancel = clock.setTimer(
        () =>
          giveUp(
            new FramerailError({
              code: 'E_TIMEOUT',
              message: `${what} was given up after ${timeoutMs} ms`,
              details: { timeoutMs },
            }),
          ),
        timeoutMs,
      );
    }
  });
}
