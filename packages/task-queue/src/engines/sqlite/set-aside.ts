import { existsSync, readFileSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { FramerailError } from '@framerail/lifecycle';
import { ownerName, stateOfOwner } from '@framerail/lifecycle/process-owner';

/** The file's own number, which tells it from another one of its name; `undefined`: there is none. */
export function fileNumber(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}

/**
 * Renames a database that can't be used, with what belongs to it, to a free name beside. Another process may have done it, and put
 * a new one there: that one stays.
 *
 * @param number - what {@link fileNumber} gave of the file that can't be used
 * @returns where it is now; `undefined` if another process was first
 * @throws FramerailError `E_QUEUE_LOCKED` while another process does it; to be tried again
 */
export function setAside(path: string, number: bigint | undefined, nowMs: number): string | undefined {
  const lock = `${path}.setting-aside`;
  takeLock(lock, path);
  try {
    return rename(path, number, nowMs);
  } finally {
    unlinkSync(lock);
  }
}

function rename(path: string, number: bigint | undefined, nowMs: number): string | undefined {
  const stamp = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  let target = `${path}.set-aside-${stamp}`;
  for (let copy = 2; existsSync(target); copy += 1) target = `${path}.set-aside-${stamp}-${copy}`;
  if (number === undefined || fileNumber(path) !== number) return undefined;
  // The log first: it would be replayed into whatever is put in the file's place.
  for (const part of ['-wal', '-shm', '-journal', '']) {
    try {
      renameSync(path + part, target + part);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return target;
}

/** One process at a time: another one's new file must not be taken for the one that can't be used. */
function takeLock(lock: string, path: string): void {
  try {
    writeFileSync(lock, ownerName(), { flag: 'wx' });
    return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (stateOfOwner(readOwner(lock)) === 'dead') rmSync(lock, { force: true });
  throw new FramerailError({
    code: 'E_QUEUE_LOCKED',
    message: `Expected to set the queue's file ${path} aside but another process is about to; if none is, remove ${lock}`,
    details: { path, lock },
  });
}

function readOwner(lock: string): string {
  try {
    return readFileSync(lock, 'utf8');
  } catch {
    return '';
  }
}
