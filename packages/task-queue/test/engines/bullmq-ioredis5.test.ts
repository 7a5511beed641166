import { Redis } from 'ioredis';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { requireProgram } from '../../../../scripts/testing/require.js';
import { taskEngineContract } from '../../src/testing.js';
import { startBullmqServer } from './bullmq-servers.js';

vi.mock('ioredis', () => import('ioredis-5'));

describe.runIf(requireProgram('redis-server'))('the bullmq engine with ioredis 5', async () => {
  const redis = await startBullmqServer();
  afterAll(() => redis[Symbol.asyncDispose]());

  test('is the version that is meant', async () => {
    expect(Redis).toBe((await import('ioredis-5')).Redis);
  });

  const cases = taskEngineContract({
    createEngine: () => redis.engine({ maxDataBytes: 100_000 }),
    createPair() {
      const queue = redis.queue();
      return Promise.resolve([redis.engine({ queue }), redis.engine({ queue })] as const);
    },
  });
  for (const { name, run } of cases) test(name, run);
});
