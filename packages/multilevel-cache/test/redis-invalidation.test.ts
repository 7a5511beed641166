import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedisServer } from '../../../scripts/testing/redis-server.js';
import { requireProgram } from '../../../scripts/testing/require.js';
import { type ByteTier, type Cache, createCache, memory, packedMemory, textCodec } from '../src/index.js';
import { redis } from '../src/redis.js';
import { outside } from './redis/outside.js';
import '../../../scripts/testing/seed.js';

const SLOW_MS = 60_000;
const MIB = 2 ** 20;

/** A cache as another process would have it, with a way to know that it heard. */
interface Peer extends AsyncDisposable {
  readonly cache: Cache<string, string>;
  readonly tier: ByteTier;
  /** Settles when it heard of a change, this one if it is named. */
  heard(key?: string): Promise<unknown>;
}

describe.runIf(requireProgram('redis-server'))('what one process changes', () => {
  let server: RedisServer;
  let count = 0;
  beforeAll(async () => {
    server = await startRedisServer({ persistent: true });
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  function peer(namespace: string, between: readonly ByteTier[] = []): Peer {
    const tier = redis({ url: server.url, namespace, maxBytes: 4 * MIB });
    const cache = createCache<string, string>({
      tiers: [memory({ maxBytes: MIB }), ...between, tier],
      codec: textCodec(),
    });
    return {
      cache,
      tier,
      heard: (key) =>
        new Promise((resolve) => {
          const off = tier.on('invalidated', (change) => {
            if (key !== undefined && change.keys?.includes(key) !== true) return;
            off();
            resolve(change);
          });
        }),
      [Symbol.asyncDispose]: () => cache.close(),
    };
  }

  async function pair(): Promise<readonly [Peer, Peer]> {
    count += 1;
    const peers = [peer(`pair/${count}`), peer(`pair/${count}`)] as const;
    for (const { cache } of peers) await cache.open();
    return peers;
  }

  test('goes from the memory of the others, and stays in its own', { timeout: SLOW_MS }, async () => {
    const [a, b] = await pair();
    await using _a = a;
    await using _b = b;
    await a.cache.set('frame', 'one', { tags: ['clip'] });
    expect(await b.cache.get('frame')).toBe('one');
    let heard = b.heard();
    await a.cache.set('frame', 'two', { tags: ['clip'] });
    await heard;
    expect(b.cache.getSync('frame')).toBeUndefined();
    expect(a.cache.getSync('frame')).toBe('two');
    expect(await b.cache.get('frame')).toBe('two');

    heard = b.heard();
    await a.cache.deleteByTag('clip');
    await heard;
    expect(b.cache.getSync('frame')).toBeUndefined();
    expect(await b.cache.get('frame')).toBeUndefined();

    await b.cache.set('frame', 'three');
    await a.cache.get('frame');
    heard = a.heard('frame');
    await b.cache.delete('frame');
    await heard;
    expect(a.cache.getSync('frame')).toBeUndefined();

    await b.cache.set('frame', 'four');
    await a.cache.get('frame');
    heard = a.heard();
    await b.cache.clear();
    await heard;
    expect(a.cache.getSync('frame')).toBeUndefined();
    expect(await a.cache.get('frame')).toBeUndefined();
  });

  test('is not told when nothing changed: an entry that only moves is the same', {
    timeout: SLOW_MS,
  }, async () => {
    const [a, b] = await pair();
    await using _a = a;
    await using _b = b;
    const first = b.heard('frame');
    await a.cache.set('frame', 'one');
    await first;
    expect(await b.cache.get('frame')).toBe('one');
    const entry = await a.tier.get('frame');
    const heard: unknown[] = [];
    b.tier.on('invalidated', (change) => heard.push(change));
    if (entry !== undefined) await a.tier.set('frame', entry);
    const last = b.heard('last');
    await a.cache.set('last', 'one');
    await last;
    expect(heard).toEqual([{ keys: ['last'] }]);
    expect(b.cache.getSync('frame')).toBe('one');
  });

  test('is not undone by a load that began before', { timeout: SLOW_MS }, async () => {
    const [a, b] = await pair();
    await using _a = a;
    await using _b = b;
    let finish = (_value: string): void => {};
    const began = new Promise<void>((resolve) => {
      void b.cache
        .getOrLoad('frame', () => {
          resolve();
          return new Promise<string>((done) => {
            finish = done;
          });
        })
        .then((value) => expect(value).toBe('old'));
    });
    await began;
    const heard = b.heard();
    await a.cache.set('frame', 'new');
    await heard;
    finish('old');
    await b.cache.flush();
    expect(b.cache.getSync('frame')).toBeUndefined();
    expect(await b.cache.get('frame')).toBe('new');
    expect(await a.cache.get('frame')).toBe('new');
  });

  test('goes from tiers between memory and Redis too', { timeout: SLOW_MS }, async () => {
    const between = packedMemory({ maxBytes: MIB });
    await using a = peer('between');
    await using b = peer('between', [between]);
    await a.cache.open();
    await b.cache.open();
    await b.cache.set('frame', 'one', { tags: ['clip'] });
    expect(await between.has('frame')).toBe(true);
    const heard = b.heard();
    await a.cache.set('frame', 'two');
    await heard;
    expect(await b.cache.get('frame')).toBe('two');
  });

  test('is not missed while the connection is lost, and nothing else is dropped', {
    timeout: SLOW_MS,
  }, async () => {
    const [a, b] = await pair();
    await using _a = a;
    await using _b = b;
    await using seen = await outside(server.url);
    for (let round = 0; round < 10; round += 1) {
      const settled = b.heard('frame');
      await a.cache.set('frame', `old ${round}`);
      await settled;
      await b.cache.set('other', 'kept');
      expect(await b.cache.get('frame')).toBe(`old ${round}`);
      const heard = b.heard('frame');
      await seen.send('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await a.cache.set('frame', `new ${round}`);
      await heard;
      expect(await b.cache.get('frame')).toBe(`new ${round}`);
      expect(b.cache.getSync('other')).toBe('kept');
    }
  });

  test('is seen by all in the end, whoever does what', { timeout: SLOW_MS }, async () => {
    const keys = ['a', 'b', 'c'];
    const step = fc.record({
      who: fc.nat({ max: 1 }),
      key: fc.constantFrom(...keys),
      what: fc.constantFrom('set', 'set', 'get', 'get', 'load', 'delete', 'tag', 'clear'),
      isAwaited: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const peers = await pair();
        await using _a = peers[0];
        await using _b = peers[1];
        let value = 0;
        const running: Promise<unknown>[] = [];
        for (const { who, key, what, isAwaited } of steps) {
          value += 1;
          const { cache } = peers[who] as Peer;
          const calls: Record<string, () => Promise<unknown>> = {
            set: () => cache.set(key, `${value}`, { tags: [key] }),
            get: () => cache.get(key),
            load: () => cache.getOrLoad(key, async () => `${value}`, { tags: [key] }),
            delete: () => cache.delete(key),
            tag: () => cache.deleteByTag(key),
            clear: () => cache.clear(),
          };
          const call = (calls[what] as () => Promise<unknown>)();
          running.push(call);
          // What is set while its own process clears may be cleared with the rest, though memory keeps it.
          if (isAwaited || what === 'tag' || what === 'clear') await call;
        }
        await Promise.all(running);
        for (const { cache } of peers) await cache.flush();
        // What each says last is heard after all that was said before.
        const ends = [peers[1].heard('end 0'), peers[0].heard('end 1')];
        for (const [who, { cache }] of peers.entries()) await cache.set(`end ${who}`, 'x');
        await Promise.all(ends);
        for (const key of keys) expect(await peers[0].cache.get(key)).toBe(await peers[1].cache.get(key));
      }),
      { numRuns: 60 },
    );
  });
});
