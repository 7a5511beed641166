// The disk tier beside a Map, through reopening, cleaning and strange keys.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { disk } from '../src/disk.js';
import type { StoredEntry } from '../src/index.js';

const root = mkdtempSync(join(tmpdir(), 'framerail-disk-model-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;

const KEYS = ['', 'a', 'A', 'é', 'e\u0301', '\ud800', '\ud801', 'a/../b', '\0', 'k'.repeat(500)];
const LENGTHS = [0, 1, 100, 5000, 16_000, 17_000, 66_000];
const key = fc.constantFrom(...KEYS);
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('set' as const),
      key,
      length: fc.constantFrom(...LENGTHS),
      fill: fc.nat(255),
      tag: fc.constantFrom('x', 'y', undefined),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), key }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tag' as const), tag: fc.constantFrom('x', 'y') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('reopen' as const, 'clear' as const) }) },
);

test('answers as a Map does, whatever happens in whatever order', async () => {
  const steps = fc.array(step, { minLength: 5, maxLength: 80 });
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      count += 1;
      // Ten entries of at most 66 KB fit, so that nothing is evicted; what is replaced has to be cleaned away.
      const options = { path: join(root, String(count)), maxBytes: 2 * 1024 * 1024 };
      let tier = disk(options);
      await tier.open();
      const model = new Map<string, StoredEntry>();
      for (const next of all) {
        if (next.kind === 'set') {
          const tags = next.tag === undefined ? [] : [next.tag];
          const bytes = Buffer.alloc(next.length, next.fill);
          const rawBytes = next.length;
          const entry = {
            bytes,
            meta: { createdAtMs: 1, tags, cost: 1, compression: 'none' as const, rawBytes },
          };
          expect(await tier.set(next.key, entry)).toEqual({ stored: true });
          model.set(next.key, entry);
        } else if (next.kind === 'delete') expect(await tier.delete(next.key)).toBe(model.delete(next.key));
        else if (next.kind === 'tag') {
          const having = [...model].filter(([, { meta }]) => meta.tags.includes(next.tag));
          expect(await tier.deleteByTag(next.tag)).toBe(having.length);
          for (const [name] of having) model.delete(name);
        } else if (next.kind === 'clear') {
          await tier.clear();
          model.clear();
        } else {
          await tier.close();
          tier = disk(options);
          await tier.open();
        }
        expect(tier.stats().entries).toBe(model.size);
      }
      for (const name of KEYS) {
        const entry = await tier.get(name);
        expect(entry === undefined).toBe(!model.has(name));
        if (entry === undefined) continue;
        expect(Buffer.compare(entry.bytes, model.get(name)?.bytes ?? Buffer.alloc(0))).toBe(0);
        expect(entry.meta).toEqual(model.get(name)?.meta);
      }
      expect(tier.stats()).toMatchObject({ evictions: 0, corruptions: 0, errors: 0 });
      await tier.close();
    }),
    { numRuns: 40 },
  );
});
