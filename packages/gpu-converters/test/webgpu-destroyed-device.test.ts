import { BT709, frameLayout, type RawFrame, SRGB } from '@framerail/media-types';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import type { BackendPlan, FrameBackend } from '../src/index.js';
import { createWebgpuBackend, type GpuDeviceHandle, openGpuDevice } from '../src/index.js';
import { withWork } from '../src/plan/plan-work.js';

const lost = expect.objectContaining({ code: 'E_GPU_DEVICE_LOST' });

const plan: BackendPlan = withWork({
  source: { layout: frameLayout({ format: 'RGBA', width: 640, height: 360 }), color: SRGB },
  target: {
    layout: frameLayout({ format: 'NV12', width: 640, height: 360 }),
    color: { ...BT709, fullRange: true },
  },
  operations: [],
  upsampling: 'bilinear',
});

function greyFrame(grey: number): RawFrame {
  const data = new Uint8Array(plan.source.layout.byteLength).fill(grey);
  return { ...plan.source, data, timestampUs: grey, durationUs: 1, [Symbol.dispose]() {} };
}

const isGrey = (frame: RawFrame, grey: number): boolean =>
  frame.data.subarray(0, 640 * 360).every((luma) => luma === grey);

const settled = (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => true), new Promise<false>((resolve) => setTimeout(resolve, 20, false))]);

describe.runIf(requireProgram('webgpu'))('a device that is destroyed', () => {
  let gpu: GpuDeviceHandle;
  let backend: FrameBackend;
  beforeEach(async () => {
    gpu = await openGpuDevice();
    backend = await createWebgpuBackend({ plan, device: gpu.device });
  });
  afterEach(async () => {
    await backend.close();
    gpu.close();
  });

  test.each([0, 1, 2, 5])(
    'fails all frames in flight after %d turns of the event loop, and all later ones',
    async (turns) => {
      const pending = [1, 2, 3, 4, 5].map((grey) => backend.process(greyFrame(grey)));
      const outcomes = Promise.allSettled(pending);
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      gpu.device.destroy();
      for (const outcome of await outcomes) {
        if (outcome.status === 'fulfilled') outcome.value[Symbol.dispose]();
        else expect(outcome.reason).toEqual(lost);
      }
      await expect(backend.process(greyFrame(6))).rejects.toEqual(lost);
      await expect(gpu.device.lost).resolves.toMatchObject({ reason: 'destroyed' });
      expect(backend.stats()).toMatchObject({ inFlight: 0, resultsOut: 0 });
    },
  );

  test('fails them at once, not when the GPU is done', async () => {
    const out = await backend.process(greyFrame(1));
    let open = 2;
    for (const grey of [2, 3]) {
      backend
        .process(greyFrame(grey))
        .then(
          (frame) => frame[Symbol.dispose](),
          (error) => expect(error).toEqual(lost),
        )
        .finally(() => {
          open -= 1;
        });
    }
    await new Promise((resolve) => setImmediate(resolve));
    gpu.device.destroy();
    // Promises alone: no event of the GPU comes in between.
    for (let job = 0; job < 50; job += 1) await Promise.resolve();
    expect(open).toBe(0);
    out[Symbol.dispose]();
  });

  test('keeps the memory of results that are out until the last of them is disposed', async () => {
    const results = [await backend.process(greyFrame(11)), await backend.process(greyFrame(22))] as const;
    const inFlight = backend.process(greyFrame(33));
    gpu.device.destroy();
    await expect(inFlight).rejects.toEqual(lost);
    expect(isGrey(results[0], 11)).toBe(true);
    expect(isGrey(results[1], 22)).toBe(true);
    expect(await settled(gpu.device.lost)).toBe(false);
    results[0][Symbol.dispose]();
    expect(await settled(gpu.device.lost)).toBe(false);
    expect(isGrey(results[1], 22)).toBe(true);
    results[1][Symbol.dispose]();
    await expect(gpu.device.lost).resolves.toMatchObject({ reason: 'destroyed' });
  });

  test('waits for the results of all backends that share it', async () => {
    const other = await createWebgpuBackend({ plan, device: gpu.device });
    const mine = await backend.process(greyFrame(1));
    const theirs = await other.process(greyFrame(2));
    await other.close();
    gpu.device.destroy();
    mine[Symbol.dispose]();
    expect(await settled(gpu.device.lost)).toBe(false);
    expect(isGrey(theirs, 2)).toBe(true);
    theirs[Symbol.dispose]();
    await expect(gpu.device.lost).resolves.toMatchObject({ reason: 'destroyed' });
  });

  test('has its own destroy back once nobody needs the other one', async () => {
    expect(Object.hasOwn(gpu.device, 'destroy')).toBe(true);
    const result = await backend.process(greyFrame(1));
    await backend.close();
    expect(Object.hasOwn(gpu.device, 'destroy')).toBe(true);
    result[Symbol.dispose]();
    expect(Object.hasOwn(gpu.device, 'destroy')).toBe(false);
  });

  test('goes through whoever put another destroy over it before', async () => {
    const other = await openGpuDevice();
    let calls = 0;
    const destroy = other.device.destroy.bind(other.device);
    other.device.destroy = () => {
      calls += 1;
      return destroy();
    };
    const outer = other.device.destroy;
    const first = await createWebgpuBackend({ plan, device: other.device });
    await first.close();
    expect(other.device.destroy).toBe(outer);
    const second = await createWebgpuBackend({ plan, device: other.device });
    const result = await second.process(greyFrame(5));
    other.close();
    expect(calls).toBe(0);
    result[Symbol.dispose]();
    expect(calls).toBe(1);
    await expect(other.device.lost).resolves.toMatchObject({ reason: 'destroyed' });
    await second.close();
  });

  test('gives an error, not empty frames, when it was destroyed behind the guard', async () => {
    const result = await backend.process(greyFrame(1));
    const { data } = result;
    Object.getPrototypeOf(gpu.device).destroy.call(gpu.device);
    expect(data.byteLength).toBe(0);
    expect(() => result.data).toThrow(lost);
    await gpu.device.lost;
    await expect(backend.process(greyFrame(2))).rejects.toEqual(lost);
    result[Symbol.dispose]();
  });

  test('is refused when it is gone before a backend is made', async () => {
    gpu.device.destroy();
    await expect(createWebgpuBackend({ plan, device: gpu.device })).rejects.toEqual(lost);
    const unseen = await openGpuDevice();
    unseen.device.destroy();
    await unseen.device.lost;
    await expect(createWebgpuBackend({ plan, device: unseen.device })).rejects.toEqual(lost);
  });

  test('is noticed while a backend is being made', async () => {
    const making = createWebgpuBackend({ plan, device: gpu.device });
    gpu.device.destroy();
    await expect(making).rejects.toEqual(lost);
  });
});
