// One thread beside two.
import { alternate, median } from '../measure.ts';
import { type Conversion, timeConversion } from './kernels.ts';

/** Medians of a frame on one thread and on two, in milliseconds on the clock and of the processors. */
export interface ThreadPair {
  oneMs: number;
  twoMs: number;
  oneCpuMs: number;
  twoCpuMs: number;
}

/** Measures both in rounds of their own. */
export async function compareThreads(
  conversion: Conversion,
  rounds: number,
  frames: number,
): Promise<ThreadPair> {
  const cpuMs: Record<number, number[]> = { 1: [], 2: [] };
  const contender = (threads: 1 | 2) => () => {
    const before = process.cpuUsage();
    const ms = timeConversion(conversion, frames, { threads });
    const { user, system } = process.cpuUsage(before);
    cpuMs[threads]?.push((user + system) / 1000 / frames);
    return ms;
  };
  const { one, two } = await alternate({ one: contender(1), two: contender(2) }, { rounds });
  return {
    oneMs: one.medianMs,
    twoMs: two.medianMs,
    oneCpuMs: median(cpuMs[1] ?? []),
    twoCpuMs: median(cpuMs[2] ?? []),
  };
}
