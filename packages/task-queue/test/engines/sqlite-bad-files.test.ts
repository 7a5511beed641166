import { copyFile, mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { openSmallDisk } from '../../../../scripts/testing/small-disk.js';
import type { EngineEvents, NewTask, TaskEngine } from '../../src/index.js';
import { sqlite } from '../../src/sqlite.js';
import { sqliteFiles } from './sqlite-files.js';

const files = await sqliteFiles();
afterAll(() => files[Symbol.asyncDispose]());

const NOW = 1_700_000_000_000;

function task(fields: Partial<NewTask> = {}): NewTask {
  return {
    name: 'render',
    lane: 'work',
    group: '',
    key: undefined,
    data: '{}',
    priority: 0,
    reserve: undefined,
    maxAttempts: 1,
    notBeforeMs: 0,
    after: [],
    afterBatch: [],
    share: 1,
    ...fields,
  };
}

function engineAt(path: string, busyTimeoutMs = 5000): TaskEngine {
  return sqlite({ path, busyTimeoutMs, ...files.program });
}

/** Makes a queue with tasks, whose log is in the file or beside it. */
async function makeQueue(path: string, count = 50): Promise<void> {
  await using engine = engineAt(path);
  await engine.open();
  await engine.add(
    Array.from({ length: count }, (_, at) => task({ data: JSON.stringify({ at, pad: 'x'.repeat(500) }) })),
    NOW,
  );
}

/** Opens a file that can't be used: gives what was told, and demands that a queue works there. */
async function openSpoiled(path: string): Promise<EngineEvents['setAside']> {
  const told: EngineEvents['setAside'][] = [];
  await using engine = engineAt(path);
  engine.on('setAside', (event) => told.push(event));
  await engine.open();
  await engine.add([task()], NOW);
  expect(await engine.list({ limit: 10 })).toHaveLength(1);
  expect(told).toHaveLength(1);
  return told[0] as EngineEvents['setAside'];
}

async function overwrite(path: string, from: number, bytes: Uint8Array): Promise<void> {
  const content = await readFile(path);
  content.set(bytes, from);
  await writeFile(path, content);
}

describe('a file that is no queue', () => {
  test.each([
    ['one byte', Buffer.from('x')],
    ['text', Buffer.from('hello, this is no database at all\n'.repeat(1000))],
    ['a torn header', Buffer.concat([Buffer.from('SQLite form'), Buffer.alloc(5000)])],
    ['a header and garbage', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(5000, 7)])],
  ])('of %s is set aside as it is', async (_, content) => {
    const path = files.path();
    await writeFile(path, content);
    const aside = await openSpoiled(path);
    expect(dirname(aside.path)).toBe(dirname(path));
    expect(basename(aside.path)).toContain(`${basename(path)}.set-aside-`);
    expect(await readFile(aside.path)).toEqual(content);
    expect(aside.reason).toMatch(/no SQLite database|damaged/);
  });

  test('of no bytes becomes one', async () => {
    const path = files.path();
    await writeFile(path, '');
    await using engine = engineAt(path);
    engine.on('setAside', () => expect.unreachable());
    await engine.open();
    await engine.add([task()], NOW);
  });

  test('but another program’s is left as it is', async () => {
    const path = files.path();
    const other = new DatabaseSync(path);
    other.exec('CREATE TABLE songs (name); INSERT INTO songs VALUES (1)');
    other.close();
    const before = await readFile(path);
    await expect(engineAt(path).open()).rejects.toMatchObject({ code: 'E_QUEUE_FOREIGN' });
    expect(await readFile(path)).toEqual(before);
  });
});

