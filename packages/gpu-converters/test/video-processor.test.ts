import {
  BT601,
  BT709,
  BT2020,
  type FrameFormat,
  frameLayout,
  type PixelFormat,
  SRGB,
} from '@framerail/media-types';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import {
  type CubeLut,
  convertFrame,
  createGpuContext,
  createVideoProcessor,
  type Operation,
  openGpuDevice,
  type VideoProcessingOptions,
} from '../src/index.js';
import { countingDevice } from './counting-device.js';
import { coded, numberedFrame, watchedPool } from './frames.js';

const format = (pixels: PixelFormat, width: number, height: number): FrameFormat => ({
  layout: frameLayout({ format: pixels, width, height }),
  color: pixels === 'RGBA' || pixels === 'BGRA' || pixels === 'RGBA16F' ? SRGB : BT709,
});

const BACKENDS = ['reference', ...(requireProgram('addon') ? (['native'] as const) : [])] as const;

const logo = { data: new Uint8Array(6 * 5 * 4).map((_, index) => (index * 37) % 256), width: 6, height: 5 };

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
    image: fc.constant(logo),
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
            processor.process(await numberedFrame(pool, format(from, width, height), number), operations, {
              target: to,
            }),
          ),
        );
        for (const [index, result] of results.entries()) {
          const { from, width, height, operations, number } = list[index] as (typeof list)[number];
          const frame = await numberedFrame(pool, format(from, width, height), number);
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
      const frame = await numberedFrame(pool, format('NV12', 16, 10), step);
      const operations: Operation[] = [
        { type: 'color', brightness: step / 40 },
        { type: 'overlay', image: logo, x: (step % 16) - 4, y: 2, opacity: step / 20 },
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
      const frame = await numberedFrame(pool, format('RGBA', width, 4), 0);
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
        const frame = await numberedFrame(pool, format('RGBA', 8, height), 0);
        const overlay: Operation = { type: 'overlay', image: logo, x, y: 0 };
        (await processor.process(frame, [overlay]))[Symbol.dispose]();
        expect(processor.stats()).toMatchObject({ compiled: 1, compiledBytes: logo.data.byteLength });
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
        const frame = await numberedFrame(pool, format('RGBA', size, size), number);
        using result = await processor.process(frame, [], { target: 'I420' });
        order.push(result.timestampUs);
      }),
    );
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
    pool.expectAllBack();
  });
});

