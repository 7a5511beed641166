// A disk that is full: a small file system in memory, which only root can make.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isFramerailError } from '@framerail/lifecycle';
import { disk } from '@framerail/multilevel-cache/disk';
import type { TrialContext } from './kills.ts';
import { Ledger } from './ledger.ts';
import { type CrashRow, emptyRow } from './rows.ts';
import { entryOf, keyOf } from './values.ts';

const KEYS = 150;

/** Runs work in a folder with a file system of its own. @returns `undefined` where none can be made */
export async function onSmallDisk<T>(
  folder: string,
  mebibytes: number,
  work: (path: string) => Promise<T>,
): Promise<T | undefined> {
  const path = join(folder, 'small-disk');
  mkdirSync(path, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  try {
    return await work(path);
  } finally {
    execFileSync('umount', ['--lazy', path]);
  }
}

/**
 * Fills the disk with something else while a store is written to, opens the store on the full disk, and gives the room
 * back.
 *
 * @param root a disk of 8 MiB, with nothing on it
 */
export async function fullDiskTrials({ log }: TrialContext, root: string, trials: number): Promise<CrashRow> {
  const row = emptyRow(trials);
  let refused = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    const path = join(root, `store-${trial}`);
    const ballast = join(root, 'ballast');
    const ledger = new Ledger(KEYS);
    let version = 0;
    const options = { path, maxBytes: 4 * 1024 * 1024, durability: 'sync' as const };
    const tier = disk(options);
    await tier.open();
    for (let step = 0; step < 450; step += 1) {
      if (step === 150) {
        const { bavail, bsize } = statfsSync(root);
        writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - 4096 * (1 + (trial % 40)))));
      }
      if (step === 300) rmSync(ballast);
      version += 1;
      const key = Math.imul(version, 7919) % KEYS;
      const line = `${Math.abs(key)} ${version}`;
      ledger.take([`try ${line}`]);
      try {
        const { stored } = await tier.set(keyOf(Math.abs(key)), entryOf(Math.abs(key), version));
        ledger.take([`${stored ? 'ack' : 'no'} ${line}`]);
      } catch (error) {
        if (!isFramerailError(error, 'E_CACHE_FULL')) throw error;
        refused += 1;
        // The earlier entry is gone with a set that fails.
        ledger.take([`no ${line}`]);
      }
    }
    add(row, await ledger.copy().check(tier));
    await tier.close();
    writeFileSync(ballast, Buffer.alloc(Math.max(0, statfsSync(root).bavail * 4096)));
    const again = disk(options);
    const isOpen = await again.open().then(
      () => true,
      (error) => {
        if (!isFramerailError(error, 'E_CACHE_FULL')) throw error;
        return false;
      },
    );
    rmSync(ballast);
    if (!isOpen) await again.open();
    row.opened += 1;
    add(row, await ledger.check(again));
    row.corruptions += again.stats().corruptions;
    await again.close();
    rmSync(path, { recursive: true });
  }
  log(`full disk: ${refused} sets were refused`);
  return row;
}

function add(row: CrashRow, findings: { asked: number; wrong: number; lost: number }): void {
  row.asked += findings.asked;
  row.wrong += findings.wrong;
  row.lost += findings.lost;
}
