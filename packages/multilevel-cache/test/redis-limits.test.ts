import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedisServer } from '../../../scripts/testing/redis-server.js';
import { requireProgram } from '../../../scripts/testing/require.js';
import type { ByteTier } from '../src/index.js';
import { type RedisTierOptions, redis } from '../src/redis.js';
import { entryOf, numbers } from './redis/entries.js';
import { type Outside, outside } from './redis/outside.js';

const SLOW_MS = 120_000;
const MIB = 2 ** 20;

describe.runIf(requireProgram('redis-server'))('a namespace in Redis', () => {
  let server: RedisServer;
  let seen: Outside;
  let count = 0;
  beforeAll(async () => {
    server = await startRedisServer();
    seen = await outside(server.url);
  });
  afterAll(async () => {
    await seen?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  async function opened(options: Partial<RedisTierOptions> = {}): Promise<ByteTier> {
    const tier = redis({ url: server.url, namespace: `limits/${count}`, maxBytes: 4 * MIB, ...options });
    await tier.open();
    return tier;
  }

  test.each(['lfu', 'lru'] as const)(
    '%s: never takes more than its cap, as Redis itself counts',
    { timeout: SLOW_MS },
    async (policy) => {
      count += 1;
      const next = numbers(count);
      await using tier = await opened({ policy });
      await using other = await opened({ policy });
      // Many small ones first, so that tables are large when few large ones are left.
      for (const most of [40, 40, 3000, 300_000, 200]) {
        for (let turn = 0; turn < 12; turn += 1) {
          const writes = Array.from({ length: 100 }, () => {
            const tags = Array.from({ length: next(4) }, () => `tag ${next(200)}`);
            const expiresAtMs = next(3) === 0 ? Date.now() + 100_000 + next(1000) : undefined;
            const key = `${'k'.repeat(next(60))}${next(6000)}`;
            return (next(2) === 0 ? tier : other).set(key, entryOf(next(most), { tags, expiresAtMs }));
          });
          await Promise.all(writes);
          expect(await seen.memoryOf(`limits/${count}`)).toBeLessThanOrEqual(4 * MIB);
        }
      }
      expect(tier.stats().bytes).toBeLessThanOrEqual(4 * MIB);
      expect(tier.stats().evictions + other.stats().evictions).toBeGreaterThan(1000);
      // The books say no less than there is, and not a multiple of it.
      const taken = await seen.memoryOf(`limits/${count}`);
      expect(taken).toBeGreaterThan(tier.stats().bytes * 0.6);
    },
  );

  test('is cleared without a trace, and nothing else is', { timeout: SLOW_MS }, async () => {
    count += 1;
    const name = `limits/${count}`;
    await seen.send('SET', 'mine', 'x');
    await seen.send('SET', `{${name}}x:mine`, 'x');
    await using tier = await opened();
    await Promise.all(
      Array.from({ length: 1500 }, (_, i) => tier.set(`k${i}`, entryOf(50, { tags: [`t${i % 7}`, 'all'] }))),
    );
    expect(await tier.deleteByTag('t3')).toBe(214);
    expect(tier.stats().entries).toBe(1500 - 214);
    await tier.clear();
    expect(tier.stats()).toMatchObject({ entries: 0, bytes: 0 });
    const left = await seen.keys(`{${name}}:`);
    expect([...left].sort()).toEqual(['g', 'h', 'm'].map((one) => `{${name}}:${one}`));
    expect(await seen.keys(`{${name}}x:`)).toEqual([`{${name}}x:mine`]);
    expect(await seen.send('GET', 'mine')).toBe('x');
    expect(String(await seen.send('INFO', 'commandstats'))).not.toMatch(/cmdstat_(?:keys|flush)/);
  });

  test('keeps what is used often, and what is used at all', { timeout: SLOW_MS }, async () => {
    count += 1;
    for (const policy of ['lfu', 'lru'] as const) {
      await using tier = await opened({ policy, namespace: `kept/${policy}`, maxBytes: MIB });
      for (let i = 0; i < 10; i += 1) await tier.set(`hot ${i}`, entryOf(20_000));
      for (let turn = 0; turn < 30; turn += 1) {
        for (let i = 0; i < 10; i += 1) await tier.get(`hot ${i}`);
        for (let i = 0; i < 10; i += 1) await tier.set(`cold ${turn} ${i}`, entryOf(20_000));
      }
      for (let i = 0; i < 10; i += 1) expect(await tier.has(`hot ${i}`)).toBe(true);
      expect(tier.stats().evictions).toBeGreaterThan(200);
    }
  });

  test('is for what fits: a cap made smaller holds at once, a large entry is refused', {
    timeout: SLOW_MS,
  }, async () => {
    count += 1;
    const name = `limits/${count}`;
    {
      await using tier = await opened();
      await Promise.all(Array.from({ length: 2000 }, (_, i) => tier.set(`k${i}`, entryOf(1000))));
    }
    await using tier = await opened({ maxBytes: 100_000, maxEntryBytes: 2000 });
    expect(await seen.memoryOf(name)).toBeLessThanOrEqual(100_000);
    expect(tier.stats().entries).toBeGreaterThan(30);
    expect(await tier.set('k1999', entryOf(2001))).toEqual({ stored: false, reason: 'tooLarge' });
    expect(await tier.has('k1999')).toBe(false);
    expect(await tier.set('x'.repeat(300_000), entryOf(1))).toEqual({ stored: false, reason: 'tooLarge' });
  });

  test('makes room for a large one by letting thousands of small ones go', { timeout: SLOW_MS }, async () => {
    count += 1;
    await using tier = await opened({ handsDown: true });
    const gone = new Map<string, number | undefined>();
    tier.on('evicted', ({ key, entry }) => gone.set(key, entry?.bytes.byteLength));
    for (let from = 0; from < 5000; from += 500)
      await Promise.all(Array.from({ length: 500 }, (_, i) => tier.set(`k${from + i}`, entryOf(10))));
    expect(await tier.set('large', entryOf(3 * MIB))).toEqual({ stored: true });
    expect((await tier.get('large'))?.bytes.byteLength).toBe(3 * MIB);
    expect(gone.size).toBeGreaterThan(2000);
    expect(new Set(gone.values())).toEqual(new Set([10]));
    expect(gone.size + tier.stats().entries).toBe(5001);
  });
});
