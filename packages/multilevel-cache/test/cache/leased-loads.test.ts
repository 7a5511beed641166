import { createBufferPool } from '@framerail/buffer-pool';
import { createManualClock, type Lease } from '@framerail/lifecycle';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCache, memory, packedMemory, textCodec } from '../../src/index.js';

const FRAME = 4096;

let pool: ReturnType<typeof createBufferPool>;
beforeEach(() => {
  pool = createBufferPool({ maxBytes: 1_000_000 });
});
afterEach(() => pool[Symbol.dispose]());

async function frame(fill: number): Promise<Lease> {
  const lease = await pool.acquire(FRAME);
  lease.bytes.fill(fill);
  return lease;
}

describe('leaseOrLoad', () => {
  it('hands the memory that the loader lent to all callers, one load for all of them', async () => {
    const cache = createCache({
      tiers: [memory({ maxBytes: 100_000 }), packedMemory({ maxBytes: 100_000 })],
    });
    let runs = 0;
    const load = async (): Promise<Lease> => {
      runs += 1;
      return frame(7);
    };
    const asked = Array.from({ length: 1000 }, () => cache.leaseOrLoad('a', load));
    const copy = cache.getOrLoad('a', () => Promise.reject(new Error('Expected to share the load')));
    const leases = await Promise.all(asked);
    expect(runs).toBe(1);
    expect(new Set(leases.map(({ bytes }) => bytes.buffer)).size).toBe(1);
    expect((await copy).buffer).not.toBe(leases[0]?.bytes.buffer);
    expect(await copy).toEqual(new Uint8Array(FRAME).fill(7));
    for (const lease of leases) lease.release();
    expect(pool.stats().bytesInUse).toBe(FRAME);
    const later = await cache.leaseOrLoad('a', load);
    expect([runs, later.bytes[0]]).toEqual([1, 7]);
    later.release();
    await cache.close();
    expect(pool.stats().bytesInUse).toBe(0);
  });

  it('works without room for it in memory, and without memory', async () => {
    for (const tiers of [[memory({ maxBytes: 100 })], [packedMemory({ maxBytes: 100_000 })]]) {
      const cache = createCache({ tiers });
      const lease = await cache.leaseOrLoad('a', () => frame(1));
      expect(lease.bytes).toEqual(new Uint8Array(FRAME).fill(1));
      lease.release();
      expect(pool.stats().bytesInUse).toBe(0);
      await cache.close();
    }
  });

  it('takes plain bytes too, and gives what getOrLoad loads', async () => {
    const cache = createCache({ tiers: [memory({ maxBytes: 100_000, pool })] });
    const loading = cache.getOrLoad('a', async () => new Uint8Array(FRAME).fill(3));
    using lease = await cache.leaseOrLoad('a', () => frame(9));
    expect([lease.bytes[0], (await loading)[0]]).toEqual([3, 3]);
    using again = await cache.leaseOrLoad('a', () => frame(9));
    expect(again.bytes.buffer).toBe(lease.bytes.buffer);
    await cache.close();
  });

  it('hands out a lease of what is stale while it is made anew', async () => {
    const clock = createManualClock(0);
    const cache = createCache({
      tiers: [memory({ maxBytes: 100_000 })],
      clock,
      wallClock: () => clock.now(),
    });
    const options = { ttlMs: 10, staleMs: 1000 };
    (await cache.leaseOrLoad('a', () => frame(1), options)).release();
    clock.advance(20);
    const stale = await cache.leaseOrLoad('a', () => frame(2), options);
    await expect.poll(() => cache.getSync('a')?.[0]).toBe(2);
    expect(stale.bytes[0]).toBe(1);
    stale.release();
    await cache.close();
    expect(pool.stats().bytesInUse).toBe(0);
  });

  it('refuses what is not for it', async () => {
    const texts = createCache<string, string>({ tiers: [memory({ maxBytes: 100 })], codec: textCodec() });
    await expect(texts.leaseOrLoad('a', () => 'a')).rejects.toMatchObject({ code: 'E_UNSUPPORTED' });
    const cache = createCache({ tiers: [memory({ maxBytes: 100 })] });
    await expect(cache.leaseOrLoad('a', undefined as never)).rejects.toMatchObject({
      code: 'E_INVALID_ARGUMENT',
    });
    await expect(cache.leaseOrLoad('a', () => undefined as never)).rejects.toMatchObject({
      code: 'E_CACHE_UNDEFINED',
    });
    await expect(cache.leaseOrLoad('a', () => 'text' as never)).rejects.toMatchObject({
      code: 'E_CACHE_ENCODE',
    });
    await expect(cache.leaseOrLoad('a', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    await cache.close();
    await expect(cache.leaseOrLoad('a', () => frame(1))).rejects.toMatchObject({ code: 'E_CACHE_CLOSED' });
    expect(pool.stats().bytesInUse).toBe(0);
  });

  it('releases what comes too late: after a timeout, a set, a deletion, an abort, and after the end', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('load' as const), key: fc.nat(2), as: fc.constantFrom('lease', 'value') }),
      fc.record({
        do: fc.constantFrom('finish', 'fail', 'set', 'delete', 'abort', 'trim', 'clear'),
        key: fc.nat(2),
      }),
      fc.record({ do: fc.constant('wait' as const), key: fc.nat(2) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.boolean(), async (steps, hasTierBelow) => {
        pool = createBufferPool({ maxBytes: 1_000_000 });
        const clock = createManualClock(0);
        const below = hasTierBelow ? [packedMemory({ maxBytes: 100_000 })] : [];
        const tiers = [memory({ maxBytes: 2 * FRAME }), ...below];
        const cache = createCache({ tiers, clock, loadTimeoutMs: 100 });
        const loaders: { key: number; give: (lease: Lease) => void; fail: (error: Error) => void }[] = [];
        const calls: Promise<unknown>[] = [];
        const aborts: AbortController[] = [];
        let wrong = 0;
        for (const { do: what, key, ...more } of steps) {
          const name = `k${key}`;
          if (what === 'load') {
            const controller = new AbortController();
            aborts.push(controller);
            const loader = () =>
              new Promise<Lease>((give, fail) => {
                loaders.push({ key, give, fail });
              });
            const { signal } = controller;
            if ('as' in more && more.as === 'value') {
              // Shares a load of leases, if one runs.
              calls.push(cache.getOrLoad(name, () => new Uint8Array(FRAME).fill(key), { signal }));
            } else {
              calls.push(
                cache.leaseOrLoad(name, loader, { signal }).then((lease) => {
                  wrong += lease.bytes[0] === key ? 0 : 1;
                  lease.release();
                }),
              );
            }
          } else if (what === 'finish') {
            const loader = loaders.shift();
            loader?.give(await frame(loader.key));
          } else if (what === 'fail') loaders.shift()?.fail(new Error('failed'));
          else if (what === 'set') {
            using lease = await frame(key);
            await cache.set(name, lease);
          } else if (what === 'delete') await cache.delete(name);
          else if (what === 'abort') aborts.shift()?.abort();
          else if (what === 'trim') cache.trim({ bytes: FRAME });
          else if (what === 'clear') await cache.clear();
          else clock.advance(60);
          for (const call of calls) call.catch(() => {});
          await new Promise((resolve) => setImmediate(resolve));
        }
        await cache.close();
        for (const { key, give } of loaders) give(await frame(key));
        await Promise.allSettled(calls);
        await new Promise((resolve) => setImmediate(resolve));
        expect([wrong, pool.stats().bytesInUse]).toEqual([0, 0]);
        pool[Symbol.dispose]();
      }),
      { seed: 20_261_120, numRuns: 300 },
    );
  });
});
