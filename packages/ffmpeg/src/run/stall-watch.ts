import type { Clock } from '@framerail/lifecycle';

/** Options of {@link watchForStalls}. */
export interface StallWatchOptions {
  /** Milliseconds without a sign of progress that count as a stall; `Infinity` watches nothing. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Whether anything is waited for; time in which nothing is doesn't count. */
  readonly isWaiting: () => boolean;
  /** Anything that differs from the time before is progress. Must not reject. */
  readonly measure: () => Promise<string>;
  /** Called once, with the milliseconds since the last sign of progress. */
  readonly onStall: (waitedMs: number) => void;
}

/** Looks at progress four times per timeout, at most once a second. @returns ends the watch */
export function watchForStalls(options: StallWatchOptions): () => void {
  const { timeoutMs, clock, isWaiting, measure, onStall } = options;
  if (timeoutMs === Number.POSITIVE_INFINITY) return () => {};
  const intervalMs = Math.max(1, Math.min(1000, timeoutMs / 4));
  let stopped = false;
  let last: string | undefined;
  let since = clock.now();
  let cancel = (): void => {};

  const look = async (): Promise<void> => {
    const now = await measure();
    if (stopped) return;
    if (now !== last || !isWaiting()) {
      last = now;
      since = clock.now();
    } else if (clock.now() - since >= timeoutMs) {
      stopped = true;
      onStall(clock.now() - since);
      return;
    }
    cancel = clock.setTimer(() => void look(), intervalMs);
  };
  void look();

  return () => {
    stopped = true;
    cancel();
  };
}
