import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BT709, frameLayout, type RawFrame, SRGB } from '@framerail/media-types';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import type { BackendPlan } from '../src/index.js';
import { createWebgpuBackend, type GpuDeviceHandle, openGpuDevice } from '../src/index.js';
import { withWork } from '../src/plan/plan-work.js';

const coded = (code: string) => expect.objectContaining({ code });

/** RGBA to NV12, whose luma tells frames apart. */
function planOf(width: number, height: number): BackendPlan {
  return withWork({
    source: { layout: frameLayout({ format: 'RGBA', width, height }), color: SRGB },
    target: { layout: frameLayout({ format: 'NV12', width, height }), color: { ...BT709, fullRange: true } },
    operations: [],
    upsampling: 'bilinear',
  });
}

function greyFrame({ source }: BackendPlan, grey: number): RawFrame {
  const data = new Uint8Array(source.layout.byteLength).fill(grey);
  return { ...source, data, timestampUs: grey, durationUs: 1, [Symbol.dispose]() {} };
}

/** Frames of one grey keep it as luma at full range. */
const isGrey = ({ data, layout }: RawFrame, grey: number): boolean =>
  data.subarray(0, layout.width * layout.height).every((luma) => luma === grey);

describe.runIf(requireProgram('webgpu'))('the webgpu backend', () => {
  const plan = planOf(64, 32);
  let gpu: GpuDeviceHandle;
  let alive: Set<GPUBuffer>;

  beforeEach(async () => {
    gpu = await openGpuDevice();
    alive = new Set();
    // Counts what is made on the device and not destroyed.
    const { device } = gpu;
    const createBuffer = device.createBuffer.bind(device);
    device.createBuffer = (descriptor) => {
      const buffer = createBuffer(descriptor);
      const destroy = buffer.destroy.bind(buffer);
      alive.add(buffer);
      buffer.destroy = () => {
        alive.delete(buffer);
        return destroy();
      };
      return buffer;
    };
  });
  afterEach(() => gpu.close());

  test('hands mapped memory out without copying it, and makes later frames wait for it', async () => {
    const backend = await createWebgpuBackend({ plan, device: gpu.device, maxInFlight: 3 });
    const results = await Promise.all([1, 2, 3].map((grey) => backend.process(greyFrame(plan, grey))));
    const fourth = backend.process(greyFrame(plan, 4));
    const first = results[0] as RawFrame;
    expect(await Promise.race([fourth, new Promise((resolve) => setTimeout(resolve, 50, 'waits'))])).toBe(
      'waits',
    );
    results.forEach((result, index) => {
      expect(isGrey(result, index + 1)).toBe(true);
    });
    const { data } = first;
    first[Symbol.dispose]();
    // The view was the mapped range itself: unmapping detached it.
    expect(data.byteLength).toBe(0);
    expect(() => first.data).toThrow(coded('E_LEASE_RELEASED'));
    expect(() => first[Symbol.dispose]()).toThrow(coded('E_LEASE_RELEASED'));
    const result = await fourth;
    expect(isGrey(result, 4)).toBe(true);
    for (const one of [result, ...results.slice(1)]) one[Symbol.dispose]();
    expect(backend.stats()).toEqual({ framesDone: 4, framesFailed: 0, inFlight: 0, resultsOut: 0 });
    await backend.close();
    expect(alive.size).toBe(0);
  });

  test('destroys all it made: at once, and what is out when it is disposed', async () => {
    const operations = [
      { type: 'scale', width: 30, height: 21 },
      { type: 'overlay', image: { data: new Uint8Array(64), width: 4, height: 4 }, x: 0, y: 0, opacity: 255 },
      { type: 'scale', width: 64, height: 32 },
    ] as const;
    const backend = await createWebgpuBackend({ plan: { ...plan, operations }, device: gpu.device });
    const result = await backend.process(greyFrame(plan, 9));
    expect(alive.size).toBeGreaterThan(12);
    await backend.close();
    expect(alive.size).toBeLessThanOrEqual(8);
    expect(result.data.byteLength).toBe(plan.target.layout.byteLength);
    result[Symbol.dispose]();
    await expect.poll(() => alive.size).toBe(0);
  });

  test('gives frames up on abort: waiting for a slot, and on the GPU', async () => {
    const backend = await createWebgpuBackend({ plan, device: gpu.device, maxInFlight: 1 });
    const out = await backend.process(greyFrame(plan, 1));
    const waiting = new AbortController();
    const waiter = backend.process(greyFrame(plan, 2), { signal: waiting.signal });
    waiting.abort();
    await expect(waiter).rejects.toEqual(coded('E_ABORTED'));
    out[Symbol.dispose]();
    const running = new AbortController();
    const runner = backend.process(greyFrame(plan, 3), { signal: running.signal });
    setImmediate(() => running.abort());
    await runner.then(
      (frame) => frame[Symbol.dispose](),
      (error) => expect(error).toEqual(coded('E_ABORTED')),
    );
    using after = await backend.process(greyFrame(plan, 4));
    expect(isGrey(after, 4)).toBe(true);
    await backend.close();
  });

  test('lets events in while it copies a large frame, and gives it up there', async () => {
    const large = planOf(4096, 2304);
    const backend = await createWebgpuBackend({ plan: large, device: gpu.device, maxInFlight: 1 });
    const controller = new AbortController();
    const pending = backend.process(greyFrame(large, 7), { signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(pending).rejects.toEqual(coded('E_ABORTED'));
    using result = await backend.process(greyFrame(large, 8));
    expect(isGrey(result, 8)).toBe(true);
    await backend.close();
  });

  test('rejects who waits when it is closed, and lets the rest settle', async () => {
    const backend = await createWebgpuBackend({ plan, device: gpu.device, maxInFlight: 1 });
    const running = backend.process(greyFrame(plan, 1));
    const waiting = backend.process(greyFrame(plan, 2));
    waiting.catch(() => {});
    await backend.close();
    using result = await running;
    expect(isGrey(result, 1)).toBe(true);
    await expect(waiting).rejects.toEqual(coded('E_CLOSED'));
  });

  test('refuses frames that are not of its plan', async () => {
    const backend = await createWebgpuBackend({ plan, device: gpu.device });
    const other = planOf(32, 32);
    await expect(backend.process(greyFrame(other, 1))).rejects.toEqual(coded('E_INVALID_ARGUMENT'));
    const frame = greyFrame(plan, 1);
    const short = { ...frame, data: frame.data.subarray(1), [Symbol.dispose]() {} };
    await expect(backend.process(short)).rejects.toEqual(coded('E_INVALID_ARGUMENT'));
    await backend.close();
  });

  test('says what the GPU had against a frame, and goes on in its other slots', async () => {
    const backend = await createWebgpuBackend({ plan, device: gpu.device, maxInFlight: 2 });
    const readback = [...alive].find(({ label }) => label === 'framerail slot 0: readback') as GPUBuffer;
    readback.destroy();
    await expect(backend.process(greyFrame(plan, 1))).rejects.toEqual(
      expect.objectContaining({ code: expect.stringMatching(/^E_GPU_/) }),
    );
    for (const grey of [2, 3]) {
      using result = await backend.process(greyFrame(plan, grey));
      expect(isGrey(result, grey)).toBe(true);
    }
    await backend.close();
    expect(alive.size).toBe(0);
  });

  test('ends when every slot has failed, instead of waiting for one for ever', async () => {
    const backend = await createWebgpuBackend({ plan, device: gpu.device, maxInFlight: 1 });
    for (const buffer of [...alive]) if (buffer.label.endsWith('readback')) buffer.destroy();
    const attempts = [1, 2].map((grey) => backend.process(greyFrame(plan, grey)));
    for (const result of await Promise.allSettled(attempts)) {
      expect(result).toMatchObject({
        status: 'rejected',
        reason: { code: expect.stringMatching(/^E_GPU_/) },
      });
    }
    await backend.close();
  });

  test('survives collections of garbage while frames are on their way', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const backend = await createWebgpuBackend({ plan, device: gpu.device });
    for (let round = 0; round < 12; round += 1) {
      const pending = [1, 2, 3, 4, 5].map(async (grey) => {
        using result = await backend.process(greyFrame(plan, grey));
        collect();
        expect(isGrey(result, grey)).toBe(true);
      });
      collect();
      await Promise.all(pending);
    }
    await backend.close();
    collect();
    expect(alive.size).toBe(0);
  });
});
