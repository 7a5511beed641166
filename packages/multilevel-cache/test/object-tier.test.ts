import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listAll, type ObjectStore } from '@framerail/object-store';
import { openDirectoryStore } from '@framerail/object-store/directory';
import { createS3Store } from '@framerail/object-store/s3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { BUCKET, CREDENTIALS, startS3Gateway } from '../../../scripts/testing/s3-gateway.js';
import { createCache, lru, memory, textCodec } from '../src/index.js';
import { object } from '../src/object.js';
import { countedStore } from './object/counted-store.js';
import { entryOf, numbers } from './redis/entries.js';

const SLOW_MS = 120_000;
const MIB = 2 ** 20;

describe('a tier in a folder of blobs', () => {
  let folder: string;
  let store: ObjectStore;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'framerail-object-tier-'));
    store = await openDirectoryStore({ path: folder, durability: 'none' });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const usage = (): number =>
    Number(spawnSync('du', ['-sB1', folder], { encoding: 'utf8' }).stdout.split('\t')[0]);

  test('never takes more than its cap on the disk', { timeout: SLOW_MS }, async () => {
    const next = numbers(1);
    const empty = usage();
    await using tier = object({ store, maxBytes: 16 * MIB });
    await tier.open();
    for (const most of [100, 100, 200_000, 1_000_000, 10]) {
      for (let turn = 0; turn < 8; turn += 1) {
        await Promise.all(
          Array.from({ length: 50 }, () =>
            tier.set(`k${next(1500)}`, entryOf(next(most), { tags: [`t${next(9)}`] })),
          ),
        );
        expect(usage() - empty).toBeLessThanOrEqual(16 * MIB);
        expect(tier.stats().bytes).toBeLessThanOrEqual(16 * MIB);
      }
    }
    expect(tier.stats().evictions).toBeGreaterThan(100);
  });

  test('is opened with few requests, and knows what it knew', { timeout: SLOW_MS }, async () => {
    const entries = 2500;
    {
      await using tier = object({ store, maxBytes: 64 * MIB });
      await tier.open();
      for (let from = 0; from < entries; from += 100)
        await Promise.all(
          Array.from({ length: 100 }, (_, i) =>
            tier.set(`k${from + i}`, entryOf(10, { tags: [`t${(from + i) % 5}`] })),
          ),
        );
    }
    const { store: counted, calls } = countedStore(store);
    await using tier = object({ store: counted, maxBytes: 64 * MIB });
    await tier.open();
    expect(calls).toEqual({ list: 3, get: 1 });
    expect(tier.stats().entries).toBe(entries);
    expect(await tier.deleteByTag('t3')).toBe(entries / 5);
    expect(calls['get']).toBe(1);
    const keys: string[] = [];
    for await (const { key } of tier.entries()) keys.push(key);
    expect(keys.length).toBe(entries * 0.8);
    expect(calls['get']).toBe(1);
  });

  test('has what was written without an index, and lets go of what is too much', {
    timeout: SLOW_MS,
  }, async () => {
    const killed = object({ store, maxBytes: 64 * MIB });
    await killed.open();
    for (let i = 0; i < 200; i += 1) await killed.set(`k${i}`, entryOf(20_000, { tags: [`t${i % 2}`] }));
    // It isn't closed, as after a crash: no index tells of tags.
    {
      await using tier = object({ store, maxBytes: 64 * MIB });
      await tier.open();
      expect(tier.stats().entries).toBe(200);
      expect(await tier.deleteByTag('t1')).toBe(100);
    }
    await using small = object({ store, maxBytes: MIB, policy: lru });
    await small.open();
    expect(small.stats().bytes).toBeLessThanOrEqual(MIB);
    expect((await store.list({ prefix: 'cache/e-' })).blobs.length).toBe(small.stats().entries);
    expect((await small.get('k198'))?.bytes.byteLength).toBe(20_000);
    expect(await small.set('k198', entryOf(small.maxEntryBytes + 1))).toEqual({
      stored: false,
      reason: 'tooLarge',
    });
    expect(await small.get('k198')).toBeUndefined();
    await killed.close();
  });

  test('is shared: each sees what the other wrote and deleted', { timeout: SLOW_MS }, async () => {
    await using a = object({ store, maxBytes: 8 * MIB });
    await using b = object({ store, maxBytes: 8 * MIB });
    await a.open();
    await b.open();
    await a.set('k', entryOf(10, { tags: ['t'] }));
    expect((await b.get('k'))?.bytes.byteLength).toBe(10);
    await b.set('k', entryOf(11, { tags: ['t'] }));
    expect((await a.get('k'))?.bytes.byteLength).toBe(11);
    await b.set('l', entryOf(12, { tags: ['t'] }));
    expect(await a.deleteByTag('t')).toBe(2);
    expect(await b.get('k')).toBeUndefined();
    expect(await b.has('l')).toBe(false);
  });

  test.each([1, 3])(
    'is never above its cap with %i who write at once',
    { timeout: SLOW_MS },
    async (writers) => {
      const maxBytes = 4 * MIB;
      const tiers = Array.from({ length: writers }, () => object({ store, maxBytes, writers }));
      await Promise.all(tiers.map((tier) => tier.open()));
      let isOver = false;
      const writing = tiers.map(async (tier, at) => {
        const next = numbers(at + 1);
        for (let i = 0; i < 80; i += 1) {
          const sets = Array.from({ length: 1 + next(4) }, () =>
            tier.set(`k${next(5) === 0 ? next(50) : `${at}/${i}/${next(1e9)}`}`, entryOf(next(40_000))),
          );
          await Promise.all(sets);
        }
      });
      const done = Promise.all(writing).finally(() => {
        isOver = true;
      });
      let most = 0;
      do {
        let bytes = 0;
        for await (const { size } of listAll(store, { prefix: 'cache/' })) bytes += size + 8192;
        most = Math.max(most, bytes);
        await new Promise((resolve) => setTimeout(resolve, 5));
      } while (!isOver);
      await done;
      expect(most).toBeLessThanOrEqual(maxBytes);
      expect(most).toBeGreaterThan(maxBytes / 2);
      await Promise.all(tiers.map((tier) => tier.close()));
    },
  );

  test('damaged blobs are misses, and counted', { timeout: SLOW_MS }, async () => {
    await using tier = object({ store, maxBytes: 8 * MIB });
    await tier.open();
    for (let at = 0; at < 40; at += 1) {
      await tier.set('k', entryOf(5000));
      const blob = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
        .filter((one) => one.isFile())
        .map((one) => join(one.parentPath, one.name))
        .find((path) => readFileSync(path).byteLength > 5000);
      const bytes = readFileSync(blob ?? '');
      const place = Math.floor((bytes.byteLength * at) / 40);
      bytes[place] = (bytes[place] as number) ^ 16;
      writeFileSync(blob ?? '', bytes);
      expect(await tier.get('k')).toBeUndefined();
    }
    expect(tier.stats().corruptions).toBeGreaterThan(35);
    expect(await tier.get('k')).toBeUndefined();
  });

  test.each([
    [{ maxBytes: 1000 }],
    [{ maxBytes: 2 * MIB, prefix: 'x'.repeat(300) }],
    [{ maxBytes: 2 * MIB, concurrency: 0 }],
    [{ maxBytes: 2 * MIB, store: {} as ObjectStore }],
  ])('refuses %o', (wrong) => {
    expect(() => object({ store, ...wrong })).toThrow(
      expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }),
    );
  });
});

