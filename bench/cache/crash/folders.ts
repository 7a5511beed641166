// Folders that hold a store of another version, or can't be written to.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { isFramerailError } from '@framerail/lifecycle';
import { disk } from '@framerail/multilevel-cache/disk';
import type { TrialContext } from './kills.ts';
import { Ledger } from './ledger.ts';
import { type CrashRow, emptyRow } from './rows.ts';
import { crashedStore, filesOf, look, restore } from './store.ts';
import { entryOf, keyOf } from './values.ts';

const STAMP = 'framerail-disk-cache.json';
const KEYS = 60;

/** Opens stores of other versions: nothing of them may be answered, and no byte of them be changed. */
export async function otherVersionTrials({ folder }: TrialContext): Promise<CrashRow> {
  const { path } = await crashedStore(join(folder, 'versions'));
  const row = emptyRow();
  for (const format of [0, 2, 3, 7, 99, 2 ** 40]) {
    const store = join(folder, 'versions', `store-${format}`);
    restore(store, path);
    // As all versions write it: a number without its checksum that is a bit away from this version's counts as damaged.
    writeFileSync(join(store, STAMP), JSON.stringify({ format, check: crc32(String(format)) }));
    const before = contentsOf(store);
    row.trials += 1;
    // An empty one: everything that it answers is wrong.
    await look(store, new Ledger(KEYS), row);
    const aside = readdirSync(dirname(store)).find((name) => name.startsWith(`${basename(store)}.format-`));
    const isWhole = aside !== undefined && contentsOf(join(dirname(store), aside)) === before;
    if (!isWhole) row.lost += 1;
  }
  return row;
}

/**
 * Takes the right to write away from under an open store, and from one that is to be opened, and gives it back.
 *
 * @param root a file system of its own, with nothing on it
 */
export async function readOnlyTrials(root: string, trials: number): Promise<CrashRow> {
  const row = emptyRow(trials);
  const remount = (mode: 'ro' | 'rw'): void =>
    void execFileSync('mount', ['-o', `remount,${mode}`, root], { stdio: 'ignore' });
  for (let trial = 0; trial < trials; trial += 1) {
    const options = { path: join(root, `store-${trial}`), maxBytes: 2 * 1024 * 1024 };
    const ledger = new Ledger(KEYS);
    const tier = disk(options);
    await tier.open();
    for (let version = 1; version <= 100; version += 1) {
      const key = (version * 7) % KEYS;
      ledger.take([`try ${key} ${version}`]);
      const { stored } = await tier.set(keyOf(key), entryOf(key, version));
      ledger.take([`${stored ? 'ack' : 'no'} ${key} ${version}`]);
    }
    await tier.flush();
    await tier.close();
    remount('ro');
    const refused = disk(options);
    const isRefused = await refused.open().then(
      () => false,
      (error) => isFramerailError(error, 'E_CACHE_DENIED'),
    );
    if (!isRefused) row.wrong += 1;
    remount('rw');
    row.lost += await look(options.path, ledger, row);
    rmSync(options.path, { recursive: true });
  }
  return row;
}

/** Everything that a folder's files say. */
const contentsOf = (path: string): string =>
  filesOf(path)
    .sort()
    .map((name) => `${name}\n${readFileSync(join(path, name), 'latin1')}`)
    .join('\n');
