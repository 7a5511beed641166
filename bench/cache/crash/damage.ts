// Files of a store that are cut, changed or removed.
import {
  closeSync,
  cpSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { disk } from '@framerail/multilevel-cache/disk';
import type { TrialContext } from './kills.ts';
import { Ledger } from './ledger.ts';
import type { CrashRow } from './rows.ts';
import { entryOf, keyOf } from './values.ts';

const MAX_BYTES = 2 * 1024 * 1024;
const KEYS = 60;

/** A store as a crash leaves it, its last segment a few KiB long, and what it may answer. */
async function crashedStore(folder: string): Promise<{ path: string; ledger: Ledger; late: Ledger }> {
  const [work, path] = [join(folder, 'work'), join(folder, 'store')];
  const lines: string[] = [];
  const write = async (versions: number, firstVersion: number, step: number): Promise<void> => {
    const tier = disk({ path: work, maxBytes: MAX_BYTES, durability: 'sync' });
    await tier.open();
    for (let version = firstVersion; version < firstVersion + versions; version += 1) {
      const key = (version * step) % KEYS;
      const isDeleted = version % 11 === 0;
      lines.push(`try ${key} ${isDeleted ? 0 : version}`);
      if (isDeleted) await tier.delete(keyOf(key));
      else await tier.set(keyOf(key), entryOf(key, version));
      lines.push(`ack ${key} ${isDeleted ? 0 : version}`);
    }
    cpSync(work, path, { recursive: true });
    await tier.close();
  };
  await write(150, 1, 7);
  const before = lines.length;
  rmSync(path, { recursive: true });
  await write(12, 1000, 13);
  const ledger = new Ledger(KEYS);
  ledger.take(lines);
  // What the last segment says may be there or not; what it replaced must not be there again.
  const late = new Ledger(KEYS);
  late.take(lines);
  for (const line of lines.slice(before)) late.allowNone(Number(line.split(' ')[1]));
  rmSync(join(path, 'writer.lock'), { force: true });
  rmSync(work, { recursive: true });
  return { path, ledger, late };
}

/** Opens a store and asks it for everything. */
async function look(path: string, ledger: Ledger, row: CrashRow): Promise<number> {
  const tier = disk({ path, maxBytes: MAX_BYTES });
  await tier.open();
  row.opened += 1;
  const { asked, wrong, lost } = await ledger.copy().check(tier);
  row.asked += asked;
  row.wrong += wrong;
  row.corruptions += tier.stats().corruptions;
  await tier.close();
  return lost;
}

const emptyRow = (trials: number): CrashRow & { trials: number } => ({
  trials,
  opened: 0,
  asked: 0,
  wrong: 0,
  lost: 0,
  corruptions: 0,
});

/** Cuts the last segment at every byte; of the others' entries none may be gone. */
export async function truncationTrials({ folder }: TrialContext, step = 1): Promise<CrashRow> {
  const { path, late } = await crashedStore(join(folder, 'truncated'));
  const log = join(path, 'segments', logsOf(path).at(-1) as string);
  const row = emptyRow(0);
  for (let length = statSync(log).size; length >= 0; length -= step) {
    truncateSync(log, length);
    row.trials += 1;
    row.lost += await look(path, late, row);
  }
  return row;
}

/** Flips single bits anywhere in a store's files; the entry that is hit may be gone, and no other. */
export async function bitFlipTrials({ folder, seed, log }: TrialContext, trials: number): Promise<CrashRow> {
  const { path, ledger } = await crashedStore(join(folder, 'flipped'));
  const files = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => statSync(file).size > 0);
  const row = emptyRow(trials);
  let state = seed | 1;
  const upTo = (bound: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  for (let trial = 0; trial < trials; trial += 1) {
    const file = files[upTo(files.length)] as string;
    const [at, bit] = [upTo(statSync(file).size), upTo(8)];
    flip(file, at, bit);
    const lost = Math.max(0, (await look(path, ledger, row)) - 1);
    row.lost += lost;
    if (lost > 0) log(`bit ${bit} of byte ${at} of ${file}: ${lost} lost besides the one that was hit`);
    flip(file, at, bit);
  }
  return row;
}

/** Removes each file in turn. */
export async function vanishTrials({ folder }: TrialContext): Promise<CrashRow> {
  const { path, ledger } = await crashedStore(join(folder, 'vanished'));
  const row = emptyRow(0);
  const names = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length));
  const copy = `${path}-copy`;
  for (const name of names) {
    cpSync(path, copy, { recursive: true });
    rmSync(join(copy, name));
    row.trials += 1;
    // A segment that is gone takes its entries with it; a file of a value one entry; the rest nothing.
    const lost = await look(copy, ledger, row);
    if (!name.endsWith('.log')) row.lost += Math.max(0, lost - (name.endsWith('.value') ? 1 : 0));
    rmSync(copy, { recursive: true });
  }
  return row;
}

const logsOf = (path: string): string[] =>
  readdirSync(join(path, 'segments'))
    .filter((name) => name.endsWith('.log'))
    .sort();

function flip(file: string, at: number, bit: number): void {
  const fd = openSync(file, 'r+');
  const byte = Buffer.alloc(1);
  readSync(fd, byte, 0, 1, at);
  byte[0] = (byte[0] as number) ^ (1 << bit);
  writeSync(fd, byte, 0, 1, at);
  closeSync(fd);
}
