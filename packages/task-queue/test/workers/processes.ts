// Other processes.
import { readFileSync } from 'node:fs';

/** Whether a process runs: one that has ended, and nobody has looked after, doesn't. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}
