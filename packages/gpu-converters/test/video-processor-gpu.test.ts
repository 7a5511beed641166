import { frameLayout } from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import {
  type CubeLut,
  convertFrame,
  createGpuContext,
  createVideoProcessor,
  type Operation,
  openGpuDevice,
  type VideoProcessor,
} from '../src/index.js';
import { countingDevice } from './counting-device.js';
import { coded, formatOf, LOGO, numberedFrame, watchedPool } from './frames.js';

describe.runIf(requireProgram('webgpu'))('on the GPU', () => {
  const source = formatOf('NV12', 32, 18);
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
        { type: 'overlay', image: LOGO, x: Math.round(20 * share), y: 3, opacity: share },
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
    [
      'a title that grows and shrinks',
      (share) => {
        const [width, height] = [2 + Math.round(20 * Math.sin(3 * share)), 5];
        const image = { data: new Uint8Array(width * height * 4).fill(250 * share), width, height };
        return [{ type: 'overlay', image, x: 4, y: 2, opacity: 0.5, premultiplied: true, blend: 'screen' }];
      },
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

  test('other frames of a transition are told apart, though their memory is used again', async () => {
    using gpu = await openGpuDevice();
    const pool = watchedPool();
    const [processor, reference] = (['webgpu', 'reference'] as const).map((backend) =>
      createVideoProcessor({
        leases: pool,
        backend,
        ...(backend === 'webgpu' ? { device: gpu.device } : {}),
      }),
    ) as [VideoProcessor, VideoProcessor];
    for (const format of ['NV12', 'RGBA'] as const) {
      using other = await numberedFrame(pool, formatOf(format, 32, 18), 0);
      for (let step = 1; step < 8; step += 1) {
        if (step % 3 === 0) other.data.fill(30 * step);
        const operations: Operation[] = [{ type: 'dissolve', other, amount: step / 8 }];
        const [taken, expected] = await Promise.all(
          [processor, reference].map(async (one) =>
            one.process(await numberedFrame(pool, source, step), operations, { target: 'RGBA' }),
          ),
        );
        expect(Buffer.compare(taken?.data as Uint8Array, expected?.data as Uint8Array)).toBe(0);
        taken?.[Symbol.dispose]();
        expected?.[Symbol.dispose]();
      }
    }
    await Promise.all([processor.close(), reference.close()]);
    pool.expectAllBack();
  });

  test('counts the memory of the largest picture that a shape has had', async () => {
    using gpu = await openGpuDevice();
    const pool = watchedPool();
    await using processor = createVideoProcessor({ leases: pool, backend: 'webgpu', device: gpu.device });
    const bytes: number[] = [];
    for (const width of [4, 20, 4]) {
      const image = { data: new Uint8Array(width * 4), width, height: 1 };
      const frame = await numberedFrame(pool, source, width);
      (await processor.process(frame, [{ type: 'overlay', image, x: 0, y: 0 }]))[Symbol.dispose]();
      bytes.push(processor.stats().compiledBytes);
    }
    expect(bytes.map((own) => own - (bytes[0] as number))).toEqual([0, 64, 64]);
    expect(processor.stats()).toMatchObject({ compiled: 1 });
  });

  test('explains the passes that the GPU takes', async () => {
    using gpu = await openGpuDevice();
    await using processor = createVideoProcessor({
      leases: watchedPool(),
      backend: 'webgpu',
      device: gpu.device,
    });
    const larger = processor.explain(formatOf('NV12', 64, 36), [{ type: 'scale', width: 256, height: 144 }], {
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
      const frame = await numberedFrame(pool, formatOf('BGRA', 9, 9), 0);
      (await processor.process(frame, [], { target: 'NV12' }))[Symbol.dispose]();
      expect(processor.explain(formatOf('BGRA', 9, 9), [], { target: 'NV12' }).reason).toContain(
        'the GPU failed before',
      );
      await processor.close();
    },
  );
});
