import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { posix } from 'node:path';

/** How each version of control groups names the group of a process, and where its limit is. */
const VERSIONS = [
  { group: /^0::(\/.*)$/m, root: '/sys/fs/cgroup', limit: 'memory.max' },
  {
    group: /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(\/.*)$/m,
    root: '/sys/fs/cgroup/memory',
    limit: 'memory.limit_in_bytes',
  },
];

/**
 * Bytes of memory that this process may hope for: the machine's, or those of its control group, or of one that this
 * is in, where they are fewer.
 *
 * @param options - `totalBytes` and `readText` stand in for the machine in tests
 */
export function machineMemoryBytes(
  options: { readonly totalBytes?: number; readonly readText?: (path: string) => string } = {},
): number {
  const { totalBytes = totalmem(), readText = (path) => readFileSync(path, 'utf8') } = options;
  const read = (path: string): string => {
    try {
      return readText(path);
    } catch {
      return '';
    }
  };
  const groups = read('/proc/self/cgroup');
  let bytes = totalBytes;
  for (const { group, root, limit } of VERSIONS) {
    // In a container the group's name may be one that only the host can see; then the root is the group.
    for (let path = group.exec(groups)?.[1] ?? '/'; ; path = posix.dirname(path)) {
      const limitBytes = Number.parseInt(read(posix.join(root, path, limit)), 10);
      // A group without a limit says `max`, or a number near 2^63.
      if (limitBytes > 0) bytes = Math.min(bytes, limitBytes);
      if (path === '/') break;
    }
  }
  return bytes;
}
