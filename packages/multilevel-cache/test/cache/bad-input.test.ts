import { createManualClock } from '@framerail/lifecycle';
import { describe, expect, it } from 'vitest';
import {
  type CacheOptions,
  createCache,
  jsonCodec,
  memory,
  packedMemory,
  structuredKeys,
  textCodec,
} from '../../src/index.js';

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(length);

describe('bad input', () => {
  it('takes every string for a key, each for itself', async () => {
    const cache = createCache({ tiers: [memory({ maxBytes: 20 }), packedMemory({ maxBytes: 10_000_000 })] });
    const keys = ['', '/', '..', '../../etc/passwd', '\0', 'a\0b', 'a', '.', 'é', 'e\u0301', '__proto__'];
    keys.push('constructor', 'con', 'A', '\ud800', '\udfff', '\ufffd', 'k'.repeat(1024), 'k'.repeat(65_536));
    for (const [index, key] of keys.entries()) await cache.set(key, bytes(index + 1));
    for (const [index, key] of keys.entries()) expect(await cache.get(key)).toEqual(bytes(index + 1));
    const found = new Set<string>();
    for await (const { key } of cache.entries()) found.add(key);
    expect(found).toEqual(new Set(keys));
    await cache.close();
  });

  it('refuses keys that are none', async () => {
    const cache = createCache({ tiers: [memory({ maxBytes: 100 })] });
    for (const key of [undefined, null, 1, {}, [], Symbol('s'), 'k'.repeat(65_537)] as never[]) {
      for (const call of [
        () => cache.get(key),
        () => cache.set(key, bytes(1)),
        () => cache.delete(key),
        () => cache.has(key),
        () => cache.getOrLoad(key, () => bytes(1)),
        () => cache.explain(key),
      ])
        await expect(call()).rejects.toMatchObject({ code: 'E_INVALID_ARGUMENT' });
    }
    await cache.close();
  });

  it('makes strings of keys of parts, in one way only', () => {
    const keys = structuredKeys<unknown>();
    expect(keys.encode({ b: 1, a: ['x', null, true] })).toBe(keys.encode({ a: ['x', null, true], b: 1 }));
    expect(keys.encode(['a', 'b'])).not.toBe(keys.encode(['a,b']));
    expect(keys.encode(['1'])).not.toBe(keys.encode([1]));
    for (const wrong of [undefined, Number.NaN, [undefined], new Date(0), () => 1, 1n, new Map()])
      expect(() => keys.encode(wrong)).toThrow(expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }));
  });

  it("refuses values that don't encode, and changes nothing", async () => {
    const tiers = (): CacheOptions<string, never>['tiers'] => [
      memory({ maxBytes: 1000 }),
      packedMemory({ maxBytes: 10_000 }),
    ];
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const cases = [
      [createCache({ tiers: tiers() }), bytes(3), ['text', 1, null, {}]],
      [createCache<string, string>({ tiers: tiers(), codec: textCodec() }), 'text', [1, bytes(1), '\ud800']],
      [
        createCache<string, unknown>({ tiers: tiers(), codec: jsonCodec() }),
        { a: 1 },
        [circle, 1n, () => 1, Symbol('s')],
      ],
    ] as const;
    for (const [cache, good, wrongs] of cases) {
      await cache.set('a', good as never);
      for (const wrong of wrongs) {
        await expect(cache.set('a', wrong as never)).rejects.toMatchObject({ code: 'E_CACHE_ENCODE' });
        await expect(cache.getOrLoad('b', () => wrong as never)).rejects.toMatchObject({
          code: 'E_CACHE_ENCODE',
        });
      }
      await expect(cache.set('a', undefined as never)).rejects.toMatchObject({ code: 'E_INVALID_ARGUMENT' });
      expect(await cache.get('a')).toEqual(good);
      expect(await cache.has('b')).toBe(false);
      await cache.close();
    }
  });

  it('refuses caps of zero, no cap, and tiers that are none', () => {
    expect(() => memory({ maxBytes: 0 })).toThrow(expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }));
    expect(() => packedMemory({ maxBytes: 0 })).toThrow(
      expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }),
    );
    expect(() => memory({} as never)).toThrow(expect.objectContaining({ code: 'E_UNBOUNDED' }));
    const tier = packedMemory({ maxBytes: 1 });
    const wrong: unknown[] = [
      undefined,
      {},
      { tiers: [] },
      { tiers: [{}] },
      { tiers: [null] },
      { tiers: [tier, memory({ maxBytes: 1 })] },
      { tiers: [tier], ttlMs: 0 },
      { tiers: [tier], ttlMs: Number.NaN },
      { tiers: [tier], staleMs: -1 },
      { tiers: [tier], jitter: 2 },
      { tiers: [tier], codec: {} },
      { tiers: [tier], keys: {} },
      { tiers: [tier], promotion: 'sometimes' },
      { tiers: [tier], promotion: [{ tier: 'first' }] },
      { tiers: [tier], trackedKeys: -1 },
      { tiers: [{ tier, write: 'never' }] },
      { tiers: [{ tier, timeoutMs: 0 }] },
      { tiers: [{ tier, breaker: { failures: 0 } }] },
      { tiers: [{ tier, compression: {} }] },
      { tiers: [{ tier, concurrency: 0 }] },
    ];
    for (const options of wrong)
      expect(() => createCache(options as never), JSON.stringify(options)).toThrow(
        expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }),
      );
  });

  it('refuses options of calls that are wrong', async () => {
    const cache = createCache({ tiers: [memory({ maxBytes: 100 })] });
    const wrong = [
      { ttlMs: 0 },
      { ttlMs: '1' },
      { staleMs: -1 },
      { cost: -1 },
      { tags: 'a' },
      { tags: [1] },
      null,
    ];
    wrong.push({ tags: Array.from({ length: 65 }, (_, index) => `t${index}`) } as never);
    for (const options of wrong as never[]) {
      await expect(cache.set('a', bytes(1), options)).rejects.toMatchObject({ code: 'E_INVALID_ARGUMENT' });
      await expect(cache.getOrLoad('a', () => bytes(1), options)).rejects.toMatchObject({
        code: 'E_INVALID_ARGUMENT',
      });
    }
    await expect(cache.getOrLoad('a', 'no loader' as never)).rejects.toMatchObject({
      code: 'E_INVALID_ARGUMENT',
    });
    for (const request of [{ bytes: -1 }, { level: 'much' }, { idleMs: 'long' }, null] as never[])
      expect(() => cache.trim(request)).toThrow(expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }));
    await cache.close();
  });

  it('gives entries no longer a life when the clock goes back', async () => {
    const clock = createManualClock(0);
    let wall = 1_000_000_000;
    const below = packedMemory({ maxBytes: 10_000, wallClock: () => wall });
    const cache = createCache({
      tiers: [memory({ maxBytes: 100 }), below],
      clock,
      wallClock: () => wall,
      ttlMs: 1000,
    });
    await cache.set('a', bytes(1));
    wall -= 3_600_000;
    clock.advance(999);
    expect(cache.getSync('a')).toEqual(bytes(1));
    clock.advance(1);
    expect(cache.getSync('a')).toBeUndefined();
    expect(await cache.get('a')).toBeUndefined();
    // Time goes on from there: what is set now lives as long as it should.
    await cache.set('b', bytes(2));
    clock.advance(999);
    expect(await cache.get('b')).toEqual(bytes(2));
    clock.advance(1);
    expect(await cache.get('b')).toBeUndefined();
    await cache.flush();

    // A cache that starts now, under the right clock, doesn't believe what was made an hour later than now.
    const meta = { tags: [], cost: 0, compression: 'none' as const, rawBytes: 3 };
    const made = wall + 3_600_000;
    await below.set('c', { bytes: bytes(3), meta: { ...meta, createdAtMs: made, expiresAtMs: made + 1000 } });
    await below.set('d', { bytes: bytes(3), meta: { ...meta, createdAtMs: made } });
    const next = createCache({ tiers: [below], wallClock: () => wall, clock });
    expect(await next.get('c')).toBeUndefined();
    expect(await next.get('d')).toEqual(bytes(3));
    await Promise.all([next.close(), cache.close()]);
  });
});
