import type { BenchClaim, BenchResult } from '../../contract.ts';
import { median, type Timing } from '../../measure.ts';

/** Times of contenders of the same work, ours among them, in rounds that they had together. */
export type Timings = Readonly<Record<string, Timing>>;

/** The figure of one of them: time of one call, in microseconds, and the others beside it. */
export function perCall(id: string, timings: Timings, ours: string, calls: number): BenchResult {
  const { [ours]: value = Number.NaN, ...peers } = peersOf(timings, calls);
  return { id, unit: 'us', value, peers };
}

/** Time of one call of each, in microseconds. */
export function peersOf(timings: Timings, calls: number): Record<string, number> {
  return Object.fromEntries(
    Object.entries(timings).map(([name, { medianMs }]) => [name, (medianMs * 1000) / calls]),
  );
}

/**
 * That ours is at least so many times as fast as a peer. Both are compared round by round, since a machine that others
 * use too changes its speed between rounds; the median of these ratios counts.
 */
export function atLeast(
  id: string,
  timings: Timings,
  [ours, peer]: readonly [string, string],
  limit: number,
): BenchClaim {
  const own = timings[ours]?.samplesMs ?? [];
  const theirs = timings[peer]?.samplesMs ?? [];
  const ratios = own.map((ms, round) => (theirs[round] ?? Number.NaN) / ms);
  return { id: `${id}-vs-${peer}`, value: median(ratios), unit: 'ratio', op: '>=', limit };
}
