import { describe, expect, it } from 'vitest';
import { createCache, memory, packedMemory } from '../../src/index.js';
import { settle } from '../cache/fault-tier.js';
import { FRAME_BYTES, testFilm } from './film.js';

const frame = (): Uint8Array => new Uint8Array(FRAME_BYTES);

describe('prefetch', () => {
  it('brings keys to memory without hits or misses, each once', async () => {
    const { cache } = testFilm(1, 10);
    await cache.set('a', frame());
    const loads: string[] = [];
    const outcome = await cache.prefetch(['a', 'b', 'c', 'b'], ({ key }) => {
      loads.push(key);
      return frame();
    });
    expect(outcome).toEqual({ present: 2, fetched: 2, failed: 0, isCutShort: false });
    expect(loads).toEqual(['b', 'c']);
    expect(cache.stats()).toMatchObject({ hits: 0, misses: 0, joined: 0, loads: 2 });
    expect(cache.getSync('c')).toBeDefined();
    await cache.close();
  });

  it('stops where its bytes end, and asks a generator for no more', async () => {
    const { cache } = testFilm(1, 20);
    let asked = 0;
    async function* keys(): AsyncIterable<string> {
      for (;;) yield `key ${asked++}`;
    }
    expect(await cache.prefetch(keys(), frame, { concurrency: 2 })).toMatchObject({ isCutShort: true });
    expect(cache.stats().tiers[0]).toMatchObject({ entries: 10 });
    expect(asked).toBeLessThanOrEqual(12);
    await cache.close();
  });

  it('shares loads with who asks meanwhile, and its failures are nobody’s', async () => {
    const { cache } = testFilm(1, 10, { failureTtlMs: 10_000 });
    const loader = async (): Promise<Uint8Array> => {
      await settle(2);
      throw new Error('no such frame');
    };
    const prefetched = cache.prefetch(['a', 'b'], loader);
    await settle(1);
    const own = cache.getOrLoad('a', async () => new Uint8Array(3));
    const found = cache.get('b');
    expect(await prefetched).toMatchObject({ fetched: 0, failed: 2 });
    expect((await own).byteLength).toBe(3);
    expect(await found).toBeUndefined();
    expect((await cache.getOrLoad('b', frame)).byteLength).toBe(FRAME_BYTES);
    await cache.close();
  });

  it('raises what a tier below has, with a loader or without, whatever the rules', async () => {
    const below = packedMemory({ maxBytes: 100_000 });
    const tiers = [memory({ maxBytes: 10_000 }), below];
    const cache = createCache({ tiers, promotion: 'by-frequency' });
    await cache.set('a', frame());
    expect(cache.getSync('a')).toBeUndefined();
    expect(await cache.prefetch(['a', 'b'])).toMatchObject({ fetched: 1, failed: 1 });
    expect(cache.getSync('a')).toBeDefined();
    expect(await cache.prefetch(['c'], frame)).toMatchObject({ fetched: 1 });
    expect(cache.getSync('c')).toBeDefined();
    await cache.close();
  });

  it('ends when it is aborted, or the cache is closed', async () => {
    const { cache } = testFilm(1, 10);
    const controller = new AbortController();
    const signals: AbortSignal[] = [];
    const never = ({ signal }: { signal: AbortSignal }): Promise<Uint8Array> => {
      signals.push(signal);
      return new Promise(() => {});
    };
    const outcome = cache.prefetch(['a', 'b'], never, { signal: controller.signal });
    await settle(1);
    controller.abort();
    await expect(outcome).rejects.toMatchObject({ code: 'E_ABORTED' });
    await settle(1);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    const last = cache.prefetch(['c'], never);
    await settle(1);
    await cache.close();
    expect(await last).toMatchObject({ failed: 1 });
    await expect(cache.prefetch(['d'], never)).rejects.toMatchObject({ code: 'E_CACHE_CLOSED' });
  });

  it('refuses what is no list, no loader and no limit', async () => {
    const { cache } = testFilm(1, 10);
    const refused = { code: 'E_INVALID_ARGUMENT' };
    await expect(cache.prefetch('abc' as never, frame)).rejects.toMatchObject(refused);
    await expect(cache.prefetch(5 as never, frame)).rejects.toMatchObject(refused);
    await expect(cache.prefetch([7 as never], frame)).rejects.toMatchObject(refused);
    await expect(cache.prefetch([], 'loader' as never)).rejects.toMatchObject(refused);
    await expect(cache.prefetch([], frame, { concurrency: 0 })).rejects.toMatchObject(refused);
    await expect(cache.prefetch([], frame, { maxBytes: -1 })).rejects.toMatchObject(refused);
    await cache.close();
  });
});

