import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { disk } from '../../src/disk.js';
import { createCache, memory, packedMemory, type StoredEntry } from '../../src/index.js';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function diskTier() {
  const path = await mkdtemp(join(tmpdir(), 'framerail-at-hand-'));
  folders.push(path);
  return disk({ path: join(path, 'cache'), maxBytes: 10_000_000 });
}

/** A tier of which it is known how it was asked. */
async function watched() {
  const tier = await diskTier();
  const asked = { now: 0, waited: 0 };
  const [get, getNow] = [tier.get.bind(tier), tier.getNow?.bind(tier)];
  tier.get = (key, options) => {
    asked.waited += 1;
    return get(key, options);
  };
  tier.getNow = (key): StoredEntry | undefined => {
    const entry = getNow?.(key);
    if (entry !== undefined) asked.now += 1;
    return entry;
  };
  return { tier, asked };
}

const never = (): never => {
  throw new Error('Expected the value to be found');
};

describe('what the tier below memory has at hand', () => {
  it('is given, moved up and counted once, as what is waited for', async () => {
    const { tier, asked } = await watched();
    await using cache = createCache({ tiers: [memory({ maxBytes: 1_000_000, maxEntries: 2 }), tier] });
    for (let i = 0; i < 10; i += 1) await cache.set(`k${i}`, new Uint8Array(100).fill(i));
    for (let round = 0; round < 3; round += 1)
      for (let i = 0; i < 10; i += 1)
        expect(await cache.getOrLoad(`k${i}`, never)).toEqual(new Uint8Array(100).fill(i));
    // How many depends on how quick the machine is: after a slow call the next ones are waited for.
    expect(asked.now).toBeGreaterThan(0);
    const { hits, misses, tiers } = cache.stats();
    expect([hits, misses]).toEqual([30, 0]);
    expect((tiers[0]?.hits ?? 0) + (tiers[1]?.hits ?? 0)).toBe(30);
    expect(tier.stats().hits).toBe(tiers[1]?.hits);
    expect(asked.now + asked.waited).toBe(tiers[1]?.hits);
  });

  it('is handed out stale, and made anew once', async () => {
    const [{ tier }, wall] = [await watched(), { ms: Date.now() }];
    const tiers = [memory({ maxBytes: 1_000_000, maxEntries: 1 }), tier];
    await using cache = createCache({ tiers, wallClock: () => wall.ms });
    const options = { ttlMs: 1000, staleMs: 100_000 };
    await cache.set('a', new Uint8Array(1), options);
    // Memory holds one entry.
    await cache.set('b', new Uint8Array(1), options);
    await cache.set('b', new Uint8Array(1), options);
    wall.ms += 5000;
    let loads = 0;
    const load = async () => {
      loads += 1;
      return new Uint8Array(2);
    };
    expect((await cache.getOrLoad('a', load, options)).byteLength).toBe(1);
    await cache.getOrLoad('a', load, options);
    expect(loads).toBe(1);
    expect((await cache.getOrLoad('a', never, options)).byteLength).toBe(2);
  });

  it('is never what was written over, deleted or cleared meanwhile', async () => {
    const { tier } = await watched();
    await using cache = createCache({ tiers: [{ tier, write: 'back' }] });
    for (let round = 0; round < 50; round += 1) {
      await cache.set('a', new Uint8Array([round]));
      expect(await cache.get('a')).toEqual(new Uint8Array([round]));
      if (round % 2 === 0) await cache.flush();
      const gone = round % 3 === 0 ? cache.clear() : cache.delete('a');
      expect(await cache.get('a')).toBeUndefined();
      await gone;
      expect(await cache.get('a')).toBeUndefined();
    }
  });

  it('waits for its turn where the tier between fails to have it', async () => {
    const { tier, asked } = await watched();
    await using cache = createCache({ tiers: [packedMemory({ maxBytes: 1000 }), tier] });
    await cache.set('a', new Uint8Array(900));
    expect((await cache.get('a'))?.byteLength).toBe(900);
    expect(asked.now + asked.waited).toBe(1);
  });
});
