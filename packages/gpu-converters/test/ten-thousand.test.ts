// 10,000 conversions in a row leave buffers, leases and memory where they were.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BT709, frameLayout, SRGB } from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { loadConverter } from '../src/backends/native/load-converter.js';
import {
  createGpuContext,
  createGpuScheduler,
  createNativeBackend,
  createWebgpuBackend,
  type FrameBackend,
  planConversion,
} from '../src/index.js';
import { numberedFrame, watchedPool } from './frames.js';

const CONVERSIONS = 10_000;
const FIFTHS = 5;
const IN_FLIGHT = 8;
/** Heap that is not collected yet, pages that the allocator keeps: not a tenth of what one leaked buffer a frame would be. */
const SETTLED_BYTES = 32 << 20;
const MiB = 1 << 20;

const source = { layout: frameLayout({ format: 'RGBA', width: 64, height: 32 }), color: SRGB };
const target = { layout: frameLayout({ format: 'NV12', width: 64, height: 32 }), color: BT709 };
const plan = planConversion(source, target);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Converts so many frames, some at once, and gives the memory of the process after each fifth. */
async function convertMany(backend: FrameBackend, pool: ReturnType<typeof watchedPool>): Promise<number[]> {
  using frame = await numberedFrame(pool, source, 1);
  const expected = await copyOf(backend, frame);
  const sizes: number[] = [];
  for (let fifth = 0; fifth < FIFTHS; fifth += 1) {
    let left = CONVERSIONS / FIFTHS;
    const work = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        using result = await backend.process(frame);
        // Comparing all would be most of the test.
        if (left % 100 === 0) expect(result.data).toEqual(expected);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, work));
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
    collect();
    sizes.push(process.memoryUsage().rss);
  }
  return sizes;
}

async function copyOf(
  backend: FrameBackend,
  frame: Parameters<FrameBackend['process']>[0],
): Promise<Uint8Array> {
  using result = await backend.process(frame);
  return result.data.slice();
}

/** The second fifth is the first that has everything warm. */
const growthOf = (sizes: readonly number[]): number => (sizes.at(-1) as number) - (sizes[1] as number);

describe.runIf(requireProgram('webgpu'))('10,000 conversions on the GPU', () => {
  test('leave GPU buffers, leases and memory where they were', { timeout: 240_000 }, async () => {
    const pool = watchedPool();
    using context = await createGpuContext({ maxBytes: 64 * MiB });
    const backend = await createWebgpuBackend({ plan, context, maxInFlight: IN_FLIGHT });
    const { bytes, buffers } = context.stats();
    const sizes = await convertMany(backend, pool);
    expect(context.stats()).toMatchObject({
      bytes,
      buffers,
      uncapturedErrors: 0,
      pipelines: { size: 1, misses: 1 },
    });
    expect(backend.stats()).toMatchObject({
      framesDone: CONVERSIONS + 1,
      framesFailed: 0,
      inFlight: 0,
      resultsOut: 0,
    });
    expect(growthOf(sizes)).toBeLessThan(SETTLED_BYTES);
    await backend.close();
    expect(context.stats()).toMatchObject({ bytes: 0, buffers: 0 });
    pool.expectAllBack();
  });

  test('leave them there by way of a scheduler too', { timeout: 240_000 }, async () => {
    const pool = watchedPool();
    using context = await createGpuContext({ maxBytes: 64 * MiB });
    const scheduler = createGpuScheduler({ context, maxInFlight: 2, maxInFlightBytes: 32 * MiB });
    const backend = await createWebgpuBackend({ plan, scheduler, maxInFlight: IN_FLIGHT });
    const sizes = await convertMany(backend, pool);
    await backend.close();
    await expect.poll(() => scheduler.stats().inFlight).toBe(0);
    const { compute, submissions, inFlightBytes } = scheduler.stats();
    expect(compute).toMatchObject({ submitted: CONVERSIONS + 1, failed: 0, aborted: 0, queued: 0 });
    expect(inFlightBytes).toBe(0);
    expect(submissions).toBeLessThanOrEqual(CONVERSIONS + 1);
    expect(growthOf(sizes)).toBeLessThan(SETTLED_BYTES);
    await scheduler.close();
    expect(context.stats()).toMatchObject({ bytes: 0, buffers: 0, uncapturedErrors: 0 });
    pool.expectAllBack();
  });
});

describe.runIf(requireProgram('addon'))('10,000 conversions by the addon', () => {
  test('leave leases and memory where they were', { timeout: 120_000 }, async () => {
    const pool = watchedPool();
    const loaded = await loadConverter();
    if (!loaded.available) throw new Error(loaded.reason);
    const backend = createNativeBackend({
      plan,
      leases: pool,
      binding: loaded.binding,
      maxInFlight: IN_FLIGHT,
    });
    const sizes = await convertMany(backend, pool);
    expect(backend.stats()).toMatchObject({ framesDone: CONVERSIONS + 1, framesFailed: 0, resultsOut: 0 });
    expect(growthOf(sizes)).toBeLessThan(SETTLED_BYTES);
    await backend.close();
    pool.expectAllBack();
  });
});
