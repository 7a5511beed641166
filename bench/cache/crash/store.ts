// A store as a crash leaves it, to be damaged.
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { disk } from '@framerail/multilevel-cache/disk';
import { Ledger } from './ledger.ts';
import type { CrashRow } from './rows.ts';
import { entryOf, keyOf } from './values.ts';

const MAX_BYTES = 2 * 1024 * 1024;
const KEYS = 60;

/** A store, and what it may answer. */
export interface CrashedStore {
  /** Its folder. */
  readonly path: string;
  /** What it must have. */
  readonly ledger: Ledger;
  /** The same where what the last segment says may be gone; what it replaced must not be there again. */
  readonly late: Ledger;
}

/** Makes a store of several segments, the last one a few KiB long, whose writer never closed it. */
export async function crashedStore(folder: string): Promise<CrashedStore> {
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
    rmSync(path, { recursive: true, force: true });
    cpSync(work, path, { recursive: true });
    await tier.close();
  };
  await write(150, 1, 7);
  const before = lines.length;
  await write(12, 1000, 13);
  const ledger = new Ledger(KEYS);
  ledger.take(lines);
  const late = ledger.copy();
  for (const line of lines.slice(before)) late.allowNone(Number(line.split(' ')[1]));
  rmSync(join(path, 'writer.lock'), { force: true });
  rmSync(work, { recursive: true });
  return { path, ledger, late };
}

/** Opens a store and asks it for everything. @returns how many entries are gone that must be there */
export async function look(path: string, ledger: Ledger, row: CrashRow): Promise<number> {
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

/** Makes a folder what another one is. */
export function restore(path: string, from: string): void {
  rmSync(path, { recursive: true, force: true });
  cpSync(from, path, { recursive: true });
}

/** Names of a store's segments, in order. */
export const logsOf = (path: string): string[] =>
  readdirSync(join(path, 'segments'))
    .filter((name) => name.endsWith('.log'))
    .sort();

/** Paths of all files of a store, from its folder on. */
export const filesOf = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length));
