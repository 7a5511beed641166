// Files of a store that are cut, changed or removed.
import { closeSync, openSync, readSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { TrialContext } from './kills.ts';
import { type CrashRow, emptyRow, numbersOf } from './rows.ts';
import { crashedStore, filesOf, logsOf, look, restore } from './store.ts';

/** Cuts the last segment at every byte; of the others' entries none may be gone. */
export async function truncationTrials({ folder }: TrialContext, step = 1): Promise<CrashRow> {
  const { path, late } = await crashedStore(join(folder, 'truncated'));
  const log = join(path, 'segments', logsOf(path).at(-1) as string);
  const row = emptyRow();
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
  const damaged = join(folder, 'flipped', 'damaged');
  const files = filesOf(path).filter((file) => statSync(join(path, file)).size > 0);
  const row = emptyRow(trials);
  const upTo = numbersOf(seed);
  for (let trial = 0; trial < trials; trial += 1) {
    const file = files[upTo(files.length)] as string;
    const [at, bit] = [upTo(statSync(join(path, file)).size), upTo(8)];
    // A whole store each time: opening one removes files that no record knows any more.
    restore(damaged, path);
    flip(join(damaged, file), at, bit);
    const lost = Math.max(0, (await look(damaged, ledger, row)) - 1);
    row.lost += lost;
    if (lost > 0) log(`bit ${bit} of byte ${at} of ${file}: ${lost} lost besides the one that was hit`);
  }
  return row;
}

/** Removes each file in turn. */
export async function vanishTrials({ folder }: TrialContext): Promise<CrashRow> {
  const { path, ledger } = await crashedStore(join(folder, 'vanished'));
  const row = emptyRow();
  const damaged = join(folder, 'vanished', 'damaged');
  for (const name of filesOf(path)) {
    restore(damaged, path);
    rmSync(join(damaged, name));
    row.trials += 1;
    // A segment that is gone takes its entries with it; a file of a value one entry; the rest nothing.
    const lost = await look(damaged, ledger, row);
    if (!name.endsWith('.log')) row.lost += Math.max(0, lost - (name.endsWith('.value') ? 1 : 0));
  }
  return row;
}

function flip(file: string, at: number, bit: number): void {
  const fd = openSync(file, 'r+');
  const byte = Buffer.alloc(1);
  readSync(fd, byte, 0, 1, at);
  byte[0] = (byte[0] as number) ^ (1 << bit);
  writeSync(fd, byte, 0, 1, at);
  closeSync(fd);
}
