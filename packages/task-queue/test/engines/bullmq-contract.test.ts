import { afterAll, describe, test } from 'vitest';
import { requireProgram } from '../../../../scripts/testing/require.js';
import { taskEngineContract } from '../../src/testing.js';
import { startBullmqServer } from './bullmq-servers.js';

describe.runIf(requireProgram('redis-server'))('the bullmq engine', async () => {
  const redis = await startBullmqServer();
  afterAll(() => redis[Symbol.asyncDispose]());
  const cases = taskEngineContract({
    createEngine: () => redis.engine({ maxDataBytes: 100_000 }),
    createPair() {
      const queue = redis.queue();
      return Promise.resolve([redis.engine({ queue }), redis.engine({ queue })] as const);
    },
  });
  for (const { name, run } of cases) test(name, run);
});
