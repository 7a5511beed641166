import type { PixelFormat } from '@framerail/media-types';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { convertFrame, createVideoProcessor, type Operation } from '../src/index.js';
import { coded, formatOf, LOGO, numberedFrame, watchedPool } from './frames.js';

const BACKENDS = ['reference', ...(requireProgram('addon') ? (['native'] as const) : [])] as const;

/** Operations that give frames of any size of 4 and more something to do. */
const anyOperation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    type: fc.constant('scale' as const),
    width: fc.integer({ min: 4, max: 40 }),
    height: fc.integer({ min: 4, max: 40 }),
  }),
  fc.record({
    type: fc.constant('color' as const),
    brightness: fc.double({ min: -1, max: 1, noNaN: true }),
    contrast: fc.double({ min: 0, max: 2, noNaN: true }),
  }),
  fc.record({
    type: fc.constant('overlay' as const),
    image: fc.constant(LOGO),
    x: fc.integer({ min: -8, max: 30 }),
    y: fc.integer({ min: -8, max: 30 }),
    opacity: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
);

describe('a video processor', () => {
  test.each(BACKENDS)('gives what a conversion of its own would give, call by call (%s)', async (backend) => {
    const pool = watchedPool();
    await using processor = createVideoProcessor({ leases: pool, backend, maxPipelines: 3 });
    const anyFormat = fc.constantFrom<PixelFormat>('RGBA', 'BGRA', 'NV12', 'I420');
    const calls = fc.array(
      fc.record({
        from: anyFormat,
        to: anyFormat,
        width: fc.integer({ min: 4, max: 30 }),
        height: fc.integer({ min: 4, max: 30 }),
        operations: fc.array(anyOperation, { maxLength: 3 }),
        number: fc.nat(),
      }),
      { minLength: 1, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(calls, async (list) => {
        const results = await Promise.all(
          list.map(async ({ from, to, width, height, operations, number }) =>
            processor.process(await numberedFrame(pool, formatOf(from, width, height), number), operations, {
              target: to,
            }),
          ),
        );
        for (const [index, result] of results.entries()) {
          const { from, width, height, operations, number } = list[index] as (typeof list)[number];
          const frame = await numberedFrame(pool, formatOf(from, width, height), number);
          using expected = await convertFrame({ frame, target: result, operations, backend });
          expect(Buffer.compare(result.data, expected.data)).toBe(0);
          expect(result.timestampUs).toBe(number);
          result[Symbol.dispose]();
        }
        expect(processor.stats().compiled).toBeLessThanOrEqual(3);
      }),
      { seed: 20_261_120, numRuns: 25 },
    );
    pool.expectAllBack();
  });

  test('compiles a shape once, whatever the values', async () => {
    const pool = watchedPool();
    await using processor = createVideoProcessor({ leases: pool, backend: 'reference' });
    for (let step = 1; step <= 20; step += 1) {
      const frame = await numberedFrame(pool, formatOf('NV12', 16, 10), step);
      const operations: Operation[] = [
        { type: 'color', brightness: step / 40 },
        { type: 'overlay', image: LOGO, x: (step % 16) - 4, y: 2, opacity: step / 20 },
      ];
      (await processor.process(frame, operations))[Symbol.dispose]();
    }
    expect(processor.stats()).toMatchObject({ misses: 1, hits: 19, compiled: 1, framesDone: 20 });
    pool.expectAllBack();
  });

  test('gives the least recently used shape up first', async () => {
    const pool = watchedPool();
    await using processor = createVideoProcessor({ leases: pool, backend: 'reference', maxPipelines: 2 });
    const go = async (width: number): Promise<void> => {
      const frame = await numberedFrame(pool, formatOf('RGBA', width, 4), 0);
      (await processor.process(frame, [], { target: 'NV12' }))[Symbol.dispose]();
    };
    for (const width of [4, 5, 4, 6, 4, 5]) await go(width);
    // 4 and 5 are compiled, 4 found, 6 takes the place of 5, 4 found, 5 takes the place of 6.
    expect(processor.stats()).toMatchObject({ misses: 4, hits: 2, evictions: 2, compiled: 2 });
  });

  test('keeps one shape beyond its bytes, not two', async () => {
    const pool = watchedPool();
    await using processor = createVideoProcessor({ leases: pool, backend: 'reference', maxPipelineBytes: 1 });
    for (const x of [0, 1]) {
      for (const height of [8, 9]) {
        const frame = await numberedFrame(pool, formatOf('RGBA', 8, height), 0);
        const overlay: Operation = { type: 'overlay', image: LOGO, x, y: 0 };
        (await processor.process(frame, [overlay]))[Symbol.dispose]();
        expect(processor.stats()).toMatchObject({ compiled: 1, compiledBytes: LOGO.data.byteLength });
      }
    }
    expect(processor.stats()).toMatchObject({ misses: 4, evictions: 3 });
  });

  test('hands results out in the order of the calls', async () => {
    const pool = watchedPool();
    await using processor = createVideoProcessor({ leases: pool, backend: 'reference', maxInFlight: 4 });
    const order: number[] = [];
    const sizes = [200, 4, 60, 4, 120, 5];
    await Promise.all(
      sizes.map(async (size, number) => {
        const frame = await numberedFrame(pool, formatOf('RGBA', size, size), number);
        using result = await processor.process(frame, [], { target: 'I420' });
        order.push(result.timestampUs);
      }),
    );
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
    pool.expectAllBack();
  });
});

describe('ending', () => {
  test('an abort gives up one frame and leaves the others', async () => {
    const pool = watchedPool();
    await using processor = createVideoProcessor({ leases: pool, backend: 'reference' });
    const controller = new AbortController();
    const results = await Promise.allSettled(
      [0, 1, 2].map(async (number) => {
        const frame = await numberedFrame(pool, formatOf('RGBA', 300, 300), number);
        const signal = number === 1 ? controller.signal : undefined;
        const made = processor.process(frame, [], { target: 'NV12', signal });
        if (number === 1) controller.abort();
        (await made)[Symbol.dispose]();
      }),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: coded('E_ABORTED') });
    pool.expectAllBack();
  });

  test('closing refuses what waits, twice is harmless, and nothing is kept', async () => {
    const pool = watchedPool();
    const processor = createVideoProcessor({ leases: pool, backend: 'reference', maxInFlight: 1 });
    const frames = await Promise.all(
      [0, 1, 2].map((number) => numberedFrame(pool, formatOf('RGBA', 20, 20), number)),
    );
    const settled = Promise.allSettled(
      frames.map((frame) => processor.process(frame, [], { target: 'NV12' })),
    );
    await Promise.all([processor.close(), processor.close()]);
    for (const result of await settled) expect(result).toMatchObject({ reason: coded('E_CLOSED') });
    const frame = await numberedFrame(pool, formatOf('RGBA', 4, 4), 0);
    await expect(processor.process(frame)).rejects.toThrow(coded('E_CLOSED'));
    pool.expectAllBack();
  });

  test('its signal closes it', async () => {
    const pool = watchedPool();
    const controller = new AbortController();
    const processor = createVideoProcessor({
      leases: pool,
      backend: 'reference',
      signal: controller.signal,
    });
    controller.abort();
    const frame = await numberedFrame(pool, formatOf('RGBA', 4, 4), 0);
    await expect(processor.process(frame)).rejects.toThrow(coded('E_ABORTED'));
    await processor.close();
    pool.expectAllBack();
  });
});

describe('explaining', () => {
  test('tells steps, passes and backend, before and after compiling', async () => {
    const pool = watchedPool();
    await using processor = createVideoProcessor({ leases: pool, backend: 'reference' });
    const source = formatOf('NV12', 32, 18);
    const operations: Operation[] = [
      { type: 'scale', width: 32, height: 18 },
      { type: 'scale', width: 48, height: 27 },
      { type: 'color', saturation: 1.5 },
    ];
    const before = processor.explain(source, operations, { target: 'RGBA' });
    expect(before).toMatchObject({
      way: 'pixels',
      depth: [8, 8],
      steps: [{ type: 'scale', depth: [8, 8] }, { type: 'colorMatrix' }],
      backend: 'reference',
      compiled: false,
    });
    expect(before.target.layout).toMatchObject({ format: 'RGBA', width: 48, height: 27 });
    expect(before.text).toContain('NV12 32×18 (bt709, limited) → RGBA 48×27');
    expect(before.text).toContain('not compiled yet (it was asked for)');
    expect(before.bytesMoved).toBe(32 * 18 * 1.5 + 48 * 27 * 4);
    (await processor.process(await numberedFrame(pool, source, 0), operations, { target: 'RGBA' }))[
      Symbol.dispose
    ]();
    const after = processor.explain(source, operations, { target: 'RGBA' });
    expect(after).toMatchObject({ compiled: true, backend: 'reference' });
    expect(Object.isFrozen(after)).toBe(true);
    expect(processor.explain(source).way).toBe('copy');
    expect(processor.explain(source, [], { target: 'I420' }).way).toBe('copy');
    expect(processor.explain(source, [], { target: 'I444' }).way).toBe('planes');
  });
});
