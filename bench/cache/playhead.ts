// How many frames are there when they are due, for people who edit with a cache a quarter of their film's size, in a time
// in which frames take as long to make as they are said to. Beside the same cache without a playhead, and beside LRU.
import { lru } from '@framerail/multilevel-cache';
import type { BenchContext, BenchOutcome } from '../contract.ts';
import { mulberry32 } from './hit-rate/generators.ts';
import { editing, HABITS, type Habit } from './playhead/editors.ts';
import { playSession, type SessionOptions } from './playhead/session.ts';

const FRAMES = 4000;
const TICK_MS = 40;
const FRAME_BYTES = 1000;
const TICKS = 10_000;
const QUICK_TICKS = 3000;
const SEEDS = 3;
/** What has to be there in time, in per cent. */
const CLAIMED = 90;

/** How frames are made: four times and one and a third times as quickly as they are shown, and with a long wait for each. */
const MAKERS = [
  { name: '4x', frameMs: 40, workers: 4 },
  { name: '1.3x', frameMs: 60, workers: 2 },
  { name: '1.6x-late', frameMs: 200, workers: 8 },
] as const;

/** Plays every habit with every way of making frames; with `quick` one seed and fewer ticks. */
export async function measurePlayheads({ log, seed, quick }: BenchContext): Promise<BenchOutcome> {
  const outcome: BenchOutcome = { results: [], claims: [] };
  const seeds = Array.from({ length: quick ? 1 : SEEDS }, (_, index) => seed + index);
  log(row(['editing/frames made', 'ours', 'worst', 'lru+ours', 'no ahead', 'lru alone', 'made/shown']));
  for (const maker of MAKERS) {
    for (const habit of HABITS) {
      const id = `${habit.name.replaceAll(' ', '-')}/${maker.name}`;
      const play = (options: Pick<SessionOptions, 'hasPlayhead' | 'policy'>) =>
        playAll(habit, seeds, quick ? QUICK_TICKS : TICKS, { ...maker, ...options });
      const ours = await play({ hasPlayhead: true });
      const peers = {
        'lru with a playhead': (await play({ hasPlayhead: true, policy: lru })).mean,
        'without a playhead': (await play({ hasPlayhead: false })).mean,
        'lru without a playhead': (await play({ hasPlayhead: false, policy: lru })).mean,
      };
      outcome.results.push({ id, unit: '%', value: ours.mean, peers });
      outcome.results.push({ id: `${id}/made`, unit: 'frames/shown', value: ours.made, peers: {} });
      outcome.claims.push({ id: `${id}/worst`, value: ours.worst, unit: '%', op: '>=', limit: CLAIMED });
      const cells = [ours.mean, ours.worst, ...Object.values(peers), ours.made];
      log(row([id, ...cells.map((cell) => cell.toFixed(2))]));
    }
  }
  return outcome;
}

async function playAll(
  habit: Habit,
  seeds: readonly number[],
  ticks: number,
  options: Pick<SessionOptions, 'hasPlayhead' | 'policy' | 'frameMs' | 'workers'>,
): Promise<{ mean: number; worst: number; made: number }> {
  const rates: number[] = [];
  let made = 0;
  for (const seed of seeds) {
    const session = {
      ...options,
      frames: FRAMES,
      held: FRAMES / 4,
      tickMs: TICK_MS,
      frameBytes: FRAME_BYTES,
    };
    const outcome = await playSession(editing(habit, FRAMES, ticks, mulberry32(seed)), session);
    rates.push((100 * outcome.hits) / outcome.shown);
    made += outcome.madePerShown / seeds.length;
  }
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  return { mean, worst: Math.min(...rates), made };
}

function row([name = '', ...cells]: readonly string[]): string {
  return name.padEnd(28) + cells.map((cell) => cell.padStart(12)).join('');
}
