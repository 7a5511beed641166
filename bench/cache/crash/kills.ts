// Writers that are killed.
import { join } from 'node:path';
import { disk } from '@framerail/multilevel-cache/disk';
import { Ledger } from './ledger.ts';
import { type CrashRow, emptyRow, numbersOf } from './rows.ts';
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
/** Longest from its start on: in such trials it may be killed while it opens the store. */
const MOST_FROM_START_MS = 120;
/** Trials in one store; then comes a fresh one. */
const TRIALS_A_STORE = 50;
/**
 * A store with much room, one with room for all entries that cleans all the time, since what is replaced is waste, and one
 * that evicts, too, where misses are no losses.
 */
const ROOMS = {
  ample: { keys: 200, maxBytes: 8 * 1024 * 1024 },
  cleaning: { keys: 80, maxBytes: 2 * 1024 * 1024 },
  tight: { keys: 400, maxBytes: 1024 * 1024 },
};

/** Kills a writer at random moments, of its opening too, and looks into the store after each. */
export async function killTrials(
  { folder, seed, log }: TrialContext,
  trials: number,
  kind: keyof typeof ROOMS,
): Promise<CrashRow> {
  const name = `killed-${kind}`;
  const program = await bundleWriter(join(folder, `${name}.mjs`));
  const room = ROOMS[kind];
  const row = emptyRow(trials);
  const upTo = numbersOf(seed);
  let ledger = new Ledger(room.keys);
  for (let trial = 0; trial < trials; trial += 1) {
    const path = join(folder, `${name}-${Math.floor(trial / TRIALS_A_STORE)}`);
    if (trial % TRIALS_A_STORE === 0) ledger = new Ledger(room.keys);
    const order = { path, ...room, durability: 'sync' as const, firstVersion: ledger.lastVersion };
    const writer = startWriter(program, { ...order, seed: upTo(2 ** 31) });
    const isFromStart = upTo(4) === 0;
    const delayMs = upTo((isFromStart ? MOST_FROM_START_MS : MOST_MS) * 1000) / 1000;
    ledger.take(await killAfter(writer, delayMs, isFromStart));
    await check({ ...room, path, durability: 'sync' }, ledger, kind === 'tight', row, log);
  }
  return row;
}

/**
 * Two writers at once, of which one or both are killed; keys that both write may have either's entry, but no third one.
 */
export async function twoWriterTrials(
  { folder, seed, log }: TrialContext,
  trials: number,
  { areBothKilled, isTight }: { readonly areBothKilled: boolean; readonly isTight: boolean },
): Promise<CrashRow> {
  const name = `two${areBothKilled ? '-both' : ''}${isTight ? '-tight' : ''}`;
  const program = await bundleWriter(join(folder, `${name}.mjs`));
  const room = isTight ? ROOMS.tight : ROOMS.ample;
  const row = emptyRow(trials);
  const upTo = numbersOf(seed);
  for (let trial = 0; trial < trials; trial += 1) {
    const path = join(folder, `${name}-${trial}`);
    const order = { path, ...room, durability: 'none' as const };
    const one = startWriter(program, { ...order, seed: upTo(2 ** 31), firstVersion: 0 });
    const other = startWriter(program, {
      ...order,
      seed: upTo(2 ** 31),
      firstVersion: 1_000_000,
      count: areBothKilled ? undefined : 300,
    });
    const [first, second] = [upTo(200), upTo(200)];
    const ends = [killAfter(one, first), areBothKilled ? killAfter(other, second) : linesOf(other)];
    const ledger = Ledger.ofBoth(room.keys, await Promise.all(ends));
    await check({ path, ...room, durability: 'none' }, ledger, isTight, row, log);
  }
  return row;
}

const linesOf = async (writer: ReturnType<typeof startWriter>): Promise<string[]> =>
  (await writer.ended).lines;

/** Looks into a store whose writers were killed. */
async function check(
  { path, maxBytes, durability }: { path: string; maxBytes: number; durability: 'none' | 'sync' },
  ledger: Ledger,
  isTight: boolean,
  row: CrashRow,
  log: (text: string) => void,
): Promise<void> {
  const tier = disk({ path, maxBytes, durability });
  await tier.open();
  row.opened += 1;
  const { asked, wrong, lost } = await ledger.check(tier, isTight);
  row.asked += asked;
  row.wrong += wrong;
  row.lost += lost;
  row.corruptions += tier.stats().corruptions;
  const stats = JSON.stringify(tier.stats());
  await tier.close();
  if (wrong + lost > 0) log(`${path}, store ${row.opened}: ${wrong} wrong, ${lost} lost: ${stats}`);
}