describe('transitions', () => {
  const outgoing = format('NV12', 24, 14);
  const rgbaOf = (color = outgoing.color): FrameFormat => ({
    layout: frameLayout({ format: 'RGBA', width: 24, height: 14 }),
    color: { ...color, matrix: 'rgb', fullRange: true },
  });
  const others: readonly [string, FrameFormat][] = [
    ['tight RGBA', rgbaOf()],
    ['padded RGBA', { ...rgbaOf(), layout: frameLayout({ ...rgbaOf().layout, alignment: 64 }) }],
    ['BGRA', { layout: frameLayout({ format: 'BGRA', width: 24, height: 14 }), color: rgbaOf().color }],
    ['NV12', outgoing],
    ['I420 of another matrix', { ...format('I420', 24, 14), color: BT601 }],
    ['P010 in HDR', { ...format('P010', 24, 14), color: { ...BT2020, transfer: 'pq' } }],
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

  test('many at once, with two others each, end whatever the order', async () => {
    const pool = watchedPool();
    await using processor = createVideoProcessor({ leases: pool, backend: 'reference', maxInFlight: 2 });
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
    // The frame with its two mixes, and the others' way to RGBA.
    expect(processor.stats().misses).toBe(2);
  });

  test('another frame of another size is refused, and left to its owner', async () => {
    const pool = watchedPool();
    await using processor = createVideoProcessor({ leases: pool, backend: 'reference' });
    using other = await numberedFrame(pool, format('NV12', 24, 12), 0);
    const made = processor.process(await numberedFrame(pool, outgoing, 0), [
      { type: 'dissolve', other, amount: 0.5 },
    ]);
    await expect(made).rejects.toThrow(coded('E_INVALID_ARGUMENT', 'operations[0].other'));
    expect(other.data.byteLength).toBe(other.layout.byteLength);
  });
});

describe('bad calls', () => {
  const bad: [string, unknown, unknown, string, string][] = [
    ['no operations', 'scale', {}, 'E_INVALID_ARGUMENT', 'operations'],
    ['an operation that is none', [null], {}, 'E_INVALID_ARGUMENT', 'operations[0]'],
    ['an unknown operation', [{ type: 'explode' }], {}, 'E_INVALID_ARGUMENT', 'operations[0].type'],
    ['a size of NaN', [{ type: 'scale', width: Number.NaN, height: 4 }], {}, 'E_INVALID_ARGUMENT', 'width'],
    ['a size of 0', [{ type: 'scale', width: 0, height: 4 }], {}, 'E_INVALID_ARGUMENT', 'width'],
    ['a size of -3', [{ type: 'scale', width: 4, height: -3 }], {}, 'E_INVALID_ARGUMENT', 'height'],
    ['an unknown target', [], { target: 'NV21' }, 'E_INVALID_ARGUMENT', 'target'],
    ['no target', [], { target: null }, 'E_INVALID_ARGUMENT', 'target'],
    ['a target of another size', [], { target: format('RGBA', 9, 8) }, 'E_INVALID_ARGUMENT', '8×8'],
    ['an unknown upsampling', [], { upsampling: 'cubic' }, 'E_INVALID_ARGUMENT', 'upsampling'],
    ['an unknown dither', [], { dither: 'noise' }, 'E_INVALID_ARGUMENT', 'dither'],
    [
      'another frame that is none',
      [{ type: 'dissolve', other: { layout: {}, color: {} }, amount: 0.5 }],
      {},
      'E_INVALID_ARGUMENT',
      'operations[0].other',
    ],
  ];
  test.each(bad)('%s is refused, and the frame disposed', async (_, operations, options, code, words) => {
    const pool = watchedPool();
    await using processor = createVideoProcessor({ leases: pool, backend: 'reference' });
    const frame = await numberedFrame(pool, format('RGBA', 8, 8), 0);
    const made = processor.process(frame, operations as Operation[], options as VideoProcessingOptions);
    await expect(made).rejects.toThrow(coded(code, words));
    expect(() =>
      processor.explain(format('RGBA', 8, 8), operations as Operation[], options as VideoProcessingOptions),
    ).toThrow(coded(code, words));
    expect(processor.stats()).toMatchObject({ framesFailed: 1, misses: 0 });
    pool.expectAllBack();
  });

  test.each([
    { leases: {} as never },
    { maxInFlight: 0 },
    { maxPipelines: 0 },
    { maxPipelines: 1.5 },
    { maxPipelineBytes: 0 },
    { threads: Number.NaN },
    { backend: 'gpu' as never },
  ])('%o is refused', (options) => {
    expect(() => createVideoProcessor({ leases: watchedPool(), ...options })).toThrow(
      coded('E_INVALID_ARGUMENT'),
    );
  });

  test('a backend that isn’t there is an error of the frame, and the next one tries again', async () => {
    const pool = watchedPool();
    await using processor = createVideoProcessor({ leases: pool, backend: 'webgpu' });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const frame = await numberedFrame(pool, format('RGBA', 8, 8), 0);
      await expect(processor.process(frame)).rejects.toThrow(coded('E_GPU_UNAVAILABLE'));
    }
    expect(processor.stats()).toMatchObject({ misses: 2, compiled: 0 });
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
        const frame = await numberedFrame(pool, format('RGBA', 300, 300), number);
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
      [0, 1, 2].map((number) => numberedFrame(pool, format('RGBA', 20, 20), number)),
    );
    const settled = Promise.allSettled(
      frames.map((frame) => processor.process(frame, [], { target: 'NV12' })),
    );
    await Promise.all([processor.close(), processor.close()]);
    for (const result of await settled) expect(result).toMatchObject({ reason: coded('E_CLOSED') });
    const frame = await numberedFrame(pool, format('RGBA', 4, 4), 0);
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
    const frame = await numberedFrame(pool, format('RGBA', 4, 4), 0);
    await expect(processor.process(frame)).rejects.toThrow(coded('E_ABORTED'));
    await processor.close();
    pool.expectAllBack();
  });
});

