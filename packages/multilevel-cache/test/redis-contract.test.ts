import { afterAll, beforeAll, describe, test } from 'vitest';
import { type RedisServer, startRedisServer } from '../../../scripts/testing/redis-server.js';
import { requireProgram } from '../../../scripts/testing/require.js';
import { redis } from '../src/redis.js';
import { byteTierContract } from '../src/testing.js';
import { ACCESSES, type Access } from './redis/clients.js';

describe.runIf(requireProgram('redis-server')).each(Object.entries(ACCESSES))('%s', (_, reach) => {
  let server: RedisServer;
  const accesses: Access[] = [];
  let count = 0;

  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(async () => {
    for (const access of accesses) await access[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  const cases = byteTierContract({
    createTier({ maxBytes, nowMs }) {
      const access = reach(server);
      accesses.push(access);
      count += 1;
      return redis({ ...access.options, namespace: `contract/${count}`, maxBytes, nowMs });
    },
  });
  for (const { name, run } of cases) test(name, run);
});
