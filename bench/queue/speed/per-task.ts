import type { BenchClaim, BenchResult } from '../../contract.ts';
import type { Timing } from '../../measure.ts';

/** Times of contenders of the same work in rounds that they had together: milliseconds for so many tasks. */
export type Timings = Readonly<Record<string, Timing>>;

/** What one task took, in microseconds, ours and the others' beside it. */
export function perTask(id: string, timings: Timings, ours: string, tasks: number): BenchResult {
  const us = Object.entries(timings).map(
    ([name, { medianMs }]) => [name, (medianMs * 1000) / tasks] as const,
  );
  const value = us.find(([name]) => name === ours)?.[1] ?? Number.NaN;
  return { id, unit: 'us/task', value, peers: Object.fromEntries(us.filter(([name]) => name !== ours)) };
}

/** That so many tasks are done in a second at least, in the median round. */
export function atLeast(
  id: string,
  timings: Timings,
  ours: string,
  tasks: number,
  limit: number,
): BenchClaim {
  const medianMs = timings[ours]?.medianMs ?? Number.NaN;
  return { id, value: (tasks * 1000) / medianMs, unit: 'tasks/s', op: '>=', limit };
}
