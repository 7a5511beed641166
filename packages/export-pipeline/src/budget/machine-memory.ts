import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

const CGROUP_LIMITS = ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'];

/**
 * Bytes of memory that this process may hope for: the machine's, or its control group's where that is less.
 *
 * @param options - `totalBytes` and `readText` stand in for the machine in tests
 */
export function machineMemoryBytes(
  options: { readonly totalBytes?: number; readonly readText?: (path: string) => string } = {},
): number {
  const { totalBytes = totalmem(), readText = (path) => readFileSync(path, 'utf8') } = options;
  let bytes = totalBytes;
  for (const path of CGROUP_LIMITS) {
    const limit = limitIn(path, readText);
    if (limit !== undefined && limit > 0) bytes = Math.min(bytes, limit);
  }
  return bytes;
}

/** A group without a limit says `max`, or a number near 2^63. */
function limitIn(path: string, readText: (path: string) => string): number | undefined {
  try {
    const limit = Number(readText(path).trim());
    return Number.isFinite(limit) ? limit : undefined;
  } catch {
    return undefined;
  }
}
