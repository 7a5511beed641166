// 10,000 conversions in a row leave buffers, leases and memory where they were.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BT709, frameLayout, SRGB } from '@framerail/media-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { loadConverter } from '../src/backends/native/load-converter.js';
import {
  createNativeBackend,
  type GpuContextStats,
  type GpuSchedulerStats,
  planConversion,
} from '../src/index.js';
import { numberedFrame, watchedPool } from './frames.js';
import { bundleSources, type OwnProcess } from './own-process.js';

const CONVERSIONS = 10_000;
const FIFTHS = 5;
const IN_FLIGHT = 8;
const MiB = 1 << 20;
/** 8,000 frames of 64 × 32 whose upload or result alone were kept would be 64 or 24 MiB. */
const SETTLED_BYTES = 12 * MiB;
const SETTLED_HEAP_BYTES = 3 * MiB;
/** V8 gives new objects more room the longer it runs; that is no leak, and would hide one. */
const STEADY_HEAP = ['--expose-gc', '--max-semi-space-size=1'];

/** Memory after each fifth, in bytes. */
interface Sizes {
  readonly rss: readonly number[];
  readonly heap: readonly number[];
}

/** The second fifth is the first that has everything warm. */
const growthOf = (sizes: readonly number[]): number => (sizes.at(-1) as number) - (sizes[1] as number);

describe.runIf(requireProgram('webgpu'))('10,000 conversions on the GPU', () => {
  let own: OwnProcess;
  beforeAll(async () => {
    own = await bundleSources();
  });
  afterAll(() => own.remove());

  /** Converts in a process of its own, by a backend that the script makes. */
  const convertMany = (makeBackend: string, extra = 'undefined') =>
    own.run(
      `const { BT709, SRGB, frameLayout, planConversion } = framerail;
      const size = { width: 64, height: 32 };
      const plan = planConversion(
        { layout: frameLayout({ format: 'RGBA', ...size }), color: SRGB },
        { layout: frameLayout({ format: 'NV12', ...size }), color: BT709 },
      );
      const data = Uint8Array.from({ length: plan.source.layout.byteLength }, (_, at) => (at * at) >> 3);
      const frame = { ...plan.source, data, timestampUs: 0, durationUs: 1, [Symbol.dispose]() {} };
      const context = await framerail.createGpuContext({ maxBytes: ${64 * MiB} });
      ${makeBackend}
      const before = context.stats();
      const first = await backend.process(frame);
      const expected = Buffer.from(first.data);
      first[Symbol.dispose]();
      const sizes = { rss: [], heap: [] };
      let different = 0;
      for (let fifth = 0; fifth < ${FIFTHS}; fifth += 1) {
        let left = ${CONVERSIONS / FIFTHS};
        const work = async () => {
          while (left > 0) {
            left -= 1;
            const result = await backend.process(frame);
            if (!expected.equals(result.data)) different += 1;
            result[Symbol.dispose]();
          }
        };
        await Promise.all(Array.from({ length: ${IN_FLIGHT} }, work));
        for (const _ of [1, 2]) {
          gc();
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        sizes.rss.push(process.memoryUsage().rss);
        sizes.heap.push(process.memoryUsage().heapUsed);
      }
      const after = context.stats();
      const frames = backend.stats();
      await backend.close();
      const scheduled = ${extra};
      const closed = context.stats();
      context.dispose();
      console.log(JSON.stringify({ before, after, closed, frames, sizes, different, scheduled }));`,
      STEADY_HEAP,
    ) as Promise<{
      readonly before: GpuContextStats;
      readonly after: GpuContextStats;
      readonly closed: GpuContextStats;
      readonly frames: object;
      readonly sizes: Sizes;
      readonly different: number;
      readonly scheduled?: GpuSchedulerStats;
    }>;

  const expectSettled = ({
    before,
    after,
    closed,
    frames,
    sizes,
    different,
  }: Awaited<ReturnType<typeof convertMany>>) => {
    const { bytes, buffers } = before;
    const pipelines = { size: 1, misses: 1 };
    expect(different).toBe(0);
    expect(frames).toEqual({ framesDone: CONVERSIONS + 1, framesFailed: 0, inFlight: 0, resultsOut: 0 });
    expect(after).toMatchObject({ bytes, buffers, uncapturedErrors: 0, pipelines });
    expect(closed).toMatchObject({ bytes: 0, buffers: 0 });
    expect(growthOf(sizes.heap)).toBeLessThan(SETTLED_HEAP_BYTES);
    expect(growthOf(sizes.rss)).toBeLessThan(SETTLED_BYTES);
  };

  test('leave GPU buffers, leases and memory where they were', { timeout: 240_000 }, async () => {
    const backend = `await framerail.createWebgpuBackend({ plan, context, maxInFlight: ${IN_FLIGHT} })`;
    expectSettled(await convertMany(`const backend = ${backend};`));
  });

  test('leave them there by way of a scheduler too', { timeout: 240_000 }, async () => {
    const outcome = await convertMany(
      `const limits = { maxInFlight: 2, maxInFlightBytes: ${32 * MiB} };
      const scheduler = framerail.createGpuScheduler({ context, ...limits });
      // Its fences are made when they are needed: all of them now.
      for (const client of ['a', 'b']) {
        const analysis = { bytesRead: 0, bytesWritten: 0, passes: 0 };
        const task = { queue: 'render', client, analysis, encode() {}, done: () => new Promise((go) => setTimeout(go, 50)) };
        scheduler.schedule(task);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
      const backend = await framerail.createWebgpuBackend({ plan, scheduler, maxInFlight: ${IN_FLIGHT} });`,
      'await scheduler.close().then(() => scheduler.stats())',
    );
    expectSettled(outcome);
    expect(outcome.scheduled).toMatchObject({
      inFlight: 0,
      inFlightBytes: 0,
      compute: { submitted: CONVERSIONS + 1, failed: 0, aborted: 0, queued: 0 },
    });
  });
});

