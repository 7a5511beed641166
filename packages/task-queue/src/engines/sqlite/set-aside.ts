import { existsSync, renameSync, statSync } from 'node:fs';

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
 */
export function setAside(path: string, number: bigint | undefined, nowMs: number): string | undefined {
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
