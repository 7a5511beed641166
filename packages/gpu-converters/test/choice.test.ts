import { createManualClock } from '@framerail/lifecycle';
import { describe, expect, test } from 'vitest';
import type { BackendIngredients } from '../src/choice/backend-sources.js';
import { chooseBackend } from '../src/choice/choose-backend.js';
import { measureBackend } from '../src/choice/measure-backend.js';
import { makeWish } from '../src/choice/wish.js';
import {
  createFrameProcessor,
  createReferenceBackend,
  type FrameBackend,
  planConversion,
} from '../src/index.js';
import { coded, NV12_SMALL, RGBA_SMALL, watchedPool } from './frames.js';

const plan = planConversion(NV12_SMALL, RGBA_SMALL);
const VARIABLE = 'FRAMERAIL_GPU_FORMAT_CONVERSION';

describe('what is wished for', () => {
  const wish = (backend: unknown, flag: unknown, variable?: string) =>
    makeWish({
      backend: backend as 'auto',
      gpuFormatConversion: flag as 'auto',
      environment: variable === undefined ? {} : { [VARIABLE]: variable },
    });

  test.each([
    [undefined, undefined, undefined, { mayUseGpu: true }],
    ['auto', 'auto', undefined, { mayUseGpu: true }],
    ['auto', 'off', undefined, { mayUseGpu: false }],
    ['auto', 'on', undefined, { insistsOn: 'webgpu' }],
    ['auto', undefined, 'off', { mayUseGpu: false }],
    ['auto', undefined, 'on', { insistsOn: 'webgpu' }],
    ['auto', undefined, '', { mayUseGpu: true }],
    ['auto', 'auto', 'off', { mayUseGpu: true }],
    ['auto', 'off', 'on', { mayUseGpu: false }],
    ['auto', 'on', 'nonsense', { insistsOn: 'webgpu' }],
    ['webgpu', undefined, undefined, { insistsOn: 'webgpu' }],
    ['webgpu', 'on', undefined, { insistsOn: 'webgpu' }],
    ['webgpu', 'auto', 'off', { insistsOn: 'webgpu' }],
    ['native', 'off', undefined, { insistsOn: 'native' }],
    ['native', undefined, 'on', { insistsOn: 'native' }],
    ['reference', undefined, undefined, { insistsOn: 'reference' }],
  ])('backend %s, option %s, variable %s: %o', (backend, flag, variable, expected) => {
    expect(wish(backend, flag, variable)).toMatchObject(expected);
  });

  test.each([
    ['gpu', undefined, undefined, 'E_INVALID_ARGUMENT', 'backend'],
    ['auto', 'yes', undefined, 'E_INVALID_ARGUMENT', 'gpuFormatConversion'],
    ['auto', undefined, 'yes', 'E_INVALID_ARGUMENT', VARIABLE],
    ['webgpu', 'off', undefined, 'E_INVALID_ARGUMENT', 'gpuFormatConversion'],
    ['native', 'on', undefined, 'E_INVALID_ARGUMENT', 'gpuFormatConversion'],
    ['webgpu', undefined, 'off', 'E_GPU_UNAVAILABLE', VARIABLE],
  ])('backend %s, option %s, variable %s is %s', (backend, flag, variable, code, words) => {
    expect(() => wish(backend, flag, variable)).toThrow(coded(code, words));
  });
});

describe('without a device', () => {
  const options = { source: NV12_SMALL, target: RGBA_SMALL, native: false } as const;

  test('the addon converts if there is one, else plain JavaScript, and the choice says why', async () => {
    const leases = watchedPool();
    const addon = { prepare: () => ({ process: () => Promise.resolve(), processSync: () => {} }) };
    await using native = await createFrameProcessor({ ...options, leases, native: addon });
    expect(native.choice).toMatchObject({ backend: 'native', measurements: [], changes: [] });
    expect(native.choice.reason).toContain('no GPU device was given');
    await using reference = await createFrameProcessor({ ...options, leases });
    expect(reference.choice.backend).toBe('reference');
    expect(reference.choice.reason).toContain('the addon is turned off');
    expect(Object.isFrozen(reference.choice)).toBe(true);
    leases.expectAllBack();
  });

  test.each([{ backend: 'webgpu' }, { gpuFormatConversion: 'on' }] as const)(
    '%o is an error that tells the reason',
    async (insisting) => {
      const made = createFrameProcessor({ ...options, ...insisting, leases: watchedPool() });
      await expect(made).rejects.toThrow(coded('E_GPU_UNAVAILABLE', 'no GPU device was given'));
    },
  );

  test('insisting on an addon that isn’t there is an error', async () => {
    const made = createFrameProcessor({ ...options, backend: 'native', leases: watchedPool() });
    await expect(made).rejects.toThrow(coded('E_NATIVE_UNAVAILABLE', 'the addon is turned off'));
  });
});

