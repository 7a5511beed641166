import { type FrameFormat, frameLayout, type RawFrame, SRGB } from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import {
  type ConvertFrameOptions,
  convertFrame,
  createFrameProcessor,
  createGpuContext,
  createGpuScheduler,
  createNativeBackend,
  createReadbackRing,
  createReferenceBackend,
  createVideoProcessor,
  createWebgpuBackend,
} from '../src/index.js';
import { coded, formatOf, watchedPool } from './frames.js';

const SIZE = { width: 16, height: 8 };
const source: FrameFormat = { layout: frameLayout({ format: 'RGBA', ...SIZE }), color: SRGB };
const target = formatOf('NV12', SIZE.width, SIZE.height);

/** A frame with whatever data, that counts how often it is disposed. */
function frameWith(data: unknown) {
  let disposed = 0;
  const frame = {
    ...source,
    data,
    timestampUs: 0,
    durationUs: 1,
    [Symbol.dispose]() {
      disposed += 1;
    },
  };
  return { frame: frame as unknown as RawFrame, disposed: () => disposed };
}

function detached(): Uint8Array {
  const data = new Uint8Array(source.layout.byteLength);
  structuredClone(data.buffer, { transfer: [data.buffer] });
  return data;
}

describe('memory that is none', () => {
  const bad: [string, unknown][] = [
    ['nothing', undefined],
    ['null', null],
    ['an array', new Array(512).fill(0)],
    ['an ArrayBuffer', new ArrayBuffer(512)],
    ['words', new Uint16Array(256)],
    ['floats', new Float32Array(128)],
    ['clamped bytes', new Uint8ClampedArray(512)],
    ['an object with a length', { byteLength: 512 }],
    ['a byte too few', new Uint8Array(511)],
    ['detached bytes', detached()],
  ];
  test.each(bad)('%s is refused before a backend sees it, and the frame disposed', async (_, data) => {
    const once = frameWith(data);
    const made = convertFrame({ frame: once.frame, target, backend: 'reference' });
    if (data === undefined || data === null) await expect(made).rejects.toThrow(coded('E_INVALID_ARGUMENT'));
    else await expect(made).rejects.toThrow(coded('E_INVALID_ARGUMENT', 'frame.data'));
    expect(once.disposed()).toBe(1);

    const again = frameWith(data);
    const leases = watchedPool();
    await using processor = createVideoProcessor({ leases, backend: 'reference' });
    await expect(processor.process(again.frame)).rejects.toThrow(coded('E_INVALID_ARGUMENT', 'frame.data'));
    expect(again.disposed()).toBe(1);
    leases.expectAllBack();
  });

  test('bytes of another realm are bytes', async () => {
    const { runInNewContext } = await import('node:vm');
    const { frame } = frameWith(runInNewContext('new Uint8Array(512)'));
    using result = await convertFrame({ frame, target, backend: 'reference' });
    expect(result.data[0]).toBe(16);
  });
});

describe('options that are none', () => {
  const bad: [string, Partial<Record<keyof ConvertFrameOptions, unknown>>, string][] = [
    ['no target', { target: undefined }, 'target'],
    ['a target without a layout', { target: {} }, 'target'],
    ['a target by name', { target: 'NV12' }, 'target'],
    [
      'a layout of 0 bytes',
      { target: { ...target, layout: { ...target.layout, byteLength: 0 } } },
      'byteLength',
    ],
    ['a device that is none', { backend: 'webgpu', device: 'gpu' }, 'device'],
    ['a context that is none', { backend: 'webgpu', context: null }, 'context'],
    ['a scheduler that is none', { backend: 'webgpu', scheduler: 3 }, 'scheduler'],
    ['no threads', { threads: 0 }, 'threads'],
    ['a million threads', { threads: 1e6 }, 'threads'],
    ['a signal that is none', { signal: 5, backend: 'reference' }, 'signal'],
  ];
  test.each(bad)('%s', async (_, options, words) => {
    const { frame, disposed } = frameWith(new Uint8Array(512));
    const all = { frame, target, ...options } as ConvertFrameOptions;
    await expect(convertFrame(all)).rejects.toThrow(coded('E_INVALID_ARGUMENT', words));
    expect(disposed()).toBe(1);
    const leases = watchedPool();
    const processor = createFrameProcessor({ ...all, source, leases });
    await expect(processor).rejects.toThrow(coded('E_INVALID_ARGUMENT', words));
  });
});

test.each([
  ['device', 'GPUDevice'],
  ['context', 'GpuContext'],
  ['scheduler', 'GpuContext'],
])('an object that is no %s is named', async (name, wanted) => {
  const { frame } = frameWith(new Uint8Array(512));
  const made = convertFrame({ frame, target, backend: 'webgpu', [name]: {} });
  await expect(made).rejects.toThrow(coded('E_GPU_UNAVAILABLE', `Expected a ${wanted}`));
});

test('a frame with a signal that is none is refused and disposed, and the next one goes through', async () => {
  const leases = watchedPool();
  await using processor = createVideoProcessor({ leases, backend: 'reference' });
  const { frame, disposed } = frameWith(new Uint8Array(512));
  const made = processor.process(frame, [], { signal: {} as AbortSignal });
  await expect(made).rejects.toThrow(coded('E_INVALID_ARGUMENT', 'signal'));
  expect(disposed()).toBe(1);
  (await processor.process(frameWith(new Uint8Array(512)).frame))[Symbol.dispose]();
  expect(processor.stats()).toMatchObject({ framesFailed: 1, framesDone: 1, inFlight: 0 });
});

describe('missing options', () => {
  const makers: [string, (options: never) => unknown][] = [
    ['createFrameProcessor', createFrameProcessor],
    ['createVideoProcessor', createVideoProcessor],
    ['convertFrame', convertFrame],
    ['createGpuContext', createGpuContext],
    ['createGpuScheduler', createGpuScheduler],
    ['createReadbackRing', createReadbackRing],
    ['createWebgpuBackend', createWebgpuBackend],
    ['createNativeBackend', createNativeBackend],
    ['createReferenceBackend', createReferenceBackend],
  ];
  test.each(makers)('are refused by %s', async (_, make) => {
    for (const options of [undefined, null, 7])
      await expect((async () => make(options as never))()).rejects.toThrow(
        coded('E_INVALID_ARGUMENT', 'options'),
      );
  });

  test.each(makers.slice(-3))('and so is a missing plan by %s', async (_, make) => {
    await expect((async () => make({ leases: watchedPool() } as never))()).rejects.toThrow(
      coded('E_INVALID_ARGUMENT', 'plan'),
    );
  });
});