describe.runIf(requireProgram('versitygw'))('a tier in S3', () => {
  test('the server is killed in mid-use and comes back', { timeout: SLOW_MS }, async () => {
    await using gateway = await startS3Gateway();
    await using store = createS3Store({
      bucket: BUCKET,
      endpoint: gateway.endpoint,
      credentials: CREDENTIALS,
      maxAttempts: 1,
    });
    const tier = object({ store, maxBytes: 4 * MIB });
    await using cache = createCache<string, string>({
      tiers: [
        memory({ maxBytes: 8 * MIB }),
        { tier, breaker: { failures: 2, cooldownMs: 20, maxCooldownMs: 20 } },
      ],
      codec: textCodec(),
    });
    for (let i = 0; i < 30; i += 1) await cache.set(`k${i}`, 'x'.repeat(i * 100));
    const writing = Array.from({ length: 30 }, (_, i) => cache.set(`k${i}`, 'y'.repeat(i * 100 + 50_000)));
    await gateway.kill();
    for (const { stored } of await Promise.all(writing)) expect(stored).toContain('memory');
    await cache.set('k1', 'z');
    expect(await cache.getOrLoad('new', async () => 'loaded')).toBe('loaded');
    await expect(tier.get('k1')).rejects.toMatchObject({ code: 'E_CACHE_UNAVAILABLE' });

    await gateway.start();
    const back = new Promise((resolve) =>
      cache.on('tier', ({ state }) => state === 'closed' && resolve(state)),
    );
    const asking = setInterval(() => void cache.get('nothing'), 10);
    await back;
    clearInterval(asking);
    await cache.flush();
    // Whatever the store has now is what was set last, or nothing.
    for (let i = 0; i < 30; i += 1) {
      const entry = await tier.get(`k${i}`);
      const text = entry === undefined ? undefined : Buffer.from(entry.bytes).toString();
      expect([undefined, i === 1 ? 'z' : 'y'.repeat(i * 100 + 50_000)]).toContain(text);
    }
    expect((await cache.set('after', 'x')).stored).toEqual(['memory', 'object']);
  });
});
