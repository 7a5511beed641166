import { createManualClock } from '@framerail/lifecycle';
import { describe, expect, it } from 'vitest';
import { type CacheOptions, createCache, memory, packedMemory, textCodec } from '../../src/index.js';
import { settle } from './fault-tier.js';

function cacheOf(options: Partial<CacheOptions<string, string>> = {}) {
  const clock = createManualClock(5000);
  const wallClock = (): number => clock.now();
  const tiers = [memory({ maxBytes: 10_000 }), packedMemory({ maxBytes: 100_000, wallClock })];
  return {
    clock,
    cache: createCache<string, string>({ tiers, codec: textCodec(), clock, wallClock, ...options }),
  };
}

/** A loader that ends when it is told to. */
function pendingLoader() {
  const waiting: {
    signal: AbortSignal;
    resolve: (value: string) => void;
    reject: (error: unknown) => void;
  }[] = [];
  return {
    waiting,
    loader: ({ signal }: { signal: AbortSignal }): Promise<string> =>
      new Promise((resolve, reject) => waiting.push({ signal, resolve, reject })),
  };
}

describe('loads', () => {
  it('give what is set meanwhile, and drop what they load', async () => {
    const { cache } = cacheOf();
    const { loader, waiting } = pendingLoader();
    const loads = [cache.getOrLoad('a', loader), cache.getOrLoad('a', loader), cache.get('a')];
    await settle();
    await cache.set('a', 'set');
    expect(await Promise.all(loads)).toEqual(['set', 'set', 'set']);
    expect(waiting[0]?.signal.aborted).toBe(true);
    waiting[0]?.resolve('loaded');
    await settle();
    expect(await cache.get('a')).toBe('set');
    expect(waiting).toHaveLength(1);
    await cache.close();
  });

  it("aren't kept when the key, its tag or everything is deleted meanwhile", async () => {
    for (const forget of ['delete', 'deleteByTag', 'clear'] as const) {
      const { cache } = cacheOf();
      const { loader, waiting } = pendingLoader();
      const load = cache.getOrLoad('a', loader, { tags: ['t'] });
      await settle();
      await (forget === 'delete'
        ? cache.delete('a')
        : forget === 'clear'
          ? cache.clear()
          : cache.deleteByTag('t'));
      waiting[0]?.resolve('old');
      expect(await load).toBe('old');
      await cache.flush();
      expect(await cache.has('a'), forget).toBe(false);
      // Who comes afterwards doesn't get the old one either.
      const next = cache.getOrLoad('a', async () => 'new');
      expect(await next).toBe('new');
      await cache.close();
    }
  });

  it('go on while somebody waits, and stop when the last one went away', async () => {
    const { cache } = cacheOf();
    const { loader, waiting } = pendingLoader();
    const [first, second] = [new AbortController(), new AbortController()];
    const loads = [first, second].map(({ signal }) => cache.getOrLoad('a', loader, { signal }));
    for (const load of loads) load.catch(() => {});
    await settle();
    first.abort();
    await expect(loads[0]).rejects.toMatchObject({ code: 'E_ABORTED' });
    expect(waiting[0]?.signal.aborted).toBe(false);
    second.abort();
    await expect(loads[1]).rejects.toMatchObject({ code: 'E_ABORTED' });
    expect(waiting[0]?.signal.aborted).toBe(true);
    // The next one begins anew.
    const third = cache.getOrLoad('a', loader);
    await settle();
    waiting[1]?.resolve('again');
    expect(await third).toBe('again');
    await cache.close();
  });

  it("aren't ended by entries that make way", async () => {
    const { cache } = cacheOf({ tiers: [memory({ maxBytes: 20 })] });
    const { loader, waiting } = pendingLoader();
    const load = cache.getOrLoad('a', loader);
    await settle();
    for (let i = 0; i < 50; i += 1) await cache.set(`k${i}`, 'xxxxx');
    expect(waiting[0]?.signal.aborted).toBe(false);
    waiting[0]?.resolve('there');
    expect(await load).toBe('there');
    await cache.close();
  });

  it('fail with what the loader throws, and are tried again', async () => {
    const { cache } = cacheOf();
    const oops = new Error('oops');
    const failing = [
      () => {
        throw oops;
      },
      () => Promise.reject(oops),
    ];
    for (const loader of failing) await expect(cache.getOrLoad('a', loader)).rejects.toBe(oops);
    expect(await cache.getOrLoad('a', () => 'well')).toBe('well');
    expect(cache.stats()).toMatchObject({ loads: 1, loadFailures: 2 });
    await cache.close();
  });

  it('remember failures for as long as was asked', async () => {
    const { cache, clock } = cacheOf({ failureTtlMs: 100 });
    let calls = 0;
    const loader = (): string => {
      calls += 1;
      throw new Error(`failure ${calls}`);
    };
    await expect(cache.getOrLoad('a', loader)).rejects.toThrow('failure 1');
    await expect(cache.getOrLoad('a', loader)).rejects.toThrow('failure 1');
    expect((await cache.explain('a')).hasFailed).toBe(true);
    clock.advance(100);
    await expect(cache.getOrLoad('a', loader)).rejects.toThrow('failure 2');
    await cache.set('a', 'well');
    expect(await cache.getOrLoad('a', loader)).toBe('well');
    await cache.delete('a');
    await expect(cache.getOrLoad('a', loader)).rejects.toThrow('failure 3');
    await cache.close();
  });

  it('refuse undefined, and take null', async () => {
    const { cache } = cacheOf();
    await expect(cache.getOrLoad('a', () => undefined as never)).rejects.toMatchObject({
      code: 'E_CACHE_UNDEFINED',
    });
    const values = createCache<string, string | null>({
      tiers: [memory({ maxBytes: 100 })],
      codec: { name: 'any', encode: () => new Uint8Array(), decode: () => null, sizeOf: () => 1 },
    });
    expect(await values.getOrLoad('a', () => null)).toBeNull();
    expect(values.getSync('a')).toBeNull();
    await Promise.all([cache.close(), values.close()]);
  });

  it('are given up when the loader never settles', async () => {
    const { cache, clock } = cacheOf({ loadTimeoutMs: 1000 });
    const { loader, waiting } = pendingLoader();
    const load = cache.getOrLoad('a', loader);
    load.catch(() => {});
    await settle();
    clock.advance(1000);
    await expect(load).rejects.toMatchObject({ code: 'E_TIMEOUT' });
    expect(waiting[0]?.signal.aborted).toBe(true);
    expect(await cache.getOrLoad('a', () => 'well')).toBe('well');
    await cache.close();
  });

  it('end with the cache', async () => {
    const { cache } = cacheOf();
    const { loader, waiting } = pendingLoader();
    const load = cache.getOrLoad('a', loader);
    load.catch(() => {});
    await settle();
    await cache.close();
    await cache.close();
    await expect(load).rejects.toMatchObject({ code: 'E_CACHE_CLOSED' });
    expect(waiting[0]?.signal.aborted).toBe(true);
    for (const call of [
      () => cache.get('a'),
      () => cache.set('a', 'b'),
      () => cache.flush(),
      () => cache.clear(),
    ])
      await expect(call()).rejects.toMatchObject({ code: 'E_CACHE_CLOSED' });
    expect(cache.getSync('a')).toBeUndefined();
  });

  it('keep the stale value when a refresh fails, and tell of it', async () => {
    const { cache, clock } = cacheOf({ ttlMs: 100, staleMs: 1000 });
    const failed: unknown[] = [];
    cache.on('refreshFailed', ({ key, error }) => failed.push([key, String(error)]));
    await cache.getOrLoad('a', () => 'first');
    clock.advance(100);
    const refused = (): never => {
      throw new Error('not now');
    };
    expect(await cache.getOrLoad('a', refused)).toBe('first');
    await settle();
    expect(failed).toEqual([['a', 'Error: not now']]);
    expect(await cache.getOrLoad('a', () => 'second')).toBe('first');
    await settle();
    expect(await cache.get('a')).toBe('second');
    await cache.close();
  });
});
