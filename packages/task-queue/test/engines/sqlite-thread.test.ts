import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { type SqliteOptions, sqlite } from '../../src/sqlite.js';
import { bundle, sqliteFiles } from './sqlite-files.js';

const files = await sqliteFiles();
afterAll(() => files[Symbol.asyncDispose]());

test('calls fail when the thread dies, and the next ones go on with another', async () => {
  const program = await bundle('./sqlite-dying.ts', files.folder);
  await using engine = sqlite({ path: files.path(), program });
  await engine.open();
  await engine.profile('a', '1');
  const calls = [engine.deleteSchedule('end'), engine.deleteSchedule('x')];
  for (const outcome of await Promise.allSettled(calls))
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'E_QUEUE_STORE' } });
  await Promise.all([engine.profile('b', '2'), engine.profile('c', '3')]);
  expect(await Promise.all(['a', 'b', 'c'].map((name) => engine.profile(name)))).toEqual(['1', '2', '3']);
});

test('a program that closes its queue ends, and not before', async () => {
  const program = await bundle('./sqlite-closing.ts', files.folder);
  const worker = await bundle('sqlite-worker.ts', files.folder);
  const { stdout } = await promisify(execFile)(process.execPath, [program, files.path(), worker]);
  expect(stdout).toBe('1,1,1\n');
});

test('a program that is no thread’s program is refused', async () => {
  const program = join(files.folder, 'nothing.mjs');
  await writeFile(program, '');
  await expect(sqlite({ path: files.path(), program }).open()).rejects.toMatchObject({
    code: 'E_QUEUE_STORE',
  });
  const path = files.path();
  expect(() => sqlite({ path, program: join(files.folder, 'nowhere.mjs') })).toThrow(/sqlite-worker/);
});

test.each<[string, Partial<Record<keyof SqliteOptions, unknown>>, string]>([
  ['no path', { path: '' }, 'E_INVALID_ARGUMENT'],
  ['a durability of its own', { durability: 'some' }, 'E_INVALID_ARGUMENT'],
  ['no bound of tasks', { maxTasks: Number.POSITIVE_INFINITY }, 'E_UNBOUNDED'],
  ['no data', { maxDataBytes: 0 }, 'E_INVALID_ARGUMENT'],
  ['negative patience', { busyTimeoutMs: -1 }, 'E_INVALID_ARGUMENT'],
  ['polling all the time', { pollMs: 0 }, 'E_INVALID_ARGUMENT'],
  ['half a thread', { thread: 0.5 }, 'E_INVALID_ARGUMENT'],
])('refuses %s', (_, wrong, code) => {
  const options = { path: files.path(), thread: false, ...wrong } as SqliteOptions;
  expect(() => sqlite(options)).toThrow(expect.objectContaining({ code }));
});

test('keeps no more tasks than it may, and has room again when some are dropped', async () => {
  await using engine = sqlite({ path: files.path(), ...files.program, maxTasks: 3 });
  await engine.open();
  const task = {
    name: 'n',
    lane: 'l',
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
  };
  const [first] = await engine.add([task, task], 1);
  await expect(engine.add([task, task], 1)).rejects.toMatchObject({ code: 'E_QUEUE_FULL' });
  expect(await engine.list({ limit: 9 })).toHaveLength(2);
  await engine.cancel([first?.id as string], 1);
  await engine.prune({ states: ['cancelled'], keep: 0, olderThanMs: 0, limit: 9 });
  await engine.add([{ ...task, key: 'a' }, task], 1);
  expect(await engine.list({ limit: 9 })).toHaveLength(3);
});
