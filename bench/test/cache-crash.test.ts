// A shorter run of `bench cache crash`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSmallDisk } from '../../scripts/testing/small-disk.js';
import { bitFlipTrials, truncationTrials, vanishTrials } from '../cache/crash/damage.ts';
import { otherVersionTrials, readOnlyTrials } from '../cache/crash/folders.ts';
import { fullDiskTrials } from '../cache/crash/full-disk.ts';
import { killTrials, twoWriterTrials } from '../cache/crash/kills.ts';
import { tornTrials } from '../cache/crash/torn.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framerail-cache-crash-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const context = () => ({ folder, seed: 20_240_229, log: (text: string) => console.log(text) });

test.each(['ample', 'cleaning'] as const)(
  'what was acknowledged outlives writers that are killed: %s',
  async (kind) => {
    const row = await killTrials(context(), 12, kind);
    expect(row).toMatchObject({ opened: 12, wrong: 0, lost: 0 });
  },
);

test('a store that evicts and cleans all the time gives nothing wrong after writers were killed', async () => {
  const row = await killTrials(context(), 12, 'tight');
  expect(row).toMatchObject({ opened: 12, wrong: 0 });
});

test.each([
  { areBothKilled: false, isTight: false },
  { areBothKilled: true, isTight: false },
  { areBothKilled: true, isTight: true },
])('two writers at once that are killed spoil nothing: %o', async (options) => {
  const row = await twoWriterTrials(context(), 2, options);
  expect(row).toMatchObject({ opened: 2, wrong: 0, lost: 0 });
});

test('a last segment that is cut anywhere costs nothing that stands before the cut, and brings nothing back', async () => {
  const row = await truncationTrials(context(), 61);
  expect(row).toMatchObject({ opened: row.trials, wrong: 0, lost: 0 });
});

test('a bit that flips costs one entry at most', async () => {
  const row = await bitFlipTrials(context(), 300);
  expect(row).toMatchObject({ opened: 300, wrong: 0, lost: 0 });
  expect(row.corruptions).toBeGreaterThan(0);
});

test('records that were written in part cost what lies there, and nothing is taken for what it is not', async () => {
  const row = await tornTrials(context(), 200);
  expect(row).toMatchObject({ opened: 200, wrong: 0, lost: 0 });
  expect(row.corruptions).toBeGreaterThan(0);
});

test('a store of another version is set aside whole', async () => {
  const row = await otherVersionTrials(context());
  expect(row).toMatchObject({ opened: row.trials, wrong: 0, lost: 0 });
});

test('a file that vanishes costs its own entries only', async () => {
  const row = await vanishTrials(context());
  expect(row).toMatchObject({ opened: row.trials, wrong: 0, lost: 0 });
});

test('a full disk refuses, and loses nothing that was acknowledged', async ({ skip }) => {
  using small = openSmallDisk(8 * 1024 * 1024);
  if (small === undefined) return skip();
  const row = await fullDiskTrials(context(), small.path, 3);
  expect(row).toMatchObject({ opened: 3, wrong: 0, lost: 0 });
});

test('a folder that cannot be written to is refused, and loses nothing', async ({ skip }) => {
  using small = openSmallDisk(8 * 1024 * 1024);
  if (small === undefined) return skip();
  const row = await readOnlyTrials(small.path, 2);
  expect(row).toMatchObject({ opened: 2, wrong: 0, lost: 0 });
});