test('`off` doesn’t so much as look at the device', async () => {
  const device = new Proxy(
    {},
    {
      get(_, name) {
        throw new Error(`${String(name)} was read`);
      },
    },
  ) as unknown as GPUDevice;
  const leases = watchedPool();
  await using processor = await createFrameProcessor({
    source: NV12_SMALL,
    target: RGBA_SMALL,
    leases,
    device,
    native: false,
    gpuFormatConversion: 'off',
  });
  expect(processor.choice.backend).toBe('reference');
  expect(processor.choice.reason).toContain("gpuFormatConversion is 'off'");
});

test('a device that can’t do it is left out with its reason, and an error where it was insisted on', async () => {
  // Far too small for any frame.
  const device = {
    limits: { maxBufferSize: 1, maxStorageBufferBindingSize: 1 },
    lost: new Promise(() => {}),
  } as unknown as GPUDevice;
  const leases = watchedPool();
  const options = { source: NV12_SMALL, target: RGBA_SMALL, leases, device, native: false } as const;
  await using processor = await createFrameProcessor(options);
  expect(processor.choice.backend).toBe('reference');
  expect(processor.choice.reason).toContain("the GPU device can't do it");
  await expect(createFrameProcessor({ ...options, backend: 'webgpu' })).rejects.toThrow(
    coded('E_GPU_UNAVAILABLE', 'was asked for'),
  );
});

describe('measuring', () => {
  /** A backend that takes as long as it says, on a clock that only it moves. */
  function slowBackend(msPerFrame: number, maxInFlight = 2) {
    const clock = createManualClock();
    const leases = watchedPool();
    const inner = createReferenceBackend({ plan, leases });
    let frames = 0;
    const backend: FrameBackend = Object.assign(Object.create(inner) as FrameBackend, {
      maxInFlight,
      async process(...given: Parameters<FrameBackend['process']>) {
        frames += 1;
        const result = await inner.process(...given);
        // The first frame is the one that warms up.
        clock.advance(frames === 1 ? 7 * msPerFrame : msPerFrame);
        return result;
      },
    });
    return { backend, clock, leases, frames: () => frames };
  }

  test('is the median a frame, without the warm-up', async () => {
    const { backend, clock, leases, frames } = slowBackend(3);
    expect(await measureBackend({ backend, plan, leases, clock, signal: undefined })).toBe(3);
    expect(frames()).toBe(2 + 5 * 2);
    leases.expectAllBack();
  });

  test('is short for a slow backend', async () => {
    const { backend, clock, leases, frames } = slowBackend(1000);
    expect(await measureBackend({ backend, plan, leases, clock, signal: undefined })).toBe(1000);
    expect(frames()).toBe(2 + 2);
  });

  test('stops where nothing can be won', async () => {
    const { backend, clock, leases, frames } = slowBackend(100);
    expect(await measureBackend({ backend, plan, leases, clock, signal: undefined, toBeatMs: 49 })).toBe(100);
    expect(frames()).toBe(2);
    leases.expectAllBack();
  });

  test.each([
    [undefined, 6000, 10_000],
    [100, 4000, 4000],
    [1, 800, 1500],
  ])('with %s ms to beat a frame of %i ms gives up after %i ms', async (toBeatMs, msPerFrame, limitMs) => {
    const { backend, clock, leases } = slowBackend(msPerFrame);
    const measured = measureBackend({ backend, plan, leases, clock, signal: undefined, toBeatMs });
    await expect(measured).rejects.toThrow(coded('E_TIMEOUT', `within ${limitMs} ms`));
    leases.expectAllBack();
  });

  test('gives up when there is no memory to measure with, and keeps none', async () => {
    const { backend, clock } = slowBackend(1);
    const leases = watchedPool(4096);
    const held = await leases.acquire(1);
    const measured = measureBackend({ backend, plan, leases, clock, signal: undefined });
    await expect(measured).rejects.toThrow(coded('E_TIMEOUT'));
    held.release();
    leases.expectAllBack();
  });

  test('fails as the backend does, and keeps nothing', async () => {
    const { backend, clock, leases } = slowBackend(1);
    const failing = Object.assign(Object.create(backend) as FrameBackend, {
      maxInFlight: 2,
      process: () => Promise.reject(new Error('no')),
    });
    await expect(
      measureBackend({ backend: failing, plan, leases, clock, signal: undefined }),
    ).rejects.toThrow('no');
    leases.expectAllBack();
  });

  test('ends when it is aborted', async () => {
    const { backend, clock, leases } = slowBackend(1);
    const signal = AbortSignal.abort();
    await expect(measureBackend({ backend, plan, leases, clock, signal })).rejects.toThrow(
      coded('E_ABORTED'),
    );
    leases.expectAllBack();
  });
});

test('an abort while choosing leaves nothing behind', async () => {
  const leases = watchedPool();
  const ingredients: BackendIngredients = {
    plan,
    leases,
    maxInFlight: 2,
    gpu: {},
    native: false,
    threads: undefined,
  };
  const wish = makeWish({ backend: 'auto', gpuFormatConversion: 'auto', environment: {} });
  const { backend } = await chooseBackend({
    wish,
    ingredients,
    clock: createManualClock(),
    signal: undefined,
  });
  await backend.close();
  leases.expectAllBack();
});
