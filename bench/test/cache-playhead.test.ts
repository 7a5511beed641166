// People who edit find nine of ten frames in time, with a cache a quarter of their film's size.

import { expect, test } from 'vitest';
import { mulberry32 } from '../cache/hit-rate/generators.ts';
import { editing, HABITS } from '../cache/playhead/editors.ts';
import { playSession } from '../cache/playhead/session.ts';

const frames = 2000;
const rateOf = ({ hits, shown }: { hits: number; shown: number }): number => hits / shown;

test.each(HABITS.map((habit) => [habit.name, habit] as const))('%s', async (_, habit) => {
  const session = { frames, held: frames / 4, tickMs: 40, frameMs: 60, workers: 2, frameBytes: 1000 };
  const ticks = () => editing(habit, frames, 2500, mulberry32(99));
  const ours = rateOf(await playSession(ticks(), { ...session, hasPlayhead: true }));
  const without = rateOf(await playSession(ticks(), { ...session, hasPlayhead: false }));
  expect(ours).toBeGreaterThanOrEqual(0.9);
  expect(ours).toBeGreaterThan(without);
});

test('the same editing comes of the same seed, and stays in the film', () => {
  for (const habit of HABITS) {
    const [first, second] = [1, 2].map(() => [...editing(habit, 500, 1000, mulberry32(5))]);
    expect(second).toEqual(first);
    for (const { position, loop } of first ?? []) {
      expect(position).toBeGreaterThanOrEqual(0);
      expect(position).toBeLessThan(500);
      if (loop !== null) expect(loop.end).toBeGreaterThanOrEqual(loop.start);
    }
  }
});
