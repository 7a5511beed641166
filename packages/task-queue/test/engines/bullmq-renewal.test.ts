import { afterAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../../scripts/testing/require.js';
import { sampleTask } from '../../src/contract/engine-samples.js';
import type { TaskLease } from '../../src/index.js';
import { createLeaseKeeper } from '../../src/leases/create-lease-keeper.js';
import { startBullmqServer } from './bullmq-servers.js';

const LEASE_MS = 4000;

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe.runIf(requireProgram('redis-server'))('leases in Redis', async () => {
  const redis = await startBullmqServer({ persistent: true });
  afterAll(() => redis[Symbol.asyncDispose]());

  test('are renewed by a thread while this one is blocked, and over an outage', async () => {
    await using engine = redis.engine({ thread: true, ...(await redis.program()) });
    await engine.open();
    await using keeper = createLeaseKeeper({ engine, leaseMs: LEASE_MS });
    expect(keeper.kind).toBe('thread');
    await engine.add([sampleTask(), sampleTask(), sampleTask()], Date.now());
    const nowMs = Date.now();
    const claimed = await engine.claim({
      lane: 'work',
      limit: 3,
      exceptNames: [],
      free: undefined,
      owner: 'me',
      nowMs,
      leaseUntilMs: nowMs + LEASE_MS,
    });
    const leases = claimed.map(({ id, token }): TaskLease => ({ id, token: token as number }));
    const [first, second, third] = leases as [TaskLease, TaskLease, TaskLease];
    const cancelled = new Promise((resolve) => keeper.on('cancel', resolve));
    const lost = new Promise((resolve) => keeper.on('lost', resolve));
    keeper.hold(leases);
    block(LEASE_MS + 500);
    expect(await engine.expire(Date.now())).toBe(0);
    await redis.server.kill();
    await redis.server.start();
    await engine.cancel([first.id], Date.now());
    await engine.settle([{ ...second, nowMs: Date.now(), how: 'complete', result: 'null' }]);
    expect(await cancelled).toEqual(first);
    expect(await lost).toEqual(second);
    keeper.drop([third]);
    expect(keeper.size).toBe(1);
  });
});
