import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCache, packedMemory } from '../../src/index.js';
import { type ZstdOptions, zstd } from '../../src/zstd.js';

/** Bytes that don't shrink, the same each time. */
function noise(length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (let at = 0, block = 0; at < length; at += 32, block += 1)
    out.set(
      createHash('sha256')
        .update(String(block))
        .digest()
        .subarray(0, Math.min(32, length - at)),
      at,
    );
  return out;
}

const text = new TextEncoder();

function packed(options: ZstdOptions = {}, minBytes = 100) {
  const tier = packedMemory({ maxBytes: 10_000_000 });
  const cache = createCache({ tiers: [{ tier, compression: { with: zstd(options), minBytes } }] });
  return { tier, cache };
}

describe('compression', () => {
  it('gives back what was set, whatever it is', async () => {
    const { cache } = packed({}, 0);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.tuple(fc.nat(255), fc.nat(200_000)).map(([fill, length]) => new Uint8Array(length).fill(fill)),
          fc.nat(150_000).map(noise),
        ),
        async (value) => {
          await cache.set('a', value);
          expect(Buffer.from((await cache.get('a')) as Uint8Array).equals(value)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
    await cache.close();
  });

  it('packs what shrinks, and leaves what does not after a look at a sample', async () => {
    const { cache, tier } = packed();
    await cache.set('text', new Uint8Array(200_000).fill(65));
    await cache.set('video', noise(500_000));
    await cache.set('noise', noise(5000));
    await cache.set('small', new Uint8Array(99));
    const sizes = ['text', 'video', 'noise', 'small'].map(async (key) => {
      const entry = await tier.get(key);
      return [entry?.meta.compression, entry?.meta.rawBytes];
    });
    expect(await Promise.all(sizes)).toEqual([
      ['zstd', 200_000],
      ['none', 500_000],
      ['none', 5000],
      ['none', 99],
    ]);
    const [lane] = cache.stats().tiers;
    expect(lane).toMatchObject({
      compression: { packed: 1, skipped: 1, incompressible: 1, rawBytes: 200_000 },
    });
    await cache.close();
  });

  it('makes small similar values much smaller with a dictionary', async () => {
    const value = (i: number): Uint8Array =>
      text.encode(
        JSON.stringify({ codec: 'h264', profile: 'high', width: 3840, height: 2160, name: `clip ${i}` }),
      );
    const dictionary = text.encode(
      Array.from({ length: 20 }, (_, i) => Buffer.from(value(i)).toString()).join(),
    );
    const measured = async (options: ZstdOptions): Promise<number> => {
      const { cache, tier } = packed(options, 0);
      let bytes = 0;
      for (let i = 100; i < 120; i += 1) {
        await cache.set(`k${i}`, value(i));
        expect(await cache.get(`k${i}`)).toEqual(value(i));
        bytes += (await tier.get(`k${i}`))?.bytes.byteLength ?? 0;
      }
      await cache.close();
      return bytes;
    };
    expect(await measured({ dictionary })).toBeLessThan((await measured({})) / 2);
  });

  it('takes what it cannot unpack for a miss, counts it and drops it', async () => {
    const { cache, tier } = packed();
    const value = new Uint8Array(10_000).fill(1);
    await cache.set('a', value);
    const stored = await tier.get('a');
    if (stored === undefined) throw new Error('It was set');
    const { bytes, meta } = stored;
    const damaged = [
      { bytes: bytes.slice(0, -1), meta },
      { bytes: new Uint8Array(10), meta },
      { bytes, meta: { ...meta, rawBytes: 9999 } },
      { bytes, meta: { ...meta, rawBytes: 10_001 } },
      { bytes: bytes.map((byte, index) => (index === 0 ? byte ^ 1 : byte)), meta },
    ];
    for (const entry of damaged) {
      await tier.set('a', entry);
      expect(await cache.get('a')).toBeUndefined();
      await cache.flush();
      expect(await tier.has('a')).toBe(false);
    }
    expect(cache.stats().tiers[0]).toMatchObject({ corruptions: damaged.length, breaker: 'closed' });
    await cache.close();
  });

  it('refuses options that are wrong', () => {
    for (const wrong of [
      { level: 0 },
      { level: 23 },
      { dictionary: 'text' },
      { dictionary: new Uint8Array(7) },
    ])
      expect(() => zstd(wrong as never)).toThrow(expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }));
  });
});
