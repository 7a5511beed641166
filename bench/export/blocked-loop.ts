// How long the event loop was held up by what runs on it. On a machine whose cores are all busy a timer also comes
// late because the thread, or a helper of the garbage collector that it waits for, gets no core, which says nothing
// about the library. So the figure that counts is the processor time between two timers; the others stand beside it.
import { closeSync, openSync, readSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds between two looks at the clock. */
const INTERVAL_MS = 2;

/** What {@link watchLoop} saw, all in milliseconds. */
export interface LoopReport {
  /** The longest processor time that the thread used between two timers: no callback took longer. */
  longestCpuMs: number;
  /** The longest time by which a timer came late, less the time in which the thread was ready and had no core. */
  longestLateMs: number;
  /** The longest delay as `monitorEventLoopDelay` measures it, waiting for a core included. */
  rawDelayMs: number;
}

/** Starts watching the main thread's loop; the function ends it and gives the figures. */
export function watchLoop(): () => LoopReport {
  const schedule = openScheduleStatistics();
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  let [longestCpuMs, longestLateMs] = [0, 0];
  let last = { at: performance.now(), ...schedule.read() };
  const timer = setInterval(() => {
    const now = { at: performance.now(), ...schedule.read() };
    const late = now.at - last.at - INTERVAL_MS - (now.waitedMs - last.waitedMs);
    longestLateMs = Math.max(longestLateMs, late);
    longestCpuMs = Math.max(longestCpuMs, now.cpuMs - last.cpuMs);
    last = now;
  }, INTERVAL_MS);
  return () => {
    clearInterval(timer);
    histogram.disable();
    schedule.close();
    return { longestCpuMs, longestLateMs, rawDelayMs: histogram.max / 1e6 };
  };
}

interface ScheduleStatistics {
  /** Milliseconds since the thread's start: on a core, and ready without one. */
  read(): { cpuMs: number; waitedMs: number };
  close(): void;
}

/** Linux's `schedstat` of the main thread; elsewhere nothing is taken off. */
function openScheduleStatistics(): ScheduleStatistics {
  try {
    const file = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r');
    const text = Buffer.alloc(128);
    return {
      read() {
        const [cpu = 0, waited = 0] = text
          .toString('latin1', 0, readSync(file, text, 0, text.length, 0))
          .split(' ')
          .map(Number);
        return { cpuMs: cpu / 1e6, waitedMs: waited / 1e6 };
      },
      close: () => closeSync(file),
    };
  } catch {
    const cpuMs = (): number => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    };
    return { read: () => ({ cpuMs: cpuMs(), waitedMs: 0 }), close: () => {} };
  }
}
