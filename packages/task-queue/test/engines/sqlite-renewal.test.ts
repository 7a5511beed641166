import { afterAll, expect, test } from 'vitest';
import type { NewTask, TaskLease } from '../../src/index.js';
import { createLeaseKeeper } from '../../src/leases/create-lease-keeper.js';
import { sqlite } from '../../src/sqlite.js';
import { sqliteFiles } from './sqlite-files.js';

const files = await sqliteFiles();
afterAll(() => files[Symbol.asyncDispose]());

const LEASE_MS = 4000;

const task: NewTask = {
  name: 'render',
  lane: 'work',
  group: '',
  key: undefined,
  data: '{}',
  priority: 0,
  reserve: undefined,
  maxAttempts: 3,
  notBeforeMs: 0,
  after: [],
  afterBatch: [],
  share: 1,
};

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test('a thread renews leases while this one is blocked, and tells of cancelled and lost ones', async () => {
  await using engine = sqlite({ path: files.path(), ...files.program });
  await engine.open();
  await using keeper = createLeaseKeeper({ engine, leaseMs: LEASE_MS });
  expect(keeper.kind).toBe('thread');
  await engine.add([task, task, task], Date.now());
  const claim = async (): Promise<TaskLease[]> => {
    const nowMs = Date.now();
    const leaseUntilMs = nowMs + LEASE_MS;
    const request = {
      lane: 'work',
      limit: 3,
      exceptNames: [],
      free: undefined,
      owner: 'me',
      nowMs,
      leaseUntilMs,
    };
    return (await engine.claim(request)).map(({ id, token }) => ({ id, token: token as number }));
  };
  const leases = await claim();
  const [first, second, third] = leases as [TaskLease, TaskLease, TaskLease];
  const cancelled = new Promise((resolve) => keeper.on('cancel', resolve));
  const lost = new Promise((resolve) => keeper.on('lost', resolve));
  keeper.on('trouble', (error) => expect.unreachable(String(error)));
  keeper.hold(leases);
  block(LEASE_MS + 500);
  expect(await engine.expire(Date.now())).toBe(0);
  await engine.cancel([first.id], Date.now());
  await engine.settle([{ ...second, nowMs: Date.now(), how: 'complete', result: 'null' }]);
  expect(await cancelled).toEqual(first);
  expect(await lost).toEqual(second);
  keeper.drop([third]);
  expect(keeper.size).toBe(1);
});
