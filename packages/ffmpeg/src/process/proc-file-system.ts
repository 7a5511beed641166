import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/**
 * Bytes that a process has read and written so far, pipes and cached files included.
 *
 * @returns `undefined` where the system doesn't tell (it is Linux that does)
 */
export async function bytesMoved(pid: number): Promise<number | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/io`, 'utf8');
    const read = /^rchar: (\d+)$/m.exec(text)?.[1];
    const written = /^wchar: (\d+)$/m.exec(text)?.[1];
    return read === undefined || written === undefined ? undefined : Number(read) + Number(written);
  } catch {
    return undefined;
  }
}

/**
 * The most memory that a living process has held, in bytes. Synchronous, because it is asked right before
 * the process is killed.
 *
 * @returns `undefined` where the system doesn't tell
 */
export function peakResidentBytes(pid: number): number | undefined {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}
