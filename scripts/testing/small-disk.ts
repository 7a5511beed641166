import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect } from 'vitest';
import { ROOT } from '../workspace/packages.mjs';
import { recordLeftOut } from './left-out.js';

/** A file system of its own that holds few bytes. */
export interface SmallDisk extends Disposable {
  readonly path: string;
  /** Lets nobody write to it any more, root included. */
  makeReadOnly(): void;
}

/**
 * Mounts a disk of a few bytes. Where the process may not, which no set-up changes, the test is listed at the end of the
 * run, in CI too.
 *
 * @param bytes - what it holds; its own bookkeeping counts
 * @param options - how many files and folders it holds at most, its own one included
 * @returns undefined where nothing can be mounted
 */
export function openSmallDisk(
  bytes: number,
  { maxFiles }: { readonly maxFiles?: number } = {},
): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), 'framerail-small-disk-'));
  const settings = `size=${bytes}${maxFiles === undefined ? '' : `,nr_inodes=${maxFiles}`}`;
  const mount = (...args: string[]) => spawnSync('mount', args, { encoding: 'utf8' });
  const { status, stderr, error } = mount('-t', 'tmpfs', '-o', settings, 'tmpfs', path);
  if (status !== 0) {
    rmSync(path, { recursive: true });
    recordLeftOut({
      test: relative(ROOT, expect.getState().testPath ?? 'an unknown test'),
      needs: 'a small disk',
      reason: (error?.message ?? stderr.trim()) || 'nothing can be mounted',
    });
    return undefined;
  }
  return {
    path,
    makeReadOnly() {
      const remounted = mount('-o', 'remount,ro', path);
      if (remounted.status !== 0) throw new Error(remounted.stderr);
    },
    [Symbol.dispose]() {
      spawnSync('umount', ['--lazy', path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}
