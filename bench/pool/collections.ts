// How often the garbage collector runs.
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** Runs of the collector, by kind. */
export interface Collections {
  /** Of the young generation. */
  minor: number;
  /** Of the whole heap: begun in steps, or done at once. */
  major: number;
}

/** Starts counting; the function ends it and gives the counts. */
export function watchCollections(): () => Promise<Collections> {
  const counts: Collections = { minor: 0, major: 0 };
  const count = (entries: { getEntries(): readonly object[] } | readonly object[]) => {
    for (const entry of 'getEntries' in entries ? entries.getEntries() : entries) {
      const { kind } = (entry as { detail: { kind: number } }).detail;
      if (kind === constants.NODE_PERFORMANCE_GC_MAJOR) counts.major += 1;
      if (kind === constants.NODE_PERFORMANCE_GC_MINOR) counts.minor += 1;
    }
  };
  const observer = new PerformanceObserver(count);
  observer.observe({ entryTypes: ['gc'] });
  return async () => {
    // Node hands entries over in a later turn of the loop.
    await sleep(20);
    count(observer.takeRecords());
    observer.disconnect();
    return counts;
  };
}
