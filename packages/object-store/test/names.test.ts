import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TROUBLESOME_KEYS } from '../src/contract/key-cases.js';
import { keyOfName, placeOf } from '../src/drivers/directory/blob-names.js';
import { objectNames } from '../src/drivers/s3/object-names.js';

const keys = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
    fc.string({
      unit: fc.constantFrom('a', 'A', '.', '/', '~', '!', '2', 'e', '\u00e9', 'e\u0301', '\0'),
      minLength: 1,
    }),
    fc.constantFrom(...TROUBLESOME_KEYS),
  )
  .filter((key) => key.isWellFormed() && Buffer.byteLength(key) <= 1024);

test("a blob's file has a name that any file system keeps apart from others", () => {
  fc.assert(
    fc.property(keys, keys, (key, other) => {
      const { shard, name } = placeOf(key);
      expect(shard).toMatch(/^[0-9a-f]{2}$/);
      expect(name).toMatch(/^[0-9a-f]{6,62}(-[a-z0-9_.~-]+)?\.blob$/);
      expect(name.length).toBeLessThanOrEqual(143);
      const known = keyOfName(name);
      if (known !== 'unknown') expect(known).toEqual({ key });
      const place = placeOf(other);
      expect(place.shard === shard && place.name === name).toBe(key === other);
    }),
    { numRuns: 1000 },
  );
});

describe.each(['readable', 'flat'] as const)('names of objects, %s', (style) => {
  const names = objectNames('cache/v1/', style);

  test('tell the key, and are names on every server', () => {
    fc.assert(
      fc.property(keys, keys, (key, other) => {
        const name = names.nameOf(key);
        expect(name).toMatch(/^cache\/v1\/[A-Za-z0-9_.~!/-]+$/);
        expect(name.length).toBeLessThanOrEqual(1024);
        for (const segment of name.split('/')) {
          expect(segment.length).toBeGreaterThan(0);
          expect(segment.length).toBeLessThanOrEqual(255);
          expect(segment.startsWith('.')).toBe(false);
        }
        expect(names.keyOf(name)).toEqual(name.startsWith(names.hashedPrefix) ? 'hashed' : { key });
        expect(names.nameOf(other) === name).toBe(key === other);
      }),
      { numRuns: 1000 },
    );
  });

  test('begin as the names of their prefixes do, but for hashed ones', () => {
    fc.assert(
      fc.property(keys, fc.nat(), (key, at) => {
        const name = names.nameOf(key);
        const prefix = key.slice(0, at % (key.length + 1));
        if (prefix.isWellFormed() && !name.startsWith(names.hashedPrefix))
          expect(name.startsWith(names.prefixOf(prefix))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('of others tell nothing', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '~', '!', '/', '2', 'e', 'f', '.', '\u00e9') }),
        (text) => {
          const name = `cache/v1/${text}`;
          const known = names.keyOf(name);
          if (known !== undefined && known !== 'hashed') expect(names.nameOf(known.key)).toBe(name);
        },
      ),
      { numRuns: 1000 },
    );
    expect(names.keyOf('cache/v2/a')).toBeUndefined();
    expect(names.keyOf('cache/v1/~~/abc')).toBeUndefined();
  });
});

test('readable names are the keys, where these are ordinary', () => {
  const names = objectNames('', 'readable');
  for (const key of ['a', 'films/1/segment-0001.m4s', 'UPPER_lower.v2/x.y'])
    expect(names.nameOf(key)).toBe(key);
  expect(names.nameOf('my film.mp4')).toBe('my~20film.mp4');
});

test('flat names never stand in the way of each other as files and folders', () => {
  const names = objectNames('', 'flat');
  fc.assert(
    fc.property(keys, keys, (key, other) => {
      expect(names.nameOf(other).startsWith(`${names.nameOf(key)}/`)).toBe(false);
    }),
    { numRuns: 1000 },
  );
});
