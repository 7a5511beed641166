// What the file system refuses, or somebody takes away, while a disk tier is open.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { disk } from '../src/disk.js';
import type { StoredEntry } from '../src/index.js';

const MIB = 1024 * 1024;
let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framerail-disk-faults-'));
  path = join(folder, 'store');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = async (lockTimeoutMs = 10_000, maxBytes = MIB) => {
  const tier = disk({ path, maxBytes, durability: 'sync', lockTimeoutMs });
  await tier.open();
  return tier;
};
const entryOf = (text: string): StoredEntry => ({
  bytes: Buffer.from(text),
  meta: { createdAtMs: 1, tags: [], cost: 0, compression: 'none', rawBytes: text.length },
});
const textOf = (entry: StoredEntry | undefined) => entry && Buffer.from(entry.bytes).toString();
const blocksOf = (what: string): number =>
  Number(execFileSync('du', ['-s', '--block-size=1', what], { encoding: 'utf8' }).split('\t')[0]);
const valueFiles = () => readdirSync(join(path, 'files')).filter((name) => name.endsWith('.value'));

test('a lock that could not be given back is given back later, while its process lives', async () => {
  const tier = await open();
  await tier.set('a', entryOf('1'));
  const lock = join(path, 'writer.lock');
  // A folder in its place is neither read nor removed.
  renameSync(lock, join(path, 'kept'));
  mkdirSync(lock);
  await tier.close();
  rmSync(lock, { recursive: true });
  renameSync(join(path, 'kept'), lock);
  await using next = await open();
  expect(textOf(await next.get('a'))).toBe('1');
});

test('a file that cannot be removed takes room until it is, and nothing else suffers', async () => {
  await using tier = await open();
  await tier.set('large', entryOf('x'.repeat(200_000)));
  const before = tier.stats().bytes;
  const [name = ''] = valueFiles();
  const file = join(path, 'files', name);
  // A folder in its place is not removed as a file is.
  rmSync(file);
  mkdirSync(file);
  writeFileSync(join(file, 'something'), 'x'.repeat(200_000));
  expect(await tier.delete('large')).toBe(true);
  expect(await tier.get('large')).toBeUndefined();
  await tier.set('b', entryOf('2'));
  expect(tier.stats().bytes).toBeGreaterThan(before - 8192);
  // More than the room that is left.
  for (let i = 0; i < 20; i += 1) await tier.set(`key ${i}`, entryOf('y'.repeat(70_000))).catch(() => {});
  expect(blocksOf(path)).toBeLessThanOrEqual(MIB);
  rmSync(file, { recursive: true });
  await tier.set('c', entryOf('3'));
  expect(textOf(await tier.get('c'))).toBe('3');
  await tier.clear();
  await tier.flush();
  expect(tier.stats().bytes).toBeLessThan(before);
  expect(valueFiles()).toEqual([]);
});

test('goes on with an empty store where somebody removed the folder', async () => {
  await using tier = await open();
  for (let round = 0; round < 3; round += 1) {
    await tier.set('small', entryOf('1'));
    await tier.set('large', entryOf('x'.repeat(100_000)));
    rmSync(path, { recursive: true });
    // What is open can still be read for a while.
    expect(['1', undefined]).toContain(textOf(await tier.get('small')));
    expect(await tier.get('large')).toBeUndefined();
    expect(await tier.set('small', entryOf(`again ${round}`))).toEqual({ stored: true });
    expect(await tier.set('large', entryOf('y'.repeat(100_000)))).toEqual({ stored: true });
    expect(textOf(await tier.get('small'))).toBe(`again ${round}`);
    expect(textOf(await tier.get('large'))).toBe('y'.repeat(100_000));
  }
  await tier.close();
  await using next = await open();
  expect(textOf(await next.get('small'))).toBe('again 2');
  expect(next.stats().entries).toBe(2);
});

test('what is set after segments vanished is there', async () => {
  const tier = await open();
  const last = 400;
  for (let i = 0; i < last; i += 1) await tier.set(`key ${i % 30}`, entryOf(`${i} ${'x'.repeat(3000)}`));
  const segments = readdirSync(join(path, 'segments')).filter((name) => name.endsWith('.log'));
  expect(segments.length).toBeGreaterThan(4);
  for (const name of segments) rmSync(join(path, 'segments', name));
  // Enough for cleaning to come to all that is gone.
  for (let i = 0; i < last; i += 1) {
    expect(await tier.set(`key ${i % 30}`, entryOf(`new ${i} ${'y'.repeat(3000)}`))).toEqual({
      stored: true,
    });
    expect(textOf(await tier.get(`key ${i % 30}`))?.startsWith(`new ${i} `)).toBe(true);
  }
  await tier.close();
  await using next = await open();
  for (let i = last - 30; i < last; i += 1)
    expect(textOf(await next.get(`key ${i % 30}`))?.startsWith(`new ${i} `)).toBe(true);
});

test('a set that could not even begin leaves nothing of what it was to replace', async () => {
  await using tier = await open(50);
  await tier.set('a', entryOf('1'));
  await tier.set('b', entryOf('1'));
  const lock = join(path, 'writer.lock');
  while (existsSync(lock)) {
    const watching = watch(path);
    if (existsSync(lock)) await once(watching, 'change');
    watching.close();
  }
  writeFileSync(lock, 'somebody of another machine');
  await expect(tier.set('a', entryOf('2'))).rejects.toMatchObject({ code: 'E_TIMEOUT' });
  expect(await tier.get('a')).toBeUndefined();
  expect(textOf(await tier.get('b'))).toBe('1');
  expect(readFileSync(lock, 'utf8')).toBe('somebody of another machine');
  rmSync(lock);
  await tier.set('c', entryOf('3'));
  await tier.close();
  await using next = await open();
  expect(await next.get('a')).toBeUndefined();
  expect(textOf(await next.get('b'))).toBe('1');
});

test('what counts the segments takes no room, however many there were', async () => {
  await using tier = await open();
  for (let i = 0; i < 200; i += 1) await tier.set('a', entryOf('x'.repeat(16_000)));
  expect(blocksOf(join(path, 'turns'))).toBe(0);
});