describe('explaining', () => {
  test('tells steps, passes and backend, before and after compiling', async () => {
    const pool = watchedPool();
    await using processor = createVideoProcessor({ leases: pool, backend: 'reference' });
    const source = format('NV12', 32, 18);
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

describe.runIf(requireProgram('webgpu'))('on the GPU', () => {
  const source = format('NV12', 32, 18);
  const still = (value: number) => ({ data: new Uint8Array(32 * 18 * 4).fill(value), width: 32, height: 18 });
  const look = (value: number): CubeLut => ({
    title: '',
    dimensions: 3,
    size: 3,
    domainMin: [0, 0, 0],
    domainMax: [1, 1, 1],
    entries: Float64Array.from({ length: 81 }, (_, at) => (value * ((at * 7) % 81)) / 81),
  });
  const ANIMATIONS: readonly [name: string, at: (share: number) => Operation[]][] = [
    ['a fade', (amount) => [{ type: 'fade', amount: 0.9 * amount }]],
    [
      'colours and a moving overlay',
      (share) => [
        { type: 'color', brightness: -share / 2, contrast: 1 + share / 3 },
        { type: 'overlay', image: logo, x: Math.round(20 * share), y: 3, opacity: share },
      ],
    ],
    [
      'a soft wipe over changing pictures',
      (share) => [
        {
          type: 'wipe',
          other: still(200 * share),
          amount: 0.2 + 0.7 * share,
          direction: 'left',
          softness: 0.3,
        },
      ],
    ],
    ['a look', (share) => [{ type: 'lut3d', lut: look(share) }]],
    ['a pan', (share) => [{ type: 'crop', x: Math.round(15 * share), y: 1, width: 16, height: 16 }]],
  ];

  test.each(ANIMATIONS)('animating %s compiles one pipeline', { timeout: 120_000 }, async (_, at) => {
    using gpu = await openGpuDevice();
    const { device, pipelines } = countingDevice(gpu.device);
    const pool = watchedPool();
    await using processor = createVideoProcessor({ leases: pool, backend: 'webgpu', device });
    const first = processor.explain(source, at(0.5), { target: 'RGBA' });
    expect(first.passes).toHaveLength(1);
    const results = [];
    for (let step = 1; step <= 100; step += 1) {
      const made = processor.process(await numberedFrame(pool, source, step), at(step / 100), {
        target: 'RGBA',
      });
      results.push(
        made.then(async (result) => {
          using taken = result;
          if (step % 20 !== 0) return;
          const frame = await numberedFrame(pool, source, step);
          const operations = at(step / 100);
          using expected = await convertFrame({ frame, target: taken, operations, backend: 'reference' });
          expect(Buffer.compare(taken.data, expected.data)).toBe(0);
        }),
      );
    }
    await Promise.all(results);
    expect(pipelines()).toBe(1);
    expect(processor.stats()).toMatchObject({ misses: 1, hits: 99, backends: { webgpu: 1 } });
    await processor.close();
    pool.expectAllBack();
  });

  test('explains the passes that the GPU takes', async () => {
    using gpu = await openGpuDevice();
    await using processor = createVideoProcessor({
      leases: watchedPool(),
      backend: 'webgpu',
      device: gpu.device,
    });
    const larger = processor.explain(format('NV12', 64, 36), [{ type: 'scale', width: 256, height: 144 }], {
      target: 'RGBA',
    });
    expect(larger.passes).toHaveLength(2);
    expect(larger.text).toContain('pass 2:');
    const moved = larger.passes.reduce((sum, pass) => sum + pass.bytesRead + pass.bytesWritten, 0);
    expect(larger.bytesMoved).toBe(moved);
  });

  test('a context that rebuilds its device brings later frames back to the GPU', async () => {
    using context = await createGpuContext({ maxBytes: 64 * 2 ** 20 });
    const pool = watchedPool();
    await using processor = createVideoProcessor({ leases: pool, backend: 'webgpu', context });
    const go = async (step: number): Promise<void> => {
      const frame = await numberedFrame(pool, source, step);
      (await processor.process(frame, [{ type: 'fade', amount: 0.5 }]))[Symbol.dispose]();
    };
    await go(0);
    expect(processor.stats().backends).toEqual({ webgpu: 1 });
    const { generation } = context;
    const back = new Promise((resolve) => context.on('rebuilt', resolve));
    context.device.destroy();
    await go(1);
    expect(processor.stats().backends.webgpu ?? 0).toBe(0);
    await back;
    expect(context.generation).toBe(generation + 1);
    await go(2);
    expect(processor.stats().backends).toEqual({ webgpu: 1 });
    await processor.close();
    expect(context.stats().bytes).toBe(0);
    pool.expectAllBack();
  });

  test('at most one of device, context and scheduler', async () => {
    using context = await createGpuContext({ maxBytes: 2 ** 20 });
    const { device } = context;
    expect(() => createVideoProcessor({ leases: watchedPool(), context, device })).toThrow(
      coded('E_INVALID_ARGUMENT', 'one of device'),
    );
  });

  test.each([2, 8, 15])(
    'losing the device at frame %i loses no frame, and later shapes do without it',
    async (lostAt) => {
      using gpu = await openGpuDevice();
      const pool = watchedPool();
      await using processor = createVideoProcessor({ leases: pool, backend: 'webgpu', device: gpu.device });
      using other = await numberedFrame(pool, source, 1000);
      const at = (step: number): Operation[] => [{ type: 'dissolve', other, amount: step / 20 }];
      const results = [];
      for (let step = 1; step < 20; step += 1) {
        if (step === lostAt) gpu.close();
        const target = step % 2 === 0 ? ('NV12' as const) : ('RGBA' as const);
        const made = processor.process(await numberedFrame(pool, source, step), at(step), { target });
        if (step === lostAt - 1 && lostAt > 8) await made.then(() => {});
        results.push(
          made.then(async (result) => {
            using taken = result;
            const data = new Uint8Array(taken.data);
            const frame = await numberedFrame(pool, source, step);
            const pictureFrame = await numberedFrame(pool, source, 1000);
            using picture = await convertFrame({
              frame: pictureFrame,
              target: { layout: frameLayout({ format: 'RGBA', width: 32, height: 18 }), color: taken.color },
              backend: 'reference',
            });
            const image = { data: picture.data, width: 32, height: 18 };
            using expected = await convertFrame({
              frame,
              target: taken,
              operations: [{ type: 'dissolve', other: image, amount: step / 20 }],
              backend: 'reference',
            });
            expect(Buffer.compare(data, expected.data)).toBe(0);
          }),
        );
      }
      await Promise.all(results);
      const { backends, changes } = processor.stats();
      for (const change of changes) expect(change).toMatchObject({ from: 'webgpu' });
      expect(backends.webgpu ?? 0).toBe(0);
      const frame = await numberedFrame(pool, format('BGRA', 9, 9), 0);
      (await processor.process(frame, [], { target: 'NV12' }))[Symbol.dispose]();
      expect(processor.explain(format('BGRA', 9, 9), [], { target: 'NV12' }).reason).toContain(
        'the GPU failed before',
      );
      await processor.close();
    },
  );
});
