import {
  chmodSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createManualClock } from '@framerail/lifecycle';
import { expect, test } from 'vitest';
import { openSmallDisk } from '../../../scripts/testing/small-disk.js';
import { sampleBytes } from '../src/contract/sample-bytes.js';
import { openDirectoryStore } from '../src/directory.js';
import { expectBytes } from './expect-bytes.js';
import { temporaryFolder } from './temporary-folder.js';

test('a disk that is full', async () => {
  using disk = openSmallDisk(2_000_000);
  if (disk === undefined) return;
  const path = join(disk.path, 'store');
  await using store = await openDirectoryStore({ path, durability: 'data' });
  let stored = 0;
  const fill = async () => {
    for (;;) {
      await store.put(`blob ${stored}`, sampleBytes(300_000, stored));
      stored += 1;
    }
  };
  await expect(fill()).rejects.toMatchObject({ code: 'E_STORE_FULL' });
  expect(stored).toBeGreaterThan(3);
  expect(readdirSync(join(path, 'incoming'))).toEqual([]);
  await expect(store.put('blob 0', sampleBytes(300_000, 99))).rejects.toMatchObject({ code: 'E_STORE_FULL' });
  for (let index = 0; index < stored; index += 1)
    await expectBytes(await store.get(`blob ${index}`), sampleBytes(300_000, index));

  // To the last byte, so that not even a lock has room.
  expect(() => writeFileSync(join(disk?.path ?? '', 'rest'), Buffer.alloc(2_000_000))).toThrow('ENOSPC');
  await store.delete('blob 0');
  await store.put('blob new', sampleBytes(300_000, 100));
  await expectBytes(await store.get('blob new'), sampleBytes(300_000, 100));
});

test('a disk that has room for no more files', async () => {
  using disk = openSmallDisk(2_000_000, { maxFiles: 20 });
  if (disk === undefined) return;
  const path = join(disk.path, 'store');
  await using store = await openDirectoryStore({ path });
  await store.put('blob', sampleBytes(10, 1));
  const fill = () => {
    for (let index = 0; ; index += 1) writeFileSync(join(disk?.path ?? '', `rest ${index}`), '');
  };
  expect(fill).toThrow('ENOSPC');
  await expect(store.put('blob', sampleBytes(10, 2))).rejects.toMatchObject({ code: 'E_STORE_FULL' });
  await expectBytes(await store.get('blob'), sampleBytes(10, 1));
  await store.delete('blob');
  expect(await store.get('blob')).toBeUndefined();
});

test('a disk that became read-only', async () => {
  using disk = openSmallDisk(2_000_000);
  if (disk === undefined) return;
  const path = join(disk.path, 'store');
  await (await openDirectoryStore({ path })).put('blob', sampleBytes(1000, 1));
  disk.makeReadOnly();
  await using store = await openDirectoryStore({ path });
  await expectBytes(await store.get('blob'), sampleBytes(1000, 1));
  expect((await store.list()).blobs).toHaveLength(1);
  await expect(store.put('blob', sampleBytes(10, 2))).rejects.toMatchObject({ code: 'E_STORE_DENIED' });
  await expect(store.delete('blob')).rejects.toMatchObject({ code: 'E_STORE_DENIED' });
  await expect(openDirectoryStore({ path: join(disk.path, 'another') })).rejects.toMatchObject({
    code: 'E_STORE_DENIED',
  });
});

test('a folder that is not for this user', async () => {
  const folder = temporaryFolder();
  chmodSync(folder, 0o500);
  const isRoot = process.getuid?.() === 0;
  // Root may write anywhere, so it is somebody else for a while.
  if (isRoot) process.seteuid?.(65_534);
  try {
    await expect(openDirectoryStore({ path: join(folder, 'store') })).rejects.toMatchObject({
      code: 'E_STORE_DENIED',
    });
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(folder, 0o700);
  }
});

