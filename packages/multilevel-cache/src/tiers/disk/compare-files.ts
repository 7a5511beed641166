import type { DiskState } from './disk-state.js';
import type { ValueFiles } from './value-files.js';

/**
 * Drops entries whose files are gone, and removes files that are no entry's: a process was killed. This process has the
 * lock.
 *
 * @returns how many entries were dropped
 */
export async function compareFiles(state: DiskState, values: ValueFiles): Promise<number> {
  const { index } = state;
  const orphans = await values.list();
  let dropped = 0;
  for (let slot = 1; slot < index.bytes.length; slot += 1) {
    const fileId = index.fileId[slot] as number;
    if (fileId === 0 || orphans.delete(fileId)) continue;
    dropped += 1;
    state.drop(slot, 'corrupt');
  }
  for (const fileId of orphans) await values.remove(fileId);
  return dropped;
}
