import { readFileSync } from 'node:fs';
import { resourceUsage } from 'node:process';

/**
 * The most memory that this process has held since its start, in bytes. On Linux this is the kernel's `VmHWM`:
 * `maxRSS` also counts the memory of the process that started this one.
 */
export function processPeakRssBytes(): number {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kibibytes !== undefined) return Number(kibibytes) * 1024;
  } catch {
    // No Linux.
  }
  return resourceUsage().maxRSS * 1024;
}
