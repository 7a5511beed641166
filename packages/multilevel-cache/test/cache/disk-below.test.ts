import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { disk } from '../../src/disk.js';
import { type Cache, createCache, memory } from '../../src/index.js';
import { zstd } from '../../src/zstd.js';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'framerail-cache-'));
  folders.push(path);
  return path;
}

const open = (path: string): Cache<string, Uint8Array> =>
  createCache({
    tiers: [
      memory({ maxBytes: 100_000 }),
      { tier: disk({ path, maxBytes: 10_000_000 }), compression: { with: zstd() }, write: 'back' },
    ],
  });

describe('a cache over a disk', () => {
  it('has what was written when it is opened again, packed or not', async () => {
    const path = await folder();
    const values = Array.from({ length: 50 }, (_, i) => new Uint8Array(i * 400).fill(i));
    {
      await using cache = open(path);
      for (const [i, value] of values.entries()) await cache.set(`k${i}`, value, { tags: [`t${i % 2}`] });
      await cache.deleteByTag('t1');
    }
    await using cache = open(path);
    for (const [i, value] of values.entries())
      expect(await cache.get(`k${i}`)).toEqual(i % 2 === 0 ? value : undefined);
  });

  it('keeps every key apart from every other, from one opening to the next', async () => {
    const path = await folder();
    const keys = ['', '/', '..', '../../etc/passwd', '\0', 'a\0b', 'a', 'A', '.', 'con', 'é', 'e\u0301'];
    keys.push(
      '\ud800',
      '\udfff',
      '\ufffd',
      'k'.repeat(1024),
      'k'.repeat(65_536),
      ' ',
      'a/b',
      'a\\b',
      '__proto__',
    );
    {
      await using cache = open(path);
      for (const [at, key] of keys.entries()) await cache.set(key, new Uint8Array(at + 1).fill(at));
      await expect(cache.set('k'.repeat(65_537), new Uint8Array(1))).rejects.toMatchObject({
        code: 'E_INVALID_ARGUMENT',
      });
      // In UTF-8 it is longer than the store's records may be: memory has it.
      expect(await cache.set('€'.repeat(65_536), new Uint8Array(1))).toMatchObject({
        stored: expect.arrayContaining(['memory']),
      });
      expect(await cache.get('€'.repeat(65_536))).toEqual(new Uint8Array(1));
    }
    await using cache = open(path);
    for (const [at, key] of keys.entries())
      expect(await cache.get(key)).toEqual(new Uint8Array(at + 1).fill(at));
    const found = new Set<string>();
    for await (const { key } of cache.entries()) found.add(key);
    expect(found).toEqual(new Set(keys));
  });

  it('gives entries no longer a life when the clock goes back between two openings', async () => {
    const path = await folder();
    let now = 1_800_000_000_000;
    const openAt = (): Cache<string, Uint8Array> =>
      createCache({
        tiers: [disk({ path, maxBytes: 10_000_000, nowMs: () => now })],
        wallClock: () => now,
        ttlMs: 60_000,
      });
    {
      await using cache = openAt();
      await cache.set('a', new Uint8Array(3));
      await cache.set('forever', new Uint8Array(4), { ttlMs: Number.POSITIVE_INFINITY });
    }
    now -= 3_600_000;
    {
      await using cache = openAt();
      expect(await cache.get('a')).toBeUndefined();
      expect(await cache.get('forever')).toEqual(new Uint8Array(4));
      await cache.set('b', new Uint8Array(5));
    }
    now += 61_000;
    await using cache = openAt();
    expect(await cache.get('b')).toBeUndefined();
    expect(await cache.get('forever')).toEqual(new Uint8Array(4));
  });

  it('says that it cannot use a folder that is a file, and serves all the same', async () => {
    await using cache = open(new URL(import.meta.url).pathname);
    await expect(cache.open()).rejects.toMatchObject({ code: expect.stringMatching(/^E_/) });
    expect(await cache.getOrLoad('a', () => new Uint8Array(3))).toEqual(new Uint8Array(3));
    expect(cache.getSync('a')).toEqual(new Uint8Array(3));
  });
});