describe('a playhead', () => {
  it('lets who asks try again what it failed at, and doesn’t ask again and again itself', async () => {
    const { cache, options, begun, end } = testFilm(100, 50, { isInstant: false });
    using playhead = cache.playhead({ ...options, rate: 1, window: 3, concurrency: 8 });
    while ((await end(new Error('no such frame'))) > 0);
    expect(begun).toEqual([0, 1, 2, 3]);
    playhead.move({ position: 1 });
    await end(new Error('no such frame'));
    expect(begun).toEqual([0, 1, 2, 3, 4]);
    expect(playhead.stats()).toMatchObject({ failed: 5, fetched: 0, running: 0 });
    expect((await cache.getOrLoad('film/2', frame)).byteLength).toBe(FRAME_BYTES);
    await cache.close();
  });

  it('gives the value of where it is moved to', async () => {
    const { cache, options } = testFilm(100, 50);
    using playhead = cache.playhead({ ...options, keyAt: (at) => (at < 90 ? options.keyAt(at) : undefined) });
    expect((await playhead.get(12)).byteLength).toBe(FRAME_BYTES);
    expect(playhead.position).toBe(12);
    await expect(playhead.get(95)).rejects.toMatchObject({ code: 'E_INVALID_ARGUMENT' });
    await expect(playhead.get(3, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'E_ABORTED',
    });
    playhead.move({ position: 1000 });
    expect(playhead.position).toBe(99);
    playhead.move({ position: -4 });
    expect(playhead.position).toBe(0);
    await cache.close();
    playhead.move({ position: 7 });
    await expect(playhead.get(7)).rejects.toMatchObject({ code: 'E_CACHE_CLOSED' });
  });

  it('holds entries that are larger than the cache, or than others, no longer than they fit', async () => {
    const { cache, options } = testFilm(100, 4);
    using large = cache.playhead({ ...options, rate: 1, loader: () => new Uint8Array(5 * FRAME_BYTES) });
    await settle();
    expect(large.stats()).toMatchObject({ held: 0 });
    expect(large.stats().fetched).toBeLessThanOrEqual(2);
    using wide = cache.playhead({
      ...options,
      keyAt: (at) => `wide/${at}`,
      loader: () => new Uint8Array(350),
    });
    await settle();
    expect(wide.stats().heldBytes).toBeLessThanOrEqual(200);
    await cache.close();
  });

  it('refuses what it can’t follow', async () => {
    const { cache, options } = testFilm(100, 4);
    const wrong = [
      { length: 0 },
      { length: 1.5 },
      { keyAt: 'film' },
      { loader: undefined },
      { window: 0 },
      { concurrency: 0 },
      { maxBytes: 0 },
      { position: Number.NaN },
      { rate: '1' },
      { loop: { start: 5, end: 4 } },
      { loop: { start: 0, end: 100 } },
      { loop: 7 },
    ];
    for (const one of wrong)
      expect(() => cache.playhead({ ...options, ...(one as object) }), JSON.stringify(one)).toThrow(
        expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }),
      );
    expect(() => cache.playhead(undefined as never)).toThrow(
      expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }),
    );
    await cache.close();
    expect(() => cache.playhead(options)).toThrow(expect.objectContaining({ code: 'E_CACHE_CLOSED' }));
    const flat = createCache({ tiers: [packedMemory({ maxBytes: 10_000 })] });
    expect(() => flat.playhead(options)).toThrow(expect.objectContaining({ code: 'E_UNSUPPORTED' }));
    expect(await flat.prefetch(['a'], frame)).toMatchObject({ fetched: 1 });
    expect(await flat.has('a')).toBe(true);
    await flat.close();
  });
});
