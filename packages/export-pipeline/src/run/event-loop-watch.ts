import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;

/**
 * Watches how late the event loop is.
 *
 * @returns ends the watch and gives the longest delay in milliseconds, whoever caused it: this process or the
 *   system, which may run something else meanwhile
 */
export function watchEventLoop(): () => number {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return () => {
    histogram.disable();
    // It records whole intervals between the turns of a timer.
    return Math.max(0, histogram.max / 1e6 - RESOLUTION_MS);
  };
}
