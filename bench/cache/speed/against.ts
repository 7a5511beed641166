import type { BenchClaim, BenchResult } from '../../contract.ts';
import { median, type Timing } from '../../measure.ts';

/** Times of contenders of the same work, ours among them, in rounds that they had together. */
export type Timings = Readonly<Record<string, Timing>>;

/** The figure of one of them: time of one call, in microseconds, and the others beside it. */
export function perCall(id: string, timings: Timings, ours: string, calls: number): BenchResult {
  const us = Object.entries(timings).map(
    ([name, { medianMs }]) => [name, (medianMs * 1000) / calls] as const,
  );
  const value = us.find(([name]) => name === ours)?.[1] ?? Number.NaN;
  return { id, unit: 'us', value, peers: Object.fromEntries(us.filter(([name]) => name !== ours)) };
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
