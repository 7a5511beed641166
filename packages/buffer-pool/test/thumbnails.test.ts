import { createManualClock, type Lease } from '@framerail/lifecycle';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryManager } from '../src/index.js';
import { createSource } from './pressure-source.js';

const KIB = 1024;
const BUDGET = 112 * KIB;

function open() {
  const clock = createManualClock();
  const source = createSource();
  const manager = createMemoryManager({
    maxBytes: 400 * KIB,
    budgets: { video: 100 * KIB, audio: 100 * KIB, thumbnails: BUDGET },
    limits: { moderate: 1, high: 1, critical: 0.075 },
    source,
    clock,
  });
  return { clock, source, manager, thumbnails: manager.thumbnails };
}

const picture = (byteLength: number, value: number): Uint8Array => new Uint8Array(byteLength).fill(value);
/** Classes of this range by enumeration. Sizes are a little below them, so that it doesn't matter which others there are. */
const CLASSES = [4, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112].map((kib) => kib * KIB);
const byteLength = fc
  .tuple(fc.constantFrom(...CLASSES, ...CLASSES.slice(0, 4), 128 * KIB), fc.nat(1000))
  .map(([classBytes, below]) => classBytes - below);
const classOf = (byteLength: number): number => CLASSES.find((bytes) => bytes >= byteLength) ?? Infinity;

type Step =
  | { readonly do: 'set'; readonly key: string; readonly byteLength: number }
  | { readonly do: 'get' | 'delete' | 'has'; readonly key: string }
  | { readonly do: 'trim'; readonly bytes: number }
  | { readonly do: 'release' | 'clear' };

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant('set' as const), key, byteLength }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('get', 'delete', 'has'), key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('release', 'release', 'clear') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('trim' as const), bytes: fc.nat(60 * KIB) }) },
);

