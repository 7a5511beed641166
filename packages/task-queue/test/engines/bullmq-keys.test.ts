import { Redis } from 'ioredis';
import { afterAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../../scripts/testing/require.js';
import { addAll, claim, completion, failing, START_MS, settle } from '../../src/contract/engine-samples.js';
import { startBullmqServer } from './bullmq-servers.js';

describe.runIf(requireProgram('redis-server'))('the keys of a queue in Redis', async () => {
  const redis = await startBullmqServer();
  const client = new Redis(redis.server.url);
  afterAll(async () => {
    client.disconnect();
    await redis[Symbol.asyncDispose]();
  });

  test('of tasks are gone with the tasks, and all begin with its prefix', async () => {
    await using engine = redis.engine({ queue: 'render', prefix: '{farm}' });
    await engine.open();
    for (let round = 0; round < 5; round += 1) {
      await addAll(engine, [
        { key: `k${round}`, group: `g${round}`, maxAttempts: 1 },
        { group: `h${round}`, reserve: { cpu: 0.01 * (1 + round) }, afterBatch: [0] },
        { name: `n${round}` },
        { notBeforeMs: START_MS + 1000 },
        { afterBatch: [2, 3] },
      ]);
      await engine.expire(START_MS + 1000);
      const tasks = await claim(engine, 9, { owner: `o${round}` });
      expect(tasks).toHaveLength(3);
      await settle(
        engine,
        ...tasks.map((task) => (task.key === undefined ? completion(task) : failing(task))),
      );
      await settle(engine, ...(await claim(engine, 9)).map((task) => completion(task)));
    }
    const states = ['completed', 'failed', 'cancelled'] as const;
    expect(await engine.prune({ states, keep: 0, olderThanMs: START_MS, limit: 1000 })).toBe(25);
    const keys = (await client.keys('*')).filter((key) => !key.includes(':f:answer:'));
    const own = '{farm}:render:';
    expect(keys.sort()).toEqual(
      ['events', 'f:format', 'f:lane:work', 'f:seq', 'meta'].map((key) => own + key),
    );
    for (const key of await client.keys('*:f:answer:*')) expect(await client.pttl(key)).toBeGreaterThan(0);
  });
});
