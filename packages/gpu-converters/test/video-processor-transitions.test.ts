import { BT601, BT2020, type FrameFormat, frameLayout } from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import { convertFrame, createVideoProcessor, type Operation } from '../src/index.js';
import { coded, formatOf, numberedFrame, watchedPool } from './frames.js';

describe('transitions', () => {
  const outgoing = formatOf('NV12', 24, 14);
  const rgbaOf = (color = outgoing.color): FrameFormat => ({
    layout: frameLayout({ format: 'RGBA', width: 24, height: 14 }),
    color: { ...color, matrix: 'rgb', fullRange: true },
  });
  const others: readonly [string, FrameFormat][] = [
    ['tight RGBA', rgbaOf()],
    ['padded RGBA', { ...rgbaOf(), layout: frameLayout({ ...rgbaOf().layout, alignment: 64 }) }],
    ['BGRA', { layout: frameLayout({ format: 'BGRA', width: 24, height: 14 }), color: rgbaOf().color }],
    ['NV12', outgoing],
    ['I420 of another matrix', { ...formatOf('I420', 24, 14), color: BT601 }],
    ['P010 in HDR', { ...formatOf('P010', 24, 14), color: { ...BT2020, transfer: 'pq' } }],
  ];

  test.each(others)('mix another frame of any format in: %s', async (_, other) => {
    const pool = watchedPool();
    await using processor = createVideoProcessor({ leases: pool, backend: 'reference' });
    using incoming = await numberedFrame(pool, other, 2);
    const copy = await numberedFrame(pool, other, 2);
    using picture = await convertFrame({ frame: copy, target: rgbaOf(), backend: 'reference' });
    for (const amount of [0, 0.25, 1]) {
      const frame = () => numberedFrame(pool, outgoing, 1);
      using mixed = await processor.process(await frame(), [{ type: 'dissolve', other: incoming, amount }]);
      const image = { data: picture.data, width: 24, height: 14 };
      using expected = await convertFrame({
        frame: await frame(),
        target: outgoing,
        operations: [{ type: 'dissolve', other: image, amount }],
        backend: 'reference',
      });
      expect(Buffer.compare(mixed.data, expected.data)).toBe(0);
    }
    // Borrowed, not taken.
    expect(incoming.data.byteLength).toBe(other.layout.byteLength);
  });

  test.each([
    [32, 2],
    [1, 24],
  ])('many at once, with two others each, end also with %i shapes', async (maxPipelines, misses) => {
    const pool = watchedPool();
    await using processor = createVideoProcessor({
      leases: pool,
      backend: 'reference',
      maxInFlight: 2,
      maxPipelines,
    });
    using first = await numberedFrame(pool, outgoing, 100);
    using second = await numberedFrame(pool, outgoing, 101);
    const results = await Promise.all(
      Array.from({ length: 12 }, async (_, step) => {
        const operations: Operation[] = [
          { type: 'dissolve', other: first, amount: (step + 1) / 14 },
          { type: 'wipe', other: second, amount: (step + 1) / 14, direction: 'left', softness: 0.2 },
        ];
        return processor.process(await numberedFrame(pool, outgoing, step), operations);
      }),
    );
    expect(results.map(({ timestampUs }) => timestampUs)).toEqual(results.map((_, step) => step));
    for (const result of results) result[Symbol.dispose]();
    // The frame with its two mixes, and the others' way to RGBA; with room for one, each drives the other out.
    expect(processor.stats().misses).toBeGreaterThanOrEqual(2);
    expect(processor.stats().misses).toBeLessThanOrEqual(misses);
  });

  test('another frame of another size is refused, and left to its owner', async () => {
    const pool = watchedPool();
    await using processor = createVideoProcessor({ leases: pool, backend: 'reference' });
    using other = await numberedFrame(pool, formatOf('NV12', 24, 12), 0);
    const made = processor.process(await numberedFrame(pool, outgoing, 0), [
      { type: 'dissolve', other, amount: 0.5 },
    ]);
    await expect(made).rejects.toThrow(coded('E_INVALID_ARGUMENT', 'operations[0].other'));
    expect(other.data.byteLength).toBe(other.layout.byteLength);
  });
});
