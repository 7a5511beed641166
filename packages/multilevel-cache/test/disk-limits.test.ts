// What the disk tier takes, measured from outside.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { disk } from '../src/disk.js';
import type { StoredEntry } from '../src/index.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framerail-disk-limits-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytesOf = Buffer.alloc(300_000, 'framerail');
const entryOf = (length: number, createdAtMs = 1): StoredEntry => ({
  bytes: bytesOf.subarray(0, length),
  meta: { createdAtMs, tags: [], cost: 0, compression: 'none', rawBytes: length },
});

/** Bytes that a folder takes, as `du` counts. */
const taken = (path: string): number =>
  Number(execFileSync('du', ['-s', '--block-size=1', path], { encoding: 'utf8' }).split('\t')[0]);

test('takes no more than its cap while 100,000 entries of mixed sizes come and go', async () => {
  const path = join(folder, 'store');
  const maxBytes = 48 * 1024 * 1024;
  await using tier = disk({ path, maxBytes });
  await tier.open();
  let state = 1;
  const upTo = (bound: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  for (let done = 0; done < 100_000; done += 500) {
    const sets = Array.from({ length: 500 }, () => {
      const length = upTo(100) === 0 ? 65_537 + upTo(200_000) : upTo(4) === 0 ? upTo(8000) : upTo(300);
      return tier.set(`key-${upTo(60_000)}`, entryOf(length));
    });
    await Promise.all(sets);
    if (done % 5000 !== 0) continue;
    expect(taken(path)).toBeLessThanOrEqual(maxBytes);
    expect(taken(path)).toBeLessThanOrEqual(tier.stats().bytes);
  }
  const { evictions, entries, bytes } = tier.stats();
  expect(evictions).toBeGreaterThan(0);
  expect(bytes).toBeGreaterThan(maxBytes / 2);
  expect(entries).toBeGreaterThan(1000);
  // A smaller cap holds as soon as the store is open.
  await tier.close();
  await using smaller = disk({ path, maxBytes: maxBytes / 4 });
  await smaller.open();
  expect(taken(path)).toBeLessThanOrEqual(maxBytes / 4);
  expect(smaller.stats().entries).toBeGreaterThan(100);
});

test('opens no more files than it was told', async () => {
  const path = join(folder, 'store');
  await using tier = disk({ path, maxBytes: 64 * 1024 * 1024, maxOpenFiles: 4, fileThresholdBytes: 1000 });
  await tier.open();
  const keys = Array.from({ length: 200 }, (_, i) => `key-${i}`);
  await Promise.all(keys.map((key, i) => tier.set(key, entryOf(i * 20))));
  let most = 0;
  const gets = keys.map(async (key, i) => {
    const entry = await tier.get(key);
    most = Math.max(most, openIn(path));
    expect(entry?.bytes.byteLength).toBe(i * 20);
  });
  await Promise.all(gets);
  // The segment that is appended to, and one that is being closed.
  expect(most).toBeLessThanOrEqual(6);
});

/** Files of a folder that this process has open. */
function openIn(path: string): number {
  if (process.platform !== 'linux') return 0;
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(path);
    } catch {
      return false;
    }
  }).length;
}

test('removes all files of values that it let go', async () => {
  const path = join(folder, 'store');
  await using tier = disk({ path, maxBytes: 4 * 1024 * 1024 });
  await tier.open();
  for (let i = 0; i < 100; i += 1) await tier.set(`key-${i % 30}`, entryOf(100_000 + i));
  await tier.flush();
  expect(readdirSync(join(path, 'files'))).toHaveLength(tier.stats().entries);
  await tier.clear();
  expect(readdirSync(join(path, 'files'))).toHaveLength(0);
});
