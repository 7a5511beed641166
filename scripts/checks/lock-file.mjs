import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../workspace/packages.mjs';

/**
 * npm's lock file has an entry for every optional package of every platform, and names no host: `npm ci` refuses a
 * lock that lacks the packages of a platform that wasn't the author's.
 */
export async function checkLockFile({ lock = readLock() } = {}) {
  const entries = Object.entries(lock.packages);
  const names = new Set(
    entries.map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)),
  );
  const problems = [];
  for (const [path, entry] of entries) {
    const missing = Object.keys(entry.optionalDependencies ?? {}).filter((name) => !names.has(name));
    if (missing.length > 0) problems.push(`${path || 'the root'} lacks ${missing.join(', ')}`);
    if (/^https?:/.test(entry.resolved ?? '')) problems.push(`${path} names the host it came from`);
  }
  return { problems };
}

/** @returns {{ packages: Record<string, { optionalDependencies?: Record<string, string>, resolved?: string }> }} */
function readLock() {
  return JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
}
