// Writers that are killed.
import { join } from 'node:path';
import { disk } from '@framerail/multilevel-cache/disk';
import { Ledger } from './ledger.ts';
import type { CrashRow } from './rows.ts';
import { bundleWriter, killAfter, startWriter } from './writers.ts';

/** What the trials are done with. */
export interface TrialContext {
  /** An empty folder. */
  readonly folder: string;
  readonly seed: number;
  readonly log: (text: string) => void;
}

/** Longest that a writer writes before it is killed. */
const MOST_MS = 60;
/** Trials in one store; then comes a fresh one. */
const TRIALS_A_STORE = 50;

/**
 * Kills a writer at random moments, and looks into the store after each.
 *
 * @param tight whether the store is too small for all entries, so that it evicts and cleans all the time; then misses
 *   are no losses
 */
export async function killTrials(
  { folder, seed, log }: TrialContext,
  trials: number,
  tight: boolean,
): Promise<CrashRow> {
  const program = await bundleWriter(folder);
  const [keys, maxBytes] = tight ? [400, 1024 * 1024] : [200, 8 * 1024 * 1024];
  const row = { trials, opened: 0, asked: 0, wrong: 0, lost: 0, corruptions: 0 };
  let ledger = new Ledger(keys);
  let state = seed | 1;
  for (let trial = 0; trial < trials; trial += 1) {
    const path = join(folder, `killed-${tight ? 'tight-' : ''}${Math.floor(trial / TRIALS_A_STORE)}`);
    if (trial % TRIALS_A_STORE === 0) ledger = new Ledger(keys);
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const firstVersion = ledger.lastVersion;
    const order = { path, maxBytes, durability: 'sync' as const, seed: state, firstVersion, keys };
    ledger.take(await killAfter(startWriter(program, order), (state / 2 ** 32) * MOST_MS));
    const tier = disk({ path, maxBytes, durability: 'sync' });
    await tier.open();
    row.opened += 1;
    const { asked, wrong, lost } = await ledger.check(tier, tight);
    row.asked += asked;
    row.wrong += wrong;
    row.lost += lost;
    row.corruptions += tier.stats().corruptions;
    await tier.close();
    if (wrong + lost > 0) log(`trial ${trial}: ${wrong} wrong, ${lost} lost`);
  }
  return row;
}

/** Two writers at once, one of which is killed; keys that both write may have either's entry, but no third one. */
export async function twoWriterTrials(
  { folder, seed, log }: TrialContext,
  trials: number,
): Promise<CrashRow> {
  const program = await bundleWriter(folder);
  const [keys, maxBytes] = [200, 8 * 1024 * 1024];
  const row = { trials, opened: 0, asked: 0, wrong: 0, lost: 0, corruptions: 0 };
  for (let trial = 0; trial < trials; trial += 1) {
    const path = join(folder, `two-${trial}`);
    const order = { path, maxBytes, durability: 'none' as const, keys };
    const one = startWriter(program, { ...order, seed: seed + trial, firstVersion: 0 });
    const other = startWriter(program, {
      ...order,
      seed: seed + trial + 1,
      firstVersion: 1_000_000,
      count: 300,
    });
    const lines = [await killAfter(one, 150), (await other.ended).lines];
    const ledger = Ledger.ofBoth(keys, lines);
    const tier = disk({ path, maxBytes });
    await tier.open();
    row.opened += 1;
    const { asked, wrong, lost } = await ledger.check(tier);
    row.asked += asked;
    row.wrong += wrong;
    row.lost += lost;
    row.corruptions += tier.stats().corruptions;
    await tier.close();
    if (wrong + lost > 0) log(`trial ${trial}: ${wrong} wrong, ${lost} lost`);
  }
  return row;
}
