import { afterAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../../scripts/testing/require.js';
import {
  addAll,
  claim,
  claimOne,
  completion,
  demandCounts,
  failing,
  START_MS,
  sampleTask,
} from '../../src/contract/engine-samples.js';
import { startBullmqServer } from './bullmq-servers.js';

describe.runIf(requireProgram('redis-server'))('two processes at once', async () => {
  const redis = await startBullmqServer();
  afterAll(() => redis[Symbol.asyncDispose]());

  test('add one task of a key', async () => {
    const queue = redis.queue();
    await using a = redis.engine({ queue });
    await using b = redis.engine({ queue });
    await Promise.all([a.open(), b.open()]);
    for (let round = 0; round < 20; round += 1) {
      const key = `k${round}`;
      const outcomes = await Promise.all(
        [a, b, a, b].map((engine) => engine.add([sampleTask({ key }), sampleTask({ key })], START_MS)),
      );
      const added = outcomes.flat().filter(({ outcome }) => outcome === 'added');
      expect(added).toHaveLength(1);
      expect(new Set(outcomes.flat().map(({ id }) => id)).size).toBe(1);
    }
    await demandCounts(a);
  });

  test('end a task and add what comes after it: it is held up by nothing that has ended', async () => {
    const queue = redis.queue();
    await using a = redis.engine({ queue });
    await using b = redis.engine({ queue });
    await Promise.all([a.open(), b.open()]);
    for (let round = 0; round < 60; round += 1) {
      const [first] = await addAll(a, [{ maxAttempts: 1 }]);
      const task = await claimOne(a);
      const isGood = round % 2 === 0;
      const [[outcome]] = await Promise.all([
        b.add([sampleTask({ after: [first as string] }), sampleTask({ afterBatch: [0] })], START_MS),
        a.settle([isGood ? completion(task) : failing(task)]),
      ]);
      if (!isGood && outcome?.outcome === 'failedDependency') continue;
      const [after] = await a.get([outcome?.id as string]);
      expect(after?.state).toBe(isGood ? 'waiting' : 'cancelled');
      const rest = await claim(a, 9);
      await a.settle(rest.map((one) => completion(one)));
      await a.settle((await claim(a, 9)).map((one) => completion(one)));
    }
    expect(await a.list({ limit: 9, states: ['blocked', 'waiting', 'active'] })).toEqual([]);
    await demandCounts(a);
  });
});