describe.runIf(requireProgram('addon'))('10,000 conversions by the addon', () => {
  test('leave leases and memory where they were', { timeout: 120_000 }, async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const pool = watchedPool();
    const loaded = await loadConverter();
    if (!loaded.available) throw new Error(loaded.reason);
    const size = { width: 64, height: 32 };
    const plan = planConversion(
      { layout: frameLayout({ format: 'RGBA', ...size }), color: SRGB },
      { layout: frameLayout({ format: 'NV12', ...size }), color: BT709 },
    );
    const { binding } = loaded;
    const backend = createNativeBackend({ plan, leases: pool, binding, maxInFlight: IN_FLIGHT });
    const frame = await numberedFrame(pool, plan.source, 1);
    const heap: number[] = [];
    const inUse: number[] = [];
    for (let fifth = 0; fifth < FIFTHS; fifth += 1) {
      let left = CONVERSIONS / FIFTHS;
      const work = async (): Promise<void> => {
        for (; left > 0; left -= 1) (await backend.process(frame))[Symbol.dispose]();
      };
      await Promise.all(Array.from({ length: IN_FLIGHT }, work));
      collect();
      await new Promise((resolve) => setTimeout(resolve, 20));
      collect();
      const { heapUsed, external } = process.memoryUsage();
      heap.push(heapUsed + external);
      inUse.push(pool.stats().bytesInUse);
    }
    expect(new Set(inUse).size).toBe(1);
    expect(growthOf(heap)).toBeLessThan(SETTLED_HEAP_BYTES);
    expect(backend.stats()).toMatchObject({ framesFailed: 0, inFlight: 0, resultsOut: 0 });
    expect(backend.stats().framesDone).toBeGreaterThanOrEqual(CONVERSIONS);
    await backend.close();
    frame[Symbol.dispose]();
    pool.expectAllBack();
  });
});
