import { existsSync } from 'node:fs';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { NewTask } from '../../src/index.js';
import { type SqliteOptions, sqlite } from '../../src/sqlite.js';
import { sqliteFiles } from './sqlite-files.js';

const files = await sqliteFiles();
afterAll(() => files[Symbol.asyncDispose]());

const NOW = 1_700_000_000_000;
const TASK: NewTask = {
  name: 'render',
  lane: 'work',
  group: '',
  key: undefined,
  data: JSON.stringify('x'.repeat(900)),
  priority: 0,
  reserve: undefined,
  maxAttempts: 1,
  notBeforeMs: 0,
  after: [],
  afterBatch: [],
  share: 1,
};

const ACCESSES = ['existing', 'read'] as const;

let path = '';
beforeEach(() => {
  path = files.path();
});

function engineOf(access: SqliteOptions['access']) {
  return sqlite({ path, access, busyTimeoutMs: 5000, ...files.program });
}

async function makeQueue(): Promise<void> {
  await using engine = engineOf('create');
  await engine.open();
  await engine.add(Array(40).fill(TASK), NOW);
}

/** Opens what can't be used, and demands that nothing is there afterwards that wasn't before. */
async function refused(access: SqliteOptions['access'], code: string): Promise<void> {
  const before = existsSync(path) ? await readFile(path) : undefined;
  await using engine = engineOf(access);
  engine.on('setAside', () => expect.unreachable());
  await expect(
    (async () => {
      await engine.open();
      await engine.list({ limit: 1000 });
    })(),
  ).rejects.toMatchObject({ code });
  expect(existsSync(path) ? await readFile(path) : undefined).toEqual(before);
  const names = await readdir(files.folder);
  expect(names.filter((name) => name.includes('.set'))).toEqual([]);
}

describe.each(ACCESSES)('a file that is opened with access: %s', (access) => {
  test('has to be there', async () => {
    await refused(access, 'E_QUEUE_NOT_FOUND');
    await writeFile(path, '');
    await refused(access, 'E_QUEUE_NOT_FOUND');
    path = join(dirname(path), 'no-folder', 'queue.db');
    await refused(access, 'E_QUEUE_NOT_FOUND');
    expect(existsSync(dirname(path))).toBe(false);
  });

  test('has to be a file', async () => {
    path = dirname(path);
    await expect(engineOf(access).open()).rejects.toMatchObject({ code: 'E_QUEUE_PATH' });
  });

  test('is left as it is where it is another program’s', async () => {
    const other = new DatabaseSync(path);
    other.exec('CREATE TABLE songs (name); INSERT INTO songs VALUES (1)');
    other.close();
    await refused(access, 'E_QUEUE_FOREIGN');
  });

  test('is left as it is where it is of another version', async () => {
    await makeQueue();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 77; PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    await refused(access, 'E_QUEUE_VERSION');
  });

  test.each([
    ['no database', Buffer.from('hello, this is no database at all\n'.repeat(1000))],
    ['a torn header', Buffer.concat([Buffer.from('SQLite form'), Buffer.alloc(5000)])],
  ])('is left as it is where it is %s', async (_, content) => {
    await writeFile(path, content);
    await refused(access, 'E_QUEUE_CORRUPT');
  });

  test('is left as it is where its end is lost', async () => {
    await makeQueue();
    await truncate(path, 8 * 4096);
    await refused(access, 'E_QUEUE_CORRUPT');
  });
});

describe('a queue that another one works with', () => {
  test('can be worked with too', async () => {
    await using owner = engineOf('create');
    await owner.open();
    await using second = engineOf('existing');
    await second.open();
    const [added] = await second.add([TASK], NOW);
    expect(await owner.get([added?.id ?? ''])).toMatchObject([{ state: 'waiting' }]);
  });

  test('can be read, and nothing else', async () => {
    await using owner = engineOf('create');
    await owner.open();
    const [added] = await owner.add([TASK], NOW);
    await using reader = engineOf('read');
    await reader.open();
    expect(reader.renewal).toBeUndefined();
    expect(await reader.list({ limit: 10 })).toMatchObject([{ id: added?.id }]);
    const changes = new Promise((resolve) => reader.on('changed', resolve));
    await expect(reader.cancel([added?.id ?? ''], NOW)).rejects.toMatchObject({ code: 'E_QUEUE_READ_ONLY' });
    await expect(reader.add([TASK], NOW)).rejects.toMatchObject({ code: 'E_QUEUE_READ_ONLY' });
    await owner.add([TASK], NOW);
    await changes;
    expect((await reader.counts())[0]?.counts.waiting).toBe(2);
  });

  test('can be read although nobody works with it', async () => {
    await makeQueue();
    await using reader = engineOf('read');
    await reader.open();
    expect((await reader.counts())[0]?.counts.waiting).toBe(40);
    await using owner = engineOf('create');
    await owner.open();
    await owner.add([TASK], NOW);
    expect((await reader.counts())[0]?.counts.waiting).toBe(41);
  });
});

test('the option takes three words', () => {
  expect(() => sqlite({ path: 'x.db', access: 'readonly' as 'read' })).toThrow(
    expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }),
  );
});
