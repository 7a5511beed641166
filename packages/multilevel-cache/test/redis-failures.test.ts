import { once } from 'node:events';
import { createManualClock, isFramerailError } from '@framerail/lifecycle';
import { createClient } from 'redis';
import { describe, expect, test } from 'vitest';
import { startRedisServer } from '../../../scripts/testing/redis-server.js';
import { requireProgram } from '../../../scripts/testing/require.js';
import { type ByteTier, createCache, memory, textCodec } from '../src/index.js';
import { redis } from '../src/redis.js';
import { ACCESSES } from './redis/clients.js';
import { entryOf } from './redis/entries.js';
import { outside } from './redis/outside.js';

const SLOW_MS = 60_000;
const MIB = 2 ** 20;
const NAMESPACE = 'failures';

/** Calls until it works, as a cache does. */
async function untilItWorks<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isFramerailError(error, 'E_CACHE_UNAVAILABLE')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

const everything = (tier: ByteTier): Promise<unknown> =>
  new Promise((resolve) => tier.on('invalidated', (change) => change.everything === true && resolve(change)));

describe.runIf(requireProgram('redis-server'))('Redis in trouble', () => {
  describe.each(Object.entries(ACCESSES))('%s', (_, reach) => {
    test.each([true, false])(
      'killed in mid-use and started again, persistent: %s',
      { timeout: SLOW_MS },
      async (persistent) => {
        await using server = await startRedisServer({ persistent });
        await using access = reach(server);
        await using tier = redis({ ...access.options, namespace: NAMESPACE, maxBytes: 4 * MIB });
        await tier.open();
        for (let i = 0; i < 50; i += 1) await tier.set(`k${i}`, entryOf(i * 10));
        const writes = Array.from({ length: 50 }, (_, i) => tier.set(`w${i}`, entryOf(100_000)));
        const writing = Promise.allSettled(writes);
        await server.kill();
        for (const outcome of await writing)
          if (outcome.status === 'rejected') expect(outcome.reason.code).toBe('E_CACHE_UNAVAILABLE');
        await expect(tier.get('k1')).rejects.toMatchObject({ code: 'E_CACHE_UNAVAILABLE' });
        await expect(tier.set('k1', entryOf(1))).rejects.toMatchObject({ code: 'E_CACHE_UNAVAILABLE' });

        const resumed = everything(tier);
        await server.start();
        // What it acknowledged is there, with all that was told, or nothing is sure.
        if (!persistent) await resumed;
        for (let i = 0; i < 50; i += 1) {
          const entry = await untilItWorks(() => tier.get(`k${i}`));
          expect(entry?.bytes.byteLength).toBe(persistent ? i * 10 : undefined);
        }
        expect(await tier.set('after', entryOf(7))).toEqual({ stored: true });
        expect((await tier.get('after'))?.bytes.byteLength).toBe(7);
        expect(tier.stats().errors).toBeGreaterThan(1);
      },
    );

    test('nobody there at first', { timeout: SLOW_MS }, async () => {
      await using server = await startRedisServer();
      await server.stop();
      await using access = reach(server);
      await using tier = redis({ ...access.options, namespace: NAMESPACE, maxBytes: MIB });
      const waited = new AbortController();
      const opening = tier.open({ signal: waited.signal });
      // The user's own client may try for as long as it likes; who waits for it needn't.
      setTimeout(() => waited.abort(), 300);
      await expect(opening).rejects.toMatchObject({
        code: expect.stringMatching(/^E_(CACHE_UNAVAILABLE|ABORTED)$/),
      });
      await server.start();
      await untilItWorks(() => tier.open());
      expect(await tier.set('a', entryOf(1))).toEqual({ stored: true });
    });
  });

  test('a cache goes on without it, and takes it back', { timeout: SLOW_MS }, async () => {
    await using server = await startRedisServer();
    const tier = redis({ url: server.url, namespace: NAMESPACE, maxBytes: MIB });
    const clock = createManualClock(0);
    await using cache = createCache<string, string>({
      tiers: [memory({ maxBytes: MIB }), { tier, breaker: { failures: 1, cooldownMs: 20 } }],
      codec: textCodec(),
      clock,
    });
    const late = async <T>(answer: Promise<T>): Promise<T> => {
      let isThere = false;
      const settled = answer.finally(() => {
        isThere = true;
      });
      while (!isThere) {
        clock.advance(1000);
        await new Promise((resolve) => setImmediate(resolve));
      }
      return settled;
    };
    await cache.set('a', 'one');
    const states: string[] = [];
    cache.on('tier', ({ state }) => states.push(state));
    // It hangs: connections stay, and nothing is answered.
    server.pause();
    expect(await late(cache.getOrLoad('b', async () => 'two'))).toBe('two');
    expect((await late(cache.set('a', 'three'))).stored).toEqual(['memory']);
    expect(await late(cache.delete('a'))).toBe(true);
    expect(states).toContain('open');
    expect(states).not.toContain('closed');
    server.resume();
    clock.advance(100_000);
    // From here on time stands still, so that no answer is late.
    expect(await cache.get('c')).toBeUndefined();
    expect(states.at(-1)).toBe('closed');
    await cache.flush();
    expect(await cache.get('a')).toBeUndefined();
    expect((await cache.set('a', 'four')).stored).toEqual(['memory', 'redis']);
  });

  test('a cache is closed though nobody answers', { timeout: SLOW_MS }, async () => {
    const cacheOf = (url: string) => {
      const tier = redis({ url, namespace: NAMESPACE, maxBytes: MIB });
      return createCache<string, string>({ tiers: [{ tier, timeoutMs: 500 }], codec: textCodec() });
    };
    const server = await startRedisServer();
    const opened = cacheOf(server.url);
    await opened.open();
    server.pause();
    const opening = cacheOf(server.url);
    for (const cache of [opened, opening]) {
      expect(await cache.get('a')).toBeUndefined();
      await cache.close();
    }
    await server[Symbol.asyncDispose]();
    const alone = cacheOf(server.url);
    expect(await alone.get('a')).toBeUndefined();
    await alone.close();
  });

  test('a replica that may only be read gives what it has, and takes nothing', {
    timeout: SLOW_MS,
  }, async () => {
    await using main = await startRedisServer();
    await using replica = await startRedisServer({
      settings: { replicaof: `127.0.0.1 ${main.port}`, 'repl-diskless-sync-delay': '0' },
    });
    await using writer = redis({ url: main.url, namespace: NAMESPACE, maxBytes: MIB });
    await writer.open();
    await writer.set('a', entryOf(10));
    await using seen = await outside(main.url);
    while (Number(await seen.send('WAIT', '1', '1000')) !== 1);
    await using tier = redis({ url: replica.url, namespace: NAMESPACE, maxBytes: MIB });
    await tier.open();
    expect((await tier.get('a'))?.bytes.byteLength).toBe(10);
    expect(await tier.has('a')).toBe(true);
    await expect(tier.set('a', entryOf(11))).rejects.toMatchObject({ code: 'E_CACHE_DENIED' });
    await expect(tier.delete('a')).rejects.toMatchObject({ code: 'E_CACHE_DENIED' });
    await expect(tier.clear()).rejects.toMatchObject({ code: 'E_CACHE_DENIED' });
    const heard = everything(tier);
    await writer.clear();
    await Promise.race([heard, new Promise((resolve) => tier.on('invalidated', resolve))]);
  });

  test('out of memory: refuses, keeps its books, and lets go of what was there', {
    timeout: SLOW_MS,
  }, async () => {
    await using server = await startRedisServer({
      settings: { maxmemory: '8mb', 'maxmemory-policy': 'noeviction' },
    });
    await using seen = await outside(server.url);
    await using tier = redis({ url: server.url, namespace: NAMESPACE, maxBytes: 64 * MIB });
    await tier.open();
    let stored = 0;
    const filling = async (): Promise<void> => {
      for (; stored < 1000; stored += 1) await tier.set(`k${stored}`, entryOf(100_000, { tags: ['t'] }));
    };
    await expect(filling()).rejects.toMatchObject({ code: 'E_CACHE_FULL' });
    expect(stored).toBeGreaterThan(10);
    await expect(tier.set('k1', entryOf(200_000))).rejects.toMatchObject({ code: 'E_CACHE_FULL' });
    expect(await tier.has('k1')).toBe(false);
    expect((await tier.get('k2'))?.bytes.byteLength).toBe(100_000);
    for (let i = 3; i < stored; i += 1) expect(await tier.delete(`k${i}`)).toBe(true);
    expect(await tier.set('k1', entryOf(10))).toEqual({ stored: true });
    expect(tier.stats().entries).toBe(3);
    await tier.clear();
    expect(tier.stats()).toMatchObject({ entries: 0, bytes: 0 });
    expect(await seen.memoryOf(NAMESPACE)).toBeLessThan(10_000);
  });

  test('its own evictions, FLUSHALL, and keys that vanish are misses, and the books stay right', {
    timeout: SLOW_MS,
  }, async () => {
    await using server = await startRedisServer({
      settings: { maxmemory: '6mb', 'maxmemory-policy': 'allkeys-random' },
    });
    await using seen = await outside(server.url);
    await using tier = redis({ url: server.url, namespace: NAMESPACE, maxBytes: 3 * MIB });
    await tier.open();
    for (let i = 0; i < 3000; i += 1) {
      await tier.set(`k${i % 700}`, entryOf(1 + (i % 20_000), { tags: [`t${i % 9}`] }));
      if (i % 7 === 0) await seen.send('SET', `other ${i}`, 'x'.repeat(20_000));
      if (i % 500 === 0) expect(await seen.memoryOf(NAMESPACE)).toBeLessThanOrEqual(3 * MIB);
      if (i === 1000 || i === 2000) await seen.send('FLUSHALL');
    }
    await seen.send('CONFIG', 'SET', 'maxmemory', '0');
    await tier.set('a', entryOf(5, { tags: ['t'] }));
    for (const key of await seen.keys(`{${NAMESPACE}}:`)) {
      await seen.send('DEL', key);
      expect(await tier.set('b', entryOf(6, { tags: ['t'] }))).toEqual({ stored: true });
      expect((await tier.get('b'))?.bytes.byteLength).toBe(6);
      await tier.deleteByTag('t');
      expect(await tier.get('b')).toBeUndefined();
      expect(await tier.has('a')).toBe(false);
      expect(await seen.memoryOf(NAMESPACE)).toBeLessThanOrEqual(tier.stats().bytes + 4000);
    }
  });

  test('damaged bytes are a miss, and counted; foreign ones too', { timeout: SLOW_MS }, async () => {
    await using server = await startRedisServer();
    await using tier = redis({ url: server.url, namespace: NAMESPACE, maxBytes: MIB });
    await tier.open();
    const client = createClient({ url: server.url });
    await client.connect();
    const valueKey = async (): Promise<string> => {
      for await (const keys of client.scanIterator({ MATCH: '*:v:*' })) for (const key of keys) return key;
      return '';
    };
    let corruptions = 0;
    for (let at = 0; at < 72 + 1 + 30; at += 1) {
      await tier.set('a', entryOf(30));
      const key = await valueKey();
      const byte = await client.sendCommand(['GETRANGE', key, `${at}`, `${at}`]);
      await client.sendCommand([
        'SETRANGE',
        key,
        `${at}`,
        String.fromCharCode((`${byte}`.charCodeAt(0) ^ 1) & 127),
      ]);
      expect(await tier.get('a')).toBeUndefined();
      corruptions += 1;
      expect(tier.stats().corruptions).toBe(corruptions);
      expect(await tier.has('a')).toBe(false);
    }
    await tier.set('a', entryOf(30));
    await client.sendCommand(['SET', await valueKey(), 'something else']);
    expect(await tier.get('a')).toBeUndefined();
    const ended = once(client, 'end');
    await client.close();
    await ended;
  });
});