test('a path that is none for a store', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'file');
  writeFileSync(file, 'a file');
  await expect(openDirectoryStore({ path: file })).rejects.toMatchObject({ code: 'E_STORE_FORMAT' });
  await expect(openDirectoryStore({ path: join(file, 'under it') })).rejects.toMatchObject({
    code: 'E_STORE_FAILED',
  });
  expect(readFileSync(file, 'utf8')).toBe('a file');
  for (const stamp of ['{"format":2}', 'nonsense', 'null']) {
    const path = join(folder, `store ${stamp.length}`);
    mkdirSync(path);
    writeFileSync(join(path, 'framerail-object-store.json'), stamp);
    await expect(openDirectoryStore({ path })).rejects.toMatchObject({ code: 'E_STORE_FORMAT' });
    expect(readdirSync(path)).toEqual(['framerail-object-store.json']);
  }
});

test('options that are none', async () => {
  const path = join(temporaryFolder(), 'store');
  const bad = [undefined, {}, { path: '' }, { path, durability: 'safe' }, { path, timeoutMs: 0 }];
  for (const options of [...bad, { path, orphanAgeMs: -1 }] as never[])
    await expect(openDirectoryStore(options)).rejects.toMatchObject({ code: 'E_INVALID_ARGUMENT' });
  expect(existsSync(path)).toBe(false);
});

test('unfinished files are swept by age where their process can not be asked', async () => {
  const path = join(temporaryFolder(), 'store');
  await (await openDirectoryStore({ path })).close();
  const incoming = join(path, 'incoming');
  const ofOthers = (name: string, ageMs: number) => {
    const file = join(incoming, name);
    writeFileSync(file, 'half a blob');
    const seconds = (Date.now() - ageMs) / 1000;
    utimesSync(file, seconds, seconds);
  };
  ofOthers('00000000abcd-1-0123456789abcdef', 50_000);
  ofOthers('00000000abcd-2-0123456789abcdef', 200_000);
  ofOthers('who knows', 200_000);
  await (await openDirectoryStore({ path, orphanAgeMs: 100_000 })).close();
  expect(readdirSync(incoming)).toEqual(['00000000abcd-1-0123456789abcdef']);
});

test('a lock of another machine is waited for, and taken away when it is old', async () => {
  const path = join(temporaryFolder(), 'store');
  await using store = await openDirectoryStore({ path, durability: 'none' });
  await store.put('blob', sampleBytes(10, 1));
  const [shard = ''] = readdirSync(join(path, 'blobs'));
  const [name = ''] = readdirSync(join(path, 'blobs', shard));
  const lock = join(path, 'locks', `${shard}${name.slice(0, 6)}`);
  symlinkSync('00000000abcd-1-0123456789abcdef', lock);
  await expect(store.put('blob', sampleBytes(10, 2), { timeoutMs: 100 })).rejects.toMatchObject({
    code: 'E_TIMEOUT',
  });
  const stop = AbortSignal.timeout(50);
  await expect(store.delete('blob', { signal: stop })).rejects.toMatchObject({ code: 'E_ABORTED' });
  expect(readdirSync(join(path, 'incoming'))).toEqual([]);
  const waiting = store.put('blob', sampleBytes(10, 3));
  const old = Date.now() / 1000 - 31;
  lutimesSync(lock, old, old);
  await waiting;
  await expectBytes(await store.get('blob'), sampleBytes(10, 3));
  expect(readdirSync(join(path, 'locks'))).toEqual([]);
  // Where there are no symbolic links locks are files, which may have been left empty.
  writeFileSync(lock, '');
  await expect(store.delete('blob', { timeoutMs: 50 })).rejects.toMatchObject({ code: 'E_TIMEOUT' });
  utimesSync(lock, old, old);
  await store.delete('blob');
  expect(readdirSync(join(path, 'locks'))).toEqual([]);
});

test('time is what the clocks say', async () => {
  const path = join(temporaryFolder(), 'store');
  const clock = createManualClock();
  await using store = await openDirectoryStore({ path, clock, timeoutMs: 1000, now: () => 1234.9 });
  await store.put('blob', sampleBytes(10, 1));
  expect((await store.head('blob'))?.lastModifiedMs).toBe(1234);
  const silent = async function* (): AsyncGenerator<Uint8Array> {
    await new Promise(() => {});
  };
  const put = store.put('blob', silent());
  while (clock.pendingTimers < 1) await new Promise((resolve) => setTimeout(resolve, 1));
  clock.advance(1000);
  await expect(put).rejects.toMatchObject({ code: 'E_TIMEOUT' });
});