test('thumbnails are those of the simplest cache that could be right, and never above their bytes', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
      const { manager, thumbnails } = open();
      /** Least recently used first. */
      let model: { key: string; byteLength: number; value: number }[] = [];
      let held: { lease: Lease; value: number; byteLength: number; isKept: () => boolean }[] = [];
      let value = 0;
      const bytes = (): number =>
        model.reduce((sum, one) => sum + classOf(one.byteLength), 0) +
        [...new Set(held.filter((one) => !one.isKept()).map((one) => one.value))].reduce(
          (sum, lost) => sum + classOf(held.find((one) => one.value === lost)?.byteLength ?? 0),
          0,
        );
      for (const one of steps) {
        if (one.do === 'set') {
          value = (value + 1) % 250;
          model = model.filter((other) => other.key !== one.key);
          const fits = one.byteLength <= BUDGET;
          while (fits && bytes() + classOf(one.byteLength) > BUDGET && model.length > 0) model.shift();
          const isKept = fits && bytes() + classOf(one.byteLength) <= BUDGET;
          if (isKept) model.push({ key: one.key, byteLength: one.byteLength, value });
          expect(thumbnails.set(one.key, picture(one.byteLength, value))).toBe(isKept);
        } else if (one.do === 'get') {
          const lease = thumbnails.get(one.key);
          const found = model.find((other) => other.key === one.key);
          expect(lease?.byteLength).toBe(found?.byteLength);
          if (lease === undefined || found === undefined) continue;
          model = [...model.filter((other) => other !== found), found];
          held.push({
            lease,
            value: found.value,
            byteLength: found.byteLength,
            isKept: () => model.includes(found),
          });
        } else if (one.do === 'delete') {
          expect(thumbnails.delete(one.key)).toBe(model.some((other) => other.key === one.key));
          model = model.filter((other) => other.key !== one.key);
        } else if (one.do === 'has') {
          expect(thumbnails.has(one.key)).toBe(model.some((other) => other.key === one.key));
        } else if (one.do === 'trim') {
          const before = thumbnails.bytes;
          const freed = thumbnails.trim({ bytes: one.bytes });
          expect(thumbnails.bytes).toBe(before - freed);
          expect(freed >= one.bytes || thumbnails.size === 0).toBe(true);
          model = model.slice(model.length - thumbnails.size);
        } else if (one.do === 'clear') {
          thumbnails.clear();
          model = [];
        } else {
          held.shift()?.lease.release();
        }
        expect(thumbnails.size).toBe(model.length);
        expect(thumbnails.bytes).toBeLessThanOrEqual(BUDGET);
        expect(thumbnails.bytes).toBeGreaterThanOrEqual(bytes());
        // Whoever has one keeps seeing it whole.
        for (const { lease, value: expected } of held) {
          expect([lease.bytes[0], lease.bytes.at(-1)]).toEqual([expected, expected]);
        }
      }
      for (const { lease } of held) lease.release();
      held = [];
      manager.close();
      expect(thumbnails.bytes).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test('a picture is a copy, and a lease of it survives its eviction', () => {
  const { thumbnails, manager } = open();
  const original = picture(10, 7);
  thumbnails.set('a', original);
  original.fill(1);
  const lease = thumbnails.get('a');
  thumbnails.set('a', picture(10, 8));
  expect(lease?.bytes).toEqual(picture(10, 7));
  thumbnails.clear();
  manager.free();
  expect(lease?.bytes).toEqual(picture(10, 7));
  lease?.release();
  expect(() => lease?.bytes).toThrow(expect.objectContaining({ code: 'E_LEASE_RELEASED' }));
  manager.free();
  expect(thumbnails.bytes).toBe(0);
});

test('only pictures that were not used for so long are trimmed where idleMs says so', () => {
  const { thumbnails, clock } = open();
  for (const name of ['a', 'b', 'c']) {
    thumbnails.set(name, picture(4 * KIB, 1));
    clock.advance(1000);
  }
  thumbnails.get('a')?.release();
  expect(thumbnails.trim({ idleMs: 2000 })).toBe(4 * KIB);
  expect(['a', 'b', 'c'].map((name) => thumbnails.has(name))).toEqual([true, false, true]);
  expect(thumbnails.trim({ level: 'none' })).toBe(0);
  expect(thumbnails.trim()).toBe(8 * KIB);
});

test('a picture above what the level leaves is not kept, and the old one of its key is gone', () => {
  const { thumbnails, source, manager } = open();
  thumbnails.set('a', picture(20 * KIB, 1));
  source.set('critical');
  expect(manager.snapshot().limitBytes).toBe(30 * KIB);
  expect(thumbnails.set('a', picture(31 * KIB, 2))).toBe(false);
  expect(thumbnails.has('a')).toBe(false);
  expect(thumbnails.set('a', picture(28 * KIB, 2))).toBe(true);
  expect(thumbnails.set('b', picture(4 * KIB, 3))).toBe(true);
  expect([thumbnails.has('a'), thumbnails.has('b'), thumbnails.bytes]).toEqual([false, true, 4 * KIB]);
});

test('memory that the system refuses counts as no room', () => {
  let isOut = false;
  const manager = createMemoryManager({
    maxBytes: 400 * KIB,
    budgets: { video: 100 * KIB, audio: 100 * KIB, thumbnails: BUDGET },
    allocator: {
      name: 'short',
      allocate: (byteLength) => {
        if (isOut) throw new Error('out of memory');
        return new Uint8Array(byteLength);
      },
      free: () => {},
    },
  });
  expect(manager.thumbnails.set('a', picture(10, 1))).toBe(true);
  isOut = true;
  expect(manager.thumbnails.set('b', picture(5000, 1))).toBe(false);
  isOut = false;
  expect(manager.thumbnails.set('b', picture(5000, 1))).toBe(true);
});

test.each([
  ['a key of nothing', '', new Uint8Array(1)],
  ['a key that is no string', 5, new Uint8Array(1)],
  ['no key', undefined, new Uint8Array(1)],
  ['a picture of nothing', 'a', new Uint8Array(0)],
  ['no picture', 'a', undefined],
  ['an array', 'a', [1, 2, 3]],
  ['an ArrayBuffer', 'a', new ArrayBuffer(4)],
])('%s is refused', (_, name, bytes) => {
  const { thumbnails } = open();
  expect(() => thumbnails.set(name as string, bytes as Uint8Array)).toThrow(
    expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }),
  );
  expect(thumbnails.size).toBe(0);
});

test('reads with a key that is none are refused, and trims with figures that are none', () => {
  const { thumbnails } = open();
  const refused = expect.objectContaining({ code: 'E_INVALID_ARGUMENT' });
  expect(() => thumbnails.get('')).toThrow(refused);
  expect(() => thumbnails.has(null as unknown as string)).toThrow(refused);
  expect(() => thumbnails.delete(5 as unknown as string)).toThrow(refused);
  for (const request of [{ bytes: -1 }, { bytes: Number.NaN }, { idleMs: -1 }, { level: 'urgent' }, null, 5])
    expect(() => thumbnails.trim(request as never)).toThrow(refused);
});

test('after close nothing is kept and nothing is found', () => {
  const { thumbnails, manager } = open();
  thumbnails.set('a', picture(10, 1));
  manager.close();
  expect(() => thumbnails.set('a', picture(10, 1))).toThrow(
    expect.objectContaining({ code: 'E_POOL_CLOSED' }),
  );
  expect(thumbnails.get('a')).toBeUndefined();
});
