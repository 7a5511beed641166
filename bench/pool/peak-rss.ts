import { existsSync, readFileSync } from 'node:fs';

/**
 * The most memory that this process has had resident, in bytes. `resourceUsage` begins at the size of the process that
 * started this one, where Linux counts per program.
 */
export function peakRssBytes(): number {
  const status = '/proc/self/status';
  const found = existsSync(status) ? /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(status, 'utf8')) : null;
  return (found === null ? process.resourceUsage().maxRSS : Number(found[1])) * 1024;
}
