// The table of the disk tier beside a Map, and entries that the policy would take for one another.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EntryIndex } from '../src/tiers/disk/entry-index.js';
import { TagIndex } from '../src/tiers/disk/tag-index.js';

/** Hashes whose first words are alike, so that they stand in each other's way. */
const wordsOf = (key: number): Uint32Array => {
  const digest = createHash('sha256').update(String(key)).digest();
  return new Uint32Array([digest.readUInt32LE(0) & 7, 0, 0, key]);
};

test('finds what a Map finds, whatever was added and removed', () => {
  const steps = fc.array(fc.record({ key: fc.nat(60), isAdded: fc.boolean() }), { maxLength: 300 });
  fc.assert(
    fc.property(steps, (all) => {
      const index = new EntryIndex();
      const model = new Map<number, number>();
      for (const [step, { key, isAdded }] of all.entries()) {
        const words = wordsOf(key);
        const slot = model.get(key);
        expect(index.find(words)).toBe(slot ?? 0);
        if (slot === undefined && isAdded) {
          index.add(step + 1, words, 0, key);
          index.place(step + 1, {
            segment: 1,
            offset: step,
            bytes: 8,
            expiresAtMs: 1,
            fileId: 0,
            fileBytes: 0,
          });
          model.set(key, step + 1);
        } else if (slot !== undefined && !isAdded) {
          index.remove(slot);
          model.delete(key);
        }
      }
      expect(index.size).toBe(model.size);
      expect([...index.slots()].sort()).toEqual([...model.values()].sort());
      for (const [key, slot] of model) expect(index.find(wordsOf(key))).toBe(slot);
    }),
  );
});

test('knows which entries have a tag, whatever was given and taken', () => {
  const tags = fc.uniqueArray(fc.constantFrom('a', 'b', '["a"]', 'a,b', ''), { maxLength: 3 });
  const steps = fc.array(fc.record({ slot: fc.integer({ min: 1, max: 12 }), tags: fc.option(tags) }), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(steps, (all) => {
      const index = new TagIndex();
      const model = new Map<number, readonly string[]>();
      for (const { slot, tags } of all) {
        if (tags === null) index.remove(slot);
        else index.set(slot, tags);
        model.set(slot, tags ?? []);
        for (const tag of ['a', 'b', '["a"]', 'a,b', '', 'c']) {
          const expected = [...model].filter(([, own]) => own.includes(tag)).map(([key]) => key);
          expect(index.slots(tag).toSorted()).toEqual(expected.sort());
        }
      }
    }),
  );
});
