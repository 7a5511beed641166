import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { stateOfOwner } from '@framerail/lifecycle/process-owner';

/**
 * Removes files that nobody will finish: those of dead processes, and old ones whose process can't be asked. Does what
 * it can; a folder that can't be written to stays as it is.
 *
 * @param folder - where unfinished files lie, named by their owners
 * @param orphanAgeMs - how long a file of an unknown process may lie untouched
 */
export async function sweepOrphans(folder: string, orphanAgeMs: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    if (await isOrphan(path, name, orphanAgeMs)) await rm(path, { force: true }).catch(() => {});
  }
}

async function isOrphan(path: string, name: string, orphanAgeMs: number): Promise<boolean> {
  const state = stateOfOwner(name);
  if (state === 'dead') return true;
  // The number of a dead process may be another's by now, so age tells of those that seem to live too.
  const stats = await stat(path).catch(() => undefined);
  return stats !== undefined && Date.now() - stats.mtimeMs > orphanAgeMs;
}
