import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCache, memory, packedMemory, structuredKeys } from '../../src/index.js';
import { numberedKey, numberedPosition } from '../../src/prefetch/numbered-keys.js';
import { ReaderRecognizer } from '../../src/prefetch/reader-recognizer.js';
import { settle } from '../cache/fault-tier.js';

const BYTES = 100;

function readCache(held = 400, options: object = {}) {
  const loaded: string[] = [];
  const loader = ({ key }: { key: string }): Uint8Array => {
    loaded.push(key);
    return new Uint8Array(BYTES);
  };
  const prefetch = { loader, ahead: 8, ...options };
  const cache = createCache({ tiers: [memory({ maxBytes: held * BYTES })], prefetch });
  /** Reads a key. @returns whether memory had it */
  const read = async (key: string): Promise<boolean> => {
    const isThere = cache.getSync(key) !== undefined;
    if (!isThere) await cache.getOrLoad(key, () => new Uint8Array(BYTES));
    await settle(2);
    return isThere;
  };
  return { cache, loaded, read };
}

describe('readers', () => {
  it('are recognised at their fourth step at the latest, whichever way they go, beside noise', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -40, max: 40 }).filter((step) => step !== 0),
        fc.integer({ min: 5000, max: 9000 }),
        fc.array(fc.integer({ min: 100_000, max: 900_000 }), { maxLength: 40 }),
        (step, from, noise) => {
          const recognizer = new ReaderRecognizer();
          for (let count = 0; count < 20; count += 1) {
            const reader = recognizer.note(from + count * step);
            if (count >= 3) expect(reader).toMatchObject({ step, last: from + count * step });
            for (const index of noise.slice(2 * count, 2 * count + 2)) recognizer.note(index);
          }
        },
      ),
    );
  });

  it('are told apart when they read by turns', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.boolean()), { minLength: 2, maxLength: 4 }),
        (steps) => {
          const recognizer = new ReaderRecognizer();
          const readers = steps.map(([step, isBack], index) => ({
            from: (index + 1) * 1_000_003 * (index + 1),
            step: isBack ? -step : step,
          }));
          for (let count = 0; count < 12; count += 1) {
            for (const { from, step } of readers) {
              const seen = recognizer.note(from + count * step);
              if (count >= 3) expect(seen?.step).toBe(step);
            }
          }
          expect(recognizer.readers).toHaveLength(readers.length);
        },
      ),
    );
  });

  it('aren’t seen in what is read at random', () => {
    const random = fc.sample(fc.integer({ min: 0, max: 1_000_000 }), { numRuns: 2000, seed: 5 });
    const recognizer = new ReaderRecognizer();
    // fast-check likes small numbers, so that these are spread.
    expect(
      random.filter((index) => recognizer.note((index * 7919) % 1_000_003) !== undefined).length,
    ).toBeLessThan(40);
  });

  it('have what they read next, forward, backward, in strides and several at once', async () => {
    for (const step of [1, -1, 3, -7]) {
      const { cache, read, loaded } = readCache();
      const hits: boolean[] = [];
      for (let count = 0; count < 40; count += 1) {
        hits.push(await read(`a/${500 + count * step}`));
        await read(`b/${String(500 + 2 * count).padStart(5, '0')}`);
      }
      expect(hits.slice(4).every(Boolean), String(step)).toBe(true);
      // Nothing between the steps, and not more than is ahead.
      const own = loaded.filter((key) => key.startsWith('a/')).map((key) => Number(key.slice(2)) - 500);
      expect(own.every((index) => index % step === 0)).toBe(true);
      expect(own.length).toBeLessThanOrEqual(40 + 8);
      expect(cache.stats().prefetch).toMatchObject({ playheads: 0, readers: 2, failed: 0 });
      const { pattern, summary } = await cache.explain(`a/${500 + 39 * step}`);
      expect(pattern).toBe(Math.abs(step) === 1 ? 'sequential' : 'strided');
      expect(summary).toContain('read');
      await cache.close();
    }
  });

  it('lose what was fetched for them when they jump, and end with the cache', async () => {
    const { cache, read, loaded } = readCache(400, { maxReaders: 1 });
    for (let index = 0; index < 10; index += 1) await read(`a/${index}`);
    for (let index = 5000; index < 5010; index += 1) await read(`a/${index}`);
    expect(cache.stats().prefetch.readers).toBe(1);
    expect(loaded.filter((key) => Number(key.slice(2)) < 100).length).toBeLessThanOrEqual(18);
    await cache.close();
    expect(cache.stats().prefetch).toMatchObject({ held: 0, heldBytes: 0, running: 0 });
  });

  it('are served by keys of any kind, and get over what their functions throw', async () => {
    type Key = readonly ['clip' | 'other', number];
    const cache = createCache<Key, Uint8Array>({
      tiers: [memory({ maxBytes: 10_000 })],
      keys: structuredKeys<Key>(),
      prefetch: {
        positionOf: ([kind, index]) => {
          if (kind === 'other') throw new Error('no position');
          return { stream: kind, index };
        },
        keyAt: (_, index) => (index < 20 ? ['clip', index] : undefined),
        loader: ({ position }) => {
          if (position === 12) throw new Error('no frame');
          return new Uint8Array(10);
        },
        ahead: 4,
      },
    });
    const hits: number[] = [];
    for (let index = 0; index < 20; index += 1) {
      if (cache.getSync(['clip', index]) !== undefined) hits.push(index);
      else await cache.getOrLoad(['clip', index], () => new Uint8Array(10));
      await cache.getOrLoad(['other', index], () => new Uint8Array(10));
      await settle(2);
    }
    expect(hits).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 19]);
    expect(cache.stats().prefetch.failed).toBe(1);
    await cache.close();
  });

  it('are left to a playhead of the user’s', async () => {
    const { cache, read } = readCache();
    const keyAt = (position: number): string => `a/${position}`;
    using playhead = cache.playhead({ length: 1000, keyAt, loader: () => new Uint8Array(BYTES) });
    for (let index = 0; index < 30; index += 1) {
      playhead.move({ position: index });
      await read(`a/${index}`);
    }
    expect(cache.stats().prefetch).toMatchObject({ playheads: 1, readers: 0 });
    expect((await cache.explain('a/30')).pattern).toBe('sequential');
    await cache.close();
  });

  it('are refused without a loader, a memory tier, or half of what they need', () => {
    const tiers = [memory({ maxBytes: 1000 })];
    const loader = (): Uint8Array => new Uint8Array(1);
    const wrong = [
      { prefetch: {} },
      { prefetch: 5 },
      { prefetch: { loader, ahead: 0 } },
      { prefetch: { loader, concurrency: 0.5 } },
      { prefetch: { loader, maxReaders: 65 } },
      { prefetch: { loader, keyAt: () => 'a' } },
      { prefetch: { loader, keyAt: 'a', positionOf: 'b' } },
      { prefetch: { loader }, tiers: [packedMemory({ maxBytes: 10_000 })] },
    ];
    for (const one of wrong)
      expect(() => createCache({ tiers, ...(one as object) }), JSON.stringify(one)).toThrow(
        expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }),
      );
  });
});

describe('keys that end in a number', () => {
  it('are made again from their position, and are no others', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(1e9), fc.integer({ min: 0, max: 12 }), (before, number, width) => {
        const key = before + String(number).padStart(width, '0');
        const position = numberedPosition(key);
        expect(position && numberedKey(position.stream, position.index)).toBe(key);
      }),
    );
    expect(numberedKey(numberedPosition('a/0099')?.stream ?? '', 100)).toBe('a/0100');
    expect(numberedPosition('a')).toBeUndefined();
    expect(numberedPosition(7)).toBeUndefined();
  });
});
