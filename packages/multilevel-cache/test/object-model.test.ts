import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDirectoryStore } from '@framerail/object-store/directory';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import '../../../scripts/testing/seed.js';
import { type ByteTier, lru } from '../src/index.js';
import { object } from '../src/object.js';
import { entryOf } from './redis/entries.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framerail-object-model-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const KEYS = ['a', 'b', 'c', 'd', 'e'];
const step = fc.record({
  what: fc.constantFrom('set', 'set', 'get', 'delete', 'tag', 'reopen', 'crash', 'other', 'clear'),
  key: fc.constantFrom(...KEYS),
  // Some are too large for the tier, others make it let go of what it has.
  length: fc.constantFrom(0, 10, 5000, 60_000, 200_000),
  isAwaited: fc.boolean(),
});

test('an object tier gives what was set last, or nothing, over crashes and other processes', {
  timeout: 120_000,
}, async () => {
  await using store = await openDirectoryStore({ path: folder, durability: 'none' });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      run += 1;
      const open = async (): Promise<ByteTier> => {
        const tier = object({ store, prefix: `${run}/`, maxBytes: 2 ** 20, policy: lru });
        await tier.open();
        return tier;
      };
      let tier = await open();
      const all = [tier];
      const model = new Map<string, { readonly version: number; readonly tag: string }>();
      let running: Promise<unknown>[] = [];
      for (const [version, { what, key, length, isAwaited }] of steps.entries()) {
        const tag = `t${length}`;
        if (what === 'set') {
          running.push(tier.set(key, entryOf(length, { createdAtMs: version, tags: [tag] })));
          model.set(key, { version, tag });
        } else if (what === 'delete') {
          running.push(tier.delete(key));
          model.delete(key);
        } else {
          await Promise.all(running);
          if (what === 'tag') {
            await tier.deleteByTag(tag);
            for (const [one, known] of model) if (known.tag === tag) model.delete(one);
          } else if (what === 'clear') {
            await tier.clear();
            model.clear();
          } else if (what !== 'get') {
            // Closed as it should be, not at all, or beside another one that goes on.
            if (what === 'reopen') await tier.close();
            tier = await open();
            all.push(tier);
          }
        }
        if (isAwaited) await Promise.all(running);
        if (isAwaited) running = [];
        const entry = await tier.get(key);
        if (entry !== undefined) expect(entry.meta.createdAtMs).toBe(model.get(key)?.version);
      }
      await Promise.all(running);
      for (const key of KEYS) {
        const entry = await tier.get(key);
        if (entry !== undefined) expect(entry.meta.createdAtMs).toBe(model.get(key)?.version);
      }
      const { blobs } = await store.list({ prefix: `${run}/` });
      expect(blobs.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(2 ** 20);
      for (const one of all) await one.close();
    }),
    { numRuns: 60 },
  );
});
