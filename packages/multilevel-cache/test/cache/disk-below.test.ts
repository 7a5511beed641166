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

  it('says that it cannot use a folder that is a file, and serves all the same', async () => {
    await using cache = open(new URL(import.meta.url).pathname);
    await expect(cache.open()).rejects.toMatchObject({ code: expect.stringMatching(/^E_/) });
    expect(await cache.getOrLoad('a', () => new Uint8Array(3))).toEqual(new Uint8Array(3));
    expect(cache.getSync('a')).toEqual(new Uint8Array(3));
  });
});