describe('a queue that can’t be used', () => {
  test('for pages that were overwritten is set aside', async () => {
    const path = files.path();
    await makeQueue(path);
    await overwrite(path, 4096, Buffer.alloc(3 * 4096, 255));
    const { reason } = await openSpoiled(path);
    expect(reason).toContain('damaged');
  });

  test('for its lost end is set aside', async () => {
    const path = files.path();
    await makeQueue(path);
    await truncate(path, Math.floor((await stat(path)).size / 8192) * 4096);
    const { reason } = await openSpoiled(path);
    expect(reason).toContain('damaged');
  });

  test('for its version is set aside, whole, with its log', async () => {
    const path = files.path();
    await makeQueue(path);
    const later = new DatabaseSync(path);
    later.exec('PRAGMA user_version = 99; PRAGMA wal_autocheckpoint = 0');
    // As a process leaves it that is killed: with a log that isn't written back.
    const copy = files.path();
    later.exec('INSERT INTO profiles VALUES (1, 2)');
    for (const part of ['', '-wal']) await copyFile(path + part, copy + part);
    later.close();
    const aside = await openSpoiled(copy);
    expect(aside.reason).toContain('version 99');
    const kept = new DatabaseSync(aside.path);
    expect(kept.prepare('SELECT count(*) AS count FROM tasks').get()).toEqual({ count: 50 });
    expect(kept.prepare('SELECT count(*) AS count FROM profiles').get()).toEqual({ count: 1 });
    kept.close();
  });

  test('for its version stays while a program of that version uses it', async () => {
    const path = files.path();
    await makeQueue(path);
    const later = new DatabaseSync(path);
    later.exec('PRAGMA user_version = 99');
    const engine = engineAt(path, 50);
    await expect(engine.open()).rejects.toMatchObject({ code: 'E_QUEUE_LOCKED' });
    later.close();
    await engine.open();
    await engine.close();
  });

  test('is set aside once, however many open it', async () => {
    const path = files.path();
    await writeFile(path, 'garbage');
    const told: string[] = [];
    const engines = Array.from({ length: 4 }, () => engineAt(path));
    for (const engine of engines) engine.on('setAside', (event) => told.push(event.path));
    await Promise.all(engines.map((engine) => engine.open()));
    for (const engine of engines) await engine.add([task()], NOW);
    for (const engine of engines) expect(await engine.list({ limit: 10 })).toHaveLength(4);
    await Promise.all(engines.map((engine) => engine.close()));
    expect(told).toHaveLength(1);
    const names = await readdir(files.folder);
    expect(names.filter((name) => name.startsWith(`${basename(path)}.set`))).toHaveLength(1);
  });

  test('says so when it is damaged while it is open', async () => {
    const path = files.path();
    await makeQueue(path, 2000);
    await using engine = engineAt(path);
    await engine.open();
    await overwrite(path, 4096, Buffer.alloc((await stat(path)).size - 4096, 255));
    await expect(engine.list({ limit: 1000 })).rejects.toMatchObject({ code: 'E_QUEUE_CORRUPT' });
  });
});

describe('a path that can’t be', () => {
  test('of a folder is refused', async () => {
    const path = files.path();
    await mkdir(path);
    await expect(engineAt(path).open()).rejects.toMatchObject({ code: 'E_QUEUE_PATH' });
  });

  test('below a file is refused', async () => {
    const path = files.path();
    await writeFile(path, '');
    await expect(engineAt(join(path, 'queue.db')).open()).rejects.toMatchObject({ code: 'E_QUEUE_PATH' });
  });

  test('in a folder that isn’t there makes the folder', async () => {
    const path = join(files.path(), 'deep', 'down', 'queue.db');
    await makeQueue(path);
    expect((await stat(path)).isFile()).toBe(true);
  });

  test('on a disk that can only be read is refused, and a full disk loses nothing', async () => {
    using disk = openSmallDisk(600_000);
    if (disk === undefined) return;
    const path = join(disk.path, 'queue.db');
    const engine = engineAt(path);
    await engine.open();
    const ids: string[] = [];
    const data = JSON.stringify('z'.repeat(20_000));
    const fill = async (): Promise<never> => {
      for (;;) for (const { id } of await engine.add([task({ data })], NOW)) ids.push(id);
    };
    await expect(fill()).rejects.toMatchObject({ code: 'E_QUEUE_DISK_FULL' });
    expect(ids.length).toBeGreaterThan(3);
    expect((await engine.list({ limit: 1000 })).map(({ id }) => id)).toEqual(ids);
    await engine.close();
    disk.makeReadOnly();
    await expect(engineAt(path, 50).open()).rejects.toMatchObject({ code: 'E_QUEUE_READ_ONLY' });
    await expect(engineAt(join(disk.path, 'new.db'), 50).open()).rejects.toMatchObject({
      code: 'E_QUEUE_READ_ONLY',
    });
  });
});

describe('a file that others lock', () => {
  test('is waited for, then refused, and can be had afterwards', async () => {
    const path = files.path();
    await makeQueue(path);
    const other = new DatabaseSync(path);
    await using engine = engineAt(path, 100);
    await engine.open();
    other.exec('BEGIN IMMEDIATE');
    await expect(engine.add([task()], NOW)).rejects.toMatchObject({ code: 'E_QUEUE_LOCKED' });
    // Readers don't wait for writers.
    expect(await engine.list({ limit: 1000 })).toHaveLength(50);
    const patient = engineAt(path, 60_000);
    await patient.open();
    const adding = patient.add([task()], NOW);
    other.exec('COMMIT');
    other.close();
    expect((await adding)[0]?.outcome).toBe('added');
    await patient.close();
    await engine.add([task()], NOW);
    expect(await engine.list({ limit: 1000 })).toHaveLength(52);
  });
});
