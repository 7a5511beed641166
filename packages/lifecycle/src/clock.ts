import { abortError, throwIfAborted } from './abort.js';

/** Where time comes from. Injected, so that tests decide when it passes. */
export interface Clock {
  /** Milliseconds from an arbitrary start; never goes back, fractions allowed. */
  now(): number;
  /**
   * Calls back once after a delay.
   *
   * @param callback - called from the event loop
   * @param delayMs - milliseconds, 0 or more
   * @param options - a `background` timer (idle expiry, sampling) doesn't keep the process alive by itself
   * @returns cancels the call; harmless when called late or twice
   */
  setTimer(callback: () => void, delayMs: number, options?: { readonly background?: boolean }): () => void;
}

/** The machine's monotonic clock. */
export const systemClock: Clock = Object.freeze({
  now: () => performance.now(),
  setTimer(
    callback: () => void,
    delayMs: number,
    options: { readonly background?: boolean } = {},
  ): () => void {
    const timer: unknown = setTimeout(callback, delayMs);
    // Node's timers are objects that can be unreferenced; a browser's are numbers and keep nothing alive.
    if (options.background && typeof timer === 'object' && timer !== null && 'unref' in timer) {
      (timer as { unref(): void }).unref();
    }
    return () => clearTimeout(timer as Parameters<typeof clearTimeout>[0]);
  },
});

/**
 * Waits.
 *
 * @param delayMs - milliseconds, 0 or more
 * @param options - the signal ends the wait early with an error; the clock defaults to {@link systemClock}
 * @throws FramerailError `E_ABORTED`
 */
export function sleep(delayMs: number, options: { signal?: AbortSignal; clock?: Clock } = {}): Promise<void> {
  const { signal, clock = systemClock } = options;
  throwIfAborted(signal, 'Waiting');
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      cancel();
      reject(abortError(signal as AbortSignal, 'Waiting'));
    };
    const cancel = clock.setTimer(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, delayMs);
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** A clock that stands still until it is told to move. */
export interface ManualClock extends Clock {
  /**
   * Moves time on and runs the timers that fall due, in order of their time, each at its own time.
   *
   * @param byMs - milliseconds, 0 or more
   */
  advance(byMs: number): void;
  /** Timers that are set and have not run. */
  readonly pendingTimers: number;
}

/**
 * Makes a clock for tests.
 *
 * @param startMs - what `now()` gives first; default 0
 */
export function createManualClock(startMs = 0): ManualClock {
  let now = startMs;
  let order = 0;
  const timers = new Set<{ at: number; order: number; callback: () => void }>();
  const due = (until: number) =>
    [...timers].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at || a.order - b.order)[0];
  return {
    now: () => now,
    setTimer(callback, delayMs) {
      const timer = { at: now + Math.max(0, delayMs), order: order++, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(byMs) {
      const until = now + byMs;
      for (let timer = due(until); timer !== undefined; timer = due(until)) {
        timers.delete(timer);
        now = timer.at;
        timer.callback();
      }
      now = until;
    },
    get pendingTimers() {
      return timers.size;
    },
  };
}
