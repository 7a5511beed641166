import { describe, expect, test } from 'vitest';
import { createVideoProcessor, type Operation, type VideoProcessingOptions } from '../src/index.js';
import { coded, formatOf, numberedFrame, watchedPool } from './frames.js';

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
    ['a target of another size', [], { target: formatOf('RGBA', 9, 8) }, 'E_INVALID_ARGUMENT', '8×8'],
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
    const frame = await numberedFrame(pool, formatOf('RGBA', 8, 8), 0);
    const made = processor.process(frame, operations as Operation[], options as VideoProcessingOptions);
    await expect(made).rejects.toThrow(coded(code, words));
    expect(() =>
      processor.explain(formatOf('RGBA', 8, 8), operations as Operation[], options as VideoProcessingOptions),
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
      const frame = await numberedFrame(pool, formatOf('RGBA', 8, 8), 0);
      await expect(processor.process(frame)).rejects.toThrow(coded('E_GPU_UNAVAILABLE'));
    }
    expect(processor.stats()).toMatchObject({ misses: 2, compiled: 0 });
    pool.expectAllBack();
  });
});
