import { createBufferPool } from '@framerail/buffer-pool';
import type { Lease } from '@framerail/lifecycle';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lru, type MemoryStats, s3Fifo, sieve, wTinyLfu } from '../../src/index.js';
import { memory } from '../../src/tiers/memory/memory-options.js';
import { settle } from '../cache/fault-tier.js';
import { FRAME_BYTES, testFilm } from './film.js';

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('a playhead', () => {
  it('fetches ahead in the direction of play, up to its window', async () => {
    for (const [rate, expected] of [
      [1, range(50, 60)],
      [-1, range(40, 50)],
    ] as const) {
      const { cache, options, there } = testFilm(100, 100);
      using playhead = cache.playhead({ ...options, position: 50, rate, window: 10 });
      await settle();
      expect(there()).toEqual(expected);
      expect(playhead.stats()).toMatchObject({ position: 50, step: rate, fetched: 11, failed: 0 });
      await cache.close();
    }
  });

  it('takes the nearest first, and only so many at once', async () => {
    const { cache, options, begun, end } = testFilm(100, 100, { isInstant: false });
    using _ = cache.playhead({ ...options, position: 10, rate: 1, window: 20, concurrency: 4 });
    // Nobody knows yet what a frame weighs.
    expect(await end()).toBe(2);
    for (let round = 0; round < 4; round += 1) expect(await end()).toBe(4);
    expect(begun.slice(0, 18)).toEqual(range(10, 27));
    await cache.close();
  });

  it('leaves out what a quick playhead passes, once that is certain', async () => {
    const { cache, options, begun } = testFilm(1000, 500);
    using playhead = cache.playhead({ ...options, rate: 3, window: 10 });
    for (let position = 0; position <= 30; position += 3) playhead.move({ position });
    await settle();
    expect(playhead.stats()).toMatchObject({ step: 3, pattern: 'strided' });
    begun.length = 0;
    for (let position = 33; position <= 90; position += 3) {
      playhead.move({ position });
      await settle();
    }
    expect(begun.every((position) => position % 3 === 0)).toBe(true);
    expect(begun.length).toBeGreaterThanOrEqual(19);
    await cache.close();
  });

  it('gives up what it went away from, unless somebody waits for it', async () => {
    const { cache, options, begun, aborted, end } = testFilm(1000, 100, { isInstant: false });
    using playhead = cache.playhead({ ...options, position: 100, rate: 1, concurrency: 4 });
    await end();
    await settle();
    const running = begun.slice(-4);
    const waiting = cache.getOrLoad(`film/${running[1]}`, async () => new Uint8Array(1));
    playhead.move({ position: 700 });
    await settle();
    expect(aborted).toEqual([running[0], running[2], running[3]]);
    await end();
    expect((await waiting).byteLength).toBe(FRAME_BYTES);
    expect(playhead.stats().aborted).toBe(4);
    await cache.close();
  });

  it('goes round a loop that it was told of, and notices one that it wasn’t', async () => {
    for (const isTold of [true, false]) {
      const { cache, options, begun } = testFilm(1000, 200);
      const loop = isTold ? { start: 100, end: 139 } : undefined;
      using playhead = cache.playhead({ ...options, rate: 1, window: 20, loop });
      const show = async (position: number): Promise<void> => {
        playhead.move({ position });
        await settle();
      };
      for (let round = 0; round < 3; round += 1) for (const position of range(100, 139)) await show(position);
      expect(playhead.stats().pattern).toBe('loop');
      begun.length = 0;
      for (let round = 0; round < 3; round += 1) for (const position of range(100, 139)) await show(position);
      expect(begun).toEqual([]);
      await cache.close();
    }
  });

  it('keeps what lies ahead over what lies behind', async () => {
    const { cache, options, there } = testFilm(1000, 40);
    const playhead = cache.playhead({ ...options, rate: 1, window: 15 });
    for (const position of range(0, 200)) {
      playhead.move({ position });
      await settle();
    }
    expect(there()).toEqual(range(176, 215));
    playhead[Symbol.dispose]();
    await cache.close();
  });

  it('asks for less in a loop that doesn’t fit than for all of it each time', async () => {
    const { cache, options, begun } = testFilm(1000, 100);
    using playhead = cache.playhead({ ...options, rate: 1, window: 10, loop: { start: 0, end: 199 } });
    const rounds = 6;
    for (let index = 0; index < 200 * rounds; index += 1) {
      playhead.move({ position: index % 200 });
      await settle();
    }
    // The first time round everything, then about the half that memory has no room for.
    expect(begun.length).toBeLessThan(200 + (rounds - 1) * 125);
    await cache.close();
  });

  it('never breaks the cap, and keeps its window, whatever the policy and whoever else is there', async () => {
    const policies = fc.constantFrom(lru<string>, sieve<string>, s3Fifo<string>, wTinyLfu<string>);
    const doing = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ kind: fc.constant('play' as const), by: fc.integer({ min: -3, max: 3 }) }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('jump' as const), by: fc.nat(499) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('set' as const), by: fc.nat(60) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('pin' as const), by: fc.nat(499) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('trim' as const), by: fc.nat(3000) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), by: fc.nat(499) }) },
    );
    await fc.assert(
      fc.asyncProperty(
        policies,
        fc.integer({ min: 3, max: 60 }),
        fc.array(doing, { maxLength: 60 }),
        async (policy, held, doings) => {
          const maxBytes = held * FRAME_BYTES;
          const { cache, options } = testFilm(500, held, { tiers: [memory({ maxBytes, policy })] });
          const window = Math.max(1, Math.floor(held / 4) - 1);
          const playheads = [0, 250].map((position) =>
            cache.playhead({ ...options, position, rate: 1, window }),
          );
          const pins: (Disposable | undefined)[] = [];
          let index = 0;
          for (const { kind, by } of doings) {
            index += 1;
            const playhead = playheads[index % 2];
            if (kind === 'play') playhead?.move({ position: playhead.position + by });
            else if (kind === 'jump') playhead?.move({ position: by });
            else if (kind === 'set') await cache.set(`other/${by}`, new Uint8Array(1 + (by % 7) * 40));
            else if (kind === 'delete') await cache.delete(`film/${by}`);
            else if (kind === 'trim') cache.trim({ bytes: by });
            else pins.push(await cache.pin(`film/${by}`));
            await settle();
            const [tier] = cache.stats().tiers;
            expect((tier as MemoryStats).bytes).toBeLessThanOrEqual(maxBytes);
            const heldBytes = playheads.reduce((sum, one) => sum + one.stats().heldBytes, 0);
            expect(heldBytes).toBeLessThanOrEqual(maxBytes / 2);
          }
          for (const pin of pins) pin?.[Symbol.dispose]();
          for (const playhead of playheads) playhead[Symbol.dispose]();
          // Nothing of theirs stays pinned.
          cache.trim({});
          expect(cache.stats().tiers[0]).toMatchObject({ bytes: 0, entries: 0 });
          await cache.close();
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a playhead over a pool', () => {
  it('hands out frames without a copy, and gives all memory back', async () => {
    using pool = createBufferPool({ maxBytes: 64 * 4096 });
    const tiers = [memory({ maxBytes: 32 * 4096, pool })];
    const { cache, options } = testFilm(200, 32, { tiers });
    const playhead = cache.playhead({
      ...options,
      rate: 1,
      window: 8,
      loader: ({ position }) => {
        const lease = pool.tryAcquire(4096) as Lease;
        lease.bytes.fill(position);
        return lease;
      },
    });
    const kept: [number, Lease][] = [];
    for (const position of range(0, 99)) {
      const lease = await playhead.lease(position);
      expect(lease.bytes[17]).toBe(position);
      if (position % 10 === 0) kept.push([position, lease]);
      else lease.release();
      await settle(1);
    }
    // They stay whole though their entries went long ago.
    for (const [position, lease] of kept) {
      expect(lease.bytes[4095]).toBe(position);
      lease.release();
    }
    expect(playhead.stats().fetched).toBeGreaterThanOrEqual(99);
    await cache.close();
    expect(pool.stats().bytesInUse).toBe(0);
  });
});
