import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How the memory of a test's programs is limited; see `openMemoryGroup`. */
export type MemoryGroupKind = 'cgroup v1' | 'cgroup v2' | 'ulimit';

/** Where a program in a memory group finds the group's figures. */
export interface MemoryGroupPlace {
  kind: MemoryGroupKind;
  /** Of the control group; empty for `ulimit`. */
  folder: string;
}

const USAGE = { 'cgroup v1': 'memory.usage_in_bytes', 'cgroup v2': 'memory.current' };
const CACHE = { 'cgroup v1': 'total_inactive_file', 'cgroup v2': 'inactive_file' };

/**
 * What a group uses of its limit, in bytes: without cached files that nobody has looked at of late, which the kernel
 * drops before it refuses anything. Under `ulimit`, what this process has mapped to write to.
 */
export function groupUsedBytes({ kind, folder }: MemoryGroupPlace): number {
  if (kind === 'ulimit') return mappedBytes(readFileSync('/proc/self/status', 'utf8'));
  const used = Number(readFileSync(join(folder, USAGE[kind]), 'utf8'));
  const cache = new RegExp(`^${CACHE[kind]} (\\d+)$`, 'm').exec(
    readFileSync(join(folder, 'memory.stat'), 'utf8'),
  );
  return used - Number(cache?.[1] ?? 0);
}

/** Bytes of the memory that a process has mapped to write to, which is what `ulimit -d` limits. */
export function mappedBytes(status: string): number {
  return Number(/^VmData:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024;
}
