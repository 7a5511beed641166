import type { RatePermit } from '../engines/task-engine.js';

/** Beginnings that were permitted at a time. */
export interface Permitted {
  readonly atMs: number;
  readonly count: number;
}

/**
 * How many of those wanted may begin. Those of the last `perMs` count; those from times to come, which a clock that was put
 * back makes, count as of now, so that they don't hold up anything for longer than `perMs`.
 *
 * @param past - what was permitted before
 * @returns the number, and what to remember
 */
export function permitted(
  past: readonly Permitted[],
  { max, perMs, wanted, nowMs }: RatePermit,
): { readonly count: number; readonly past: readonly Permitted[] } {
  const kept = past
    .filter(({ atMs }) => atMs > nowMs - perMs)
    .map((one) => (one.atMs > nowMs ? { atMs: nowMs, count: one.count } : one));
  const used = kept.reduce((sum, { count }) => sum + count, 0);
  const count = Math.max(0, Math.min(wanted, max - used));
  if (count === 0) return { count, past: kept };
  const last = kept.at(-1);
  return last?.atMs === nowMs
    ? { count, past: [...kept.slice(0, -1), { atMs: nowMs, count: last.count + count }] }
    : { count, past: [...kept, { atMs: nowMs, count }] };
}
