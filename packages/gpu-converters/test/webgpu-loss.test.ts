import { BT601, BT709, frameLayout } from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import {
  createFrameProcessor,
  createMemoryMeasurements,
  createReferenceBackend,
  openGpuDevice,
  planConversion,
} from '../src/index.js';
import { numberedFrame, watchedPool } from './frames.js';

const source = { layout: frameLayout({ format: 'NV12', width: 160, height: 90 }), color: BT709 };
const target = { layout: frameLayout({ format: 'NV12', width: 222, height: 124 }), color: BT601 };
const operations = [
  { type: 'scale', width: 222, height: 124 },
  { type: 'color', saturation: 1.3, brightness: 0.05 },
] as const;
const FRAMES = 24;

describe.runIf(requireProgram('webgpu'))('a processor on a real device', async () => {
  const expected = await referenceBytes();

  test.each([0, 1, 5, 23])('gives the same frames when the device is destroyed at frame %i', async (at) => {
    const pool = watchedPool();
    const handle = await openGpuDevice();
    const processor = await createFrameProcessor({
      source,
      target,
      operations,
      leases: pool,
      device: handle.device,
      backend: 'webgpu',
    });
    const pending = [];
    for (let number = 0; number < FRAMES; number += 1) {
      if (number === at) handle.close();
      pending.push(
        processor.process(await numberedFrame(pool, source, number)).then((result) => {
          using frame = result;
          expect(frame.timestampUs).toBe(number);
          expect(frame.data).toEqual(expected[number]);
        }),
      );
    }
    await Promise.all(pending);
    const { backend, changes } = processor.choice;
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ from: 'webgpu', to: backend });
    expect(changes[0]?.atFrame).toBeLessThanOrEqual(at);
    await processor.close();
    pool.expectAllBack();
  });

  test('chooses by measuring, says the figures, and leaves the other alone', async () => {
    const pool = watchedPool();
    using handle = await openGpuDevice();
    await using processor = await createFrameProcessor({
      source,
      target,
      operations,
      leases: pool,
      device: handle.device,
      native: false,
    });
    const { backend, reason, measurements } = processor.choice;
    expect(measurements.map((one) => one.backend).sort()).toEqual(['reference', 'webgpu']);
    const fastest = [...measurements].sort((a, b) => a.msPerFrame - b.msPerFrame)[0];
    expect(backend).toBe(fastest?.backend);
    expect(reason).toContain(`${backend} was the fastest`);
    pool.expectAllBack();
  });

  test('remembers what was measured, and measures what was not', async () => {
    const pool = watchedPool();
    using handle = await openGpuDevice();
    const measurements = createMemoryMeasurements();
    const options = {
      source,
      target,
      operations,
      leases: pool,
      device: handle.device,
      native: false,
    } as const;
    await using first = await createFrameProcessor({ ...options, measurements });
    expect(first.choice).toMatchObject({ isRemembered: false, measuredAt: expect.any(String) });
    await using second = await createFrameProcessor({ ...options, measurements });
    const { backend, measuredAt } = first.choice;
    expect(second.choice).toMatchObject({ backend, measuredAt, isRemembered: true });
    expect(second.choice.measurements).toEqual(first.choice.measurements);
    await using anew = await createFrameProcessor({ ...options, measurements: 'off' });
    expect(anew.choice.isRemembered).toBe(false);
    pool.expectAllBack();
  });

  test('`on` and `webgpu` use the device without measuring', async () => {
    const pool = watchedPool();
    using handle = await openGpuDevice();
    const options = { source, target, operations, leases: pool, device: handle.device } as const;
    for (const insisting of [{ backend: 'webgpu' }, { gpuFormatConversion: 'on' }] as const) {
      await using processor = await createFrameProcessor({ ...options, ...insisting });
      expect(processor.choice).toMatchObject({ backend: 'webgpu', measurements: [] });
      using result = await processor.process(await numberedFrame(pool, source, 3));
      expect(result.data).toEqual(expected[3]);
    }
    pool.expectAllBack();
  });

  test('a device that is already gone is left out with its reason', async () => {
    const pool = watchedPool();
    const handle = await openGpuDevice();
    handle.close();
    await handle.device.lost;
    await using processor = await createFrameProcessor({
      source,
      target,
      operations,
      leases: pool,
      device: handle.device,
      native: false,
    });
    expect(processor.choice.backend).toBe('reference');
    expect(processor.choice.reason).toContain("the GPU device can't do it");
  });
});

async function referenceBytes(): Promise<Uint8Array[]> {
  const leases = watchedPool();
  await using backend = createReferenceBackend({
    plan: planConversion(source, target, { operations }),
    leases,
  });
  const all: Uint8Array[] = [];
  for (let number = 0; number < FRAMES; number += 1) {
    using frame = await numberedFrame(leases, source, number);
    using result = await backend.process(frame);
    all.push(result.data.slice());
  }
  return all;
}
