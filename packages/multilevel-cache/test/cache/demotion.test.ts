// Three tiers of bytes, of which the upper two are too small: what they let go moves down, and nothing is lost.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { disk } from '../../src/disk.js';
import {
  type ByteTier,
  type Cache,
  createCache,
  lru,
  memory,
  packedMemory,
  wTinyLfu,
} from '../../src/index.js';

const MIB = 1024 * 1024;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framerail-demotion-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const valueFor = (key: number, version: number, length: number): Uint8Array => {
  const bytes = Buffer.alloc(length, `${key}/${version} `);
  bytes.writeUInt32LE(version);
  return new Uint8Array(bytes);
};
const taken = (path: string): number =>
  Number(spawnSync('du', ['-s', '--block-size=1', path], { encoding: 'utf8' }).stdout.split('\t')[0]);

/** A cache over a fast disk, a slow one and an archive that takes everything. */
function open(path: string, policy: typeof lru, write: 'around' | 'through') {
  const near = disk({ path: join(path, 'near'), maxBytes: MIB, name: 'near', policy });
  const far = disk({ path: join(path, 'far'), maxBytes: 2 * MIB, name: 'far', policy });
  const archive = packedMemory({ maxBytes: 256 * MIB, name: 'archive' });
  const cache = createCache({ tiers: [near, { tier: far, write }, { tier: archive, write }] });
  return { cache, tiers: [near, far, archive] as const };
}

const step = fc.record({
  key: fc.nat(40),
  kind: fc.constantFrom('set', 'set', 'set', 'get', 'delete'),
  length: fc.oneof(fc.integer({ min: 4, max: 3000 }), fc.integer({ min: 20_000, max: 120_000 })),
});

test.each([
  ['lru', 'around', lru],
  ['w-tinylfu', 'around', wTinyLfu],
  ['lru', 'through', lru],
] as const)(
  'by %s, written %s: what was set is somewhere, and it is the latest',
  async (_, write, policy) => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 80, maxLength: 120 }), async (steps) => {
        run += 1;
        const { cache, tiers } = open(join(folder, `${run}`), policy, write);
        const model = new Map<number, Uint8Array>();
        for (const [version, { key, kind, length }] of steps.entries()) {
          if (kind === 'get') expect(await cache.get(`${key}`)).toEqual(model.get(key));
          else if (kind === 'delete') {
            await cache.delete(`${key}`);
            model.delete(key);
          } else {
            const value = valueFor(key, version, length);
            await cache.set(`${key}`, value);
            model.set(key, value);
          }
        }
        await cache.flush();
        await expectAll(cache, model);
        for (const tier of tiers) expect(tier.stats().bytes).toBeLessThanOrEqual(tier.maxBytes);
        expect(taken(join(folder, `${run}`, 'near'))).toBeLessThanOrEqual(MIB);
        expect(taken(join(folder, `${run}`, 'far'))).toBeLessThanOrEqual(2 * MIB);
        await cache.close();
      }),
      { numRuns: 3, seed: 20_240_229, endOnFailure: true },
    );
  },
  120_000,
);

async function expectAll(
  cache: Cache<string, Uint8Array>,
  model: ReadonlyMap<number, Uint8Array>,
): Promise<void> {
  for (let key = 0; key <= 40; key += 1)
    expect([key, await cache.get(`${key}`)]).toEqual([key, model.get(key)]);
}

test('by-frequency over two disks and an archive: what is used moves up, what is let go moves down', async () => {
  const path = join(folder, 'tiers');
  const near = disk({ path: join(path, 'near'), maxBytes: 4 * MIB, name: 'near' });
  const far = disk({ path: join(path, 'far'), maxBytes: 8 * MIB, name: 'far' });
  const archive = packedMemory({ maxBytes: 64 * MIB, name: 'archive' });
  await using cache = createCache({ tiers: [near, far, archive], promotion: 'by-frequency' });
  const places = async (key: string): Promise<string[]> => {
    await cache.flush();
    const found = await Promise.all(
      [near, far, archive].map(async (tier: ByteTier) => ((await tier.has(key)) ? tier.name : '')),
    );
    return found.filter((name) => name !== '');
  };
  await cache.set('a', valueFor(1, 1, 50_000));
  expect(await places('a')).toEqual(['archive']);
  for (let use = 0; use < 3; use += 1) await cache.get('a');
  expect(await places('a')).toEqual(['far', 'archive']);
  for (let use = 0; use < 8; use += 1) await cache.get('a');
  expect(await places('a')).toEqual(['near', 'far', 'archive']);
  expect((await cache.explain('a')).belongsIn).toBe('near');
});

test('what memory does not take goes to the next tier, though it is written around', async () => {
  const archive = packedMemory({ maxBytes: 64 * MIB, name: 'archive' });
  await using cache = createCache({
    tiers: [memory({ maxBytes: 10_000 }), { tier: archive, write: 'around' }],
  });
  const value = valueFor(1, 1, 50_000);
  const { refused } = await cache.set('a', value);
  expect(refused).toEqual([{ tier: 'memory', reason: 'tooLarge' }]);
  await cache.flush();
  expect(await archive.has('a')).toBe(true);
  expect(await cache.get('a')).toEqual(value);
});
