import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedisServer } from '../../../scripts/testing/redis-server.js';
import { requireProgram } from '../../../scripts/testing/require.js';
import '../../../scripts/testing/seed.js';
import type { ByteTier } from '../src/index.js';
import { redis } from '../src/redis.js';
import { entryOf } from './redis/entries.js';
import { type Outside, outside } from './redis/outside.js';

const KEYS = ['a', 'b', 'c', 'd', 'e'];
const CAP = 128 * 1024;
const step = fc.record({
  what: fc.constantFrom(
    'set',
    'set',
    'set',
    'get',
    'delete',
    'tag',
    'reopen',
    'other',
    'clear',
    'vanish',
    'flush',
  ),
  key: fc.constantFrom(...KEYS),
  // Some are too large for the tier, others make it let go of what it has.
  length: fc.constantFrom(0, 10, 5000, 50_000, 110_000),
  isAwaited: fc.boolean(),
});

describe.runIf(requireProgram('redis-server'))('a Redis tier', () => {
  let server: RedisServer;
  let seen: Outside;
  beforeAll(async () => {
    server = await startRedisServer();
    seen = await outside(server.url);
  });
  afterAll(async () => {
    await seen?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  test.each(['lfu', 'lru'] as const)(
    '%s: gives what was set last, or nothing, whatever Redis loses',
    { timeout: 120_000 },
    async (policy) => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (steps) => {
          run += 1;
          const namespace = `${policy}/${run}`;
          const all: ByteTier[] = [];
          const open = async (): Promise<ByteTier> => {
            const tier = redis({ url: server.url, namespace, maxBytes: CAP, policy });
            await tier.open();
            all.push(tier);
            return tier;
          };
          let tier = await open();
          const model = new Map<string, { readonly version: number; readonly tags: readonly string[] }>();
          let running: Promise<unknown>[] = [];
          const check = async (key: string): Promise<void> => {
            const entry = await tier.get(key);
            if (entry !== undefined) expect(entry.meta.createdAtMs).toBe(model.get(key)?.version);
          };
          for (const [version, { what, key, length, isAwaited }] of steps.entries()) {
            if (what === 'set') {
              const tags = [`t${length}`, 'all'];
              running.push(tier.set(key, entryOf(length, { createdAtMs: version, tags })));
              model.set(key, { version, tags });
            } else if (what === 'delete') {
              running.push(tier.delete(key));
              model.delete(key);
            } else if (what !== 'get') {
              await Promise.all(running);
              if (what === 'tag') {
                const tag = version % 3 === 0 ? 'all' : `t${length}`;
                await tier.deleteByTag(tag);
                for (const [one, { tags }] of model) if (tags.includes(tag)) model.delete(one);
              } else if (what === 'clear') {
                await tier.clear();
                model.clear();
              } else if (what === 'flush') await seen.send('FLUSHALL');
              else if (what === 'vanish') {
                const keys = [...(await seen.keys(`{${namespace}}:`))].sort();
                if (keys.length > 0) await seen.send('DEL', keys[version % keys.length] as string);
              } else {
                if (what === 'reopen') await tier.close();
                tier = await open();
              }
            }
            if (isAwaited) {
              await Promise.all(running);
              running = [];
              expect(await seen.memoryOf(namespace)).toBeLessThanOrEqual(CAP);
            }
            await check(key);
          }
          await Promise.all(running);
          for (const key of KEYS) await check(key);
          // When it is told once more how things are, it tells so.
          await tier.set('last', entryOf(1));
          expect(tier.stats().entries).toBeLessThanOrEqual(KEYS.length + 1);
          expect(await seen.memoryOf(namespace)).toBeLessThanOrEqual(CAP);
          for (const one of all) await one.close();
        }),
        { numRuns: 60 },
      );
    },
  );
});
