import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect } from 'vitest';
import { ROOT } from '../workspace/packages.mjs';
import { recordLeftOut } from './left-out.js';
import { lookFor, type ProgramName } from './programs.js';

export type { ProgramName } from './programs.js';

/**
 * Says whether a program that a test needs is there. If it isn't, the test is listed by name with the reason at
 * the end of the run; with `CI=true` it throws instead, so that a machine that should have everything can't
 * pass by leaving things out.
 *
 * @example describe.runIf(requireProgram('ffmpeg'))('probe', () => { … });
 */
export function requireProgram(name: ProgramName): boolean {
  const { found, reason } = lookFor(name);
  if (found) return true;
  if (process.env['CI'] === 'true') {
    throw new Error(
      `Expected ${name} for ${currentTestFile()}, because CI=true allows no test to be left out: ${reason}`,
    );
  }
  recordLeftOut({ test: currentTestFile(), needs: name, reason });
  return false;
}

/**
 * Path of a file of the read-only `shared/` folder beside the repository, or undefined where it isn't there:
 * then the test is listed at the end of the run. The project has to pass without that folder, in CI too.
 *
 * @param path relative to the folder, for example `vectors/color-bars.json`
 */
export function requireShared(path: string): string | undefined {
  const file = join(ROOT, '../shared', path);
  if (existsSync(file)) return file;
  recordLeftOut({
    test: currentTestFile(),
    needs: `shared/${path}`,
    reason: 'there is no such file beside the repository',
  });
  return undefined;
}

/**
 * Says whether the memory of a program can be limited on this system (see `openMemoryGroup`). Where it can't the test
 * is listed at the end of the run, in CI too: that is the system's doing, and no setup changes it.
 */
export function requireMemoryLimit(platform: NodeJS.Platform = process.platform): boolean {
  if (platform === 'linux') return true;
  const reason = `${platform} has neither control groups nor a limit of data that it keeps`;
  recordLeftOut({ test: currentTestFile(), needs: 'a limit of memory', reason });
  return false;
}

function currentTestFile(): string {
  const path = expect.getState().testPath;
  return path === undefined ? 'an unknown test' : relative(ROOT, path);
}
