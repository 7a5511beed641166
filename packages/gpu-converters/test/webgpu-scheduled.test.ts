import { BT709, frameLayout, type RawFrame, SRGB } from '@framerail/media-types';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import {
  type BackendPlan,
  createGpuContext,
  createGpuScheduler,
  createWebgpuBackend,
  type GpuContext,
  type GpuScheduler,
  type Operation,
  planConversion,
} from '../src/index.js';
import { coded } from './frames.js';

const MiB = 1 << 20;

/** RGBA to NV12 at full range, whose luma is the grey of a grey frame. */
function planOf(width: number, height: number, operations: readonly Operation[] = []): BackendPlan {
  const source = { layout: frameLayout({ format: 'RGBA', width, height }), color: SRGB };
  const color = { ...BT709, fullRange: true };
  return planConversion(
    source,
    { layout: frameLayout({ format: 'NV12', width, height }), color },
    { operations },
  );
}

function greyFrame({ source }: BackendPlan, grey: number): RawFrame {
  const data = new Uint8Array(source.layout.byteLength).fill(grey);
  return { ...source, data, timestampUs: grey, durationUs: 1, [Symbol.dispose]() {} };
}

const isGrey = ({ data, layout }: RawFrame, grey: number): boolean =>
  data.subarray(0, layout.width * layout.height).every((luma) => luma === grey);

describe.runIf(requireProgram('webgpu'))('the webgpu backend on a context', () => {
  const plan = planOf(64, 32);
  let context: GpuContext;
  beforeEach(async () => {
    context = await createGpuContext({ maxBytes: 64 * MiB });
  });
  afterEach(() => context.dispose());

  test('is made on exactly one of device, context and scheduler', async () => {
    const none = coded('E_INVALID_ARGUMENT', 'exactly one of device, context and scheduler');
    await expect(createWebgpuBackend({ plan })).rejects.toEqual(none);
    const both = createWebgpuBackend({ plan, context, device: context.device });
    await expect(both).rejects.toEqual(none);
  });

  test('counts its memory there, gives all of it back, and finds its pipelines again', async () => {
    for (const round of [1, 2]) {
      const backend = await createWebgpuBackend({ plan, context });
      expect(context.stats().buffers).toBe(12);
      const result = await backend.process(greyFrame(plan, 7));
      expect(isGrey(result, 7)).toBe(true);
      await backend.close();
      // The result's own two stay, for as long as it is out.
      expect(context.stats().buffers).toBe(2);
      result[Symbol.dispose]();
      expect(context.stats()).toMatchObject({ bytes: 0, buffers: 0 });
      expect(context.stats().pipelines).toMatchObject({ misses: 1, hits: round - 1 });
    }
  });

  test('is refused by a budget that is too small, and leaves nothing behind', async () => {
    using small = await createGpuContext({ device: context.device, maxBytes: 40_000 });
    await expect(createWebgpuBackend({ plan, context: small })).rejects.toEqual(
      coded('E_GPU_BUDGET', 'budget of 40000 bytes'),
    );
    expect(small.stats()).toMatchObject({ bytes: 0, buffers: 0 });
    await using backend = await createWebgpuBackend({ plan, context: small, maxInFlight: 1 });
    using result = await backend.process(greyFrame(plan, 3));
    expect(isGrey(result, 3)).toBe(true);
  });

  test('tells after a while who keeps all results', async () => {
    await using backend = await createWebgpuBackend({ plan, context, maxInFlight: 2, timeoutMs: 2000 });
    const kept = [
      await backend.process(greyFrame(plan, 1)),
      await backend.process(greyFrame(plan, 2)),
    ] as const;
    const third = backend.process(greyFrame(plan, 3));
    await expect(third).rejects.toEqual(coded('E_READBACK_TIMEOUT', 'of 2 slots 2 are lent'));
    kept[0][Symbol.dispose]();
    using again = await backend.process(greyFrame(plan, 4));
    expect(isGrey(again, 4)).toBe(true);
    kept[1][Symbol.dispose]();
  });

  test('ends with its context; results that are out stay', async () => {
    const backend = await createWebgpuBackend({ plan, context });
    const out = await backend.process(greyFrame(plan, 5));
    const late = backend.process(greyFrame(plan, 6));
    context.dispose();
    // Not E_CLOSED: a processor gives such frames to another backend.
    const gone = coded('E_GPU_DEVICE_LOST', 'context was disposed');
    await expect(late).rejects.toEqual(gone);
    await expect(backend.process(greyFrame(plan, 7))).rejects.toEqual(gone);
    expect(isGrey(out, 5)).toBe(true);
    await backend.close();
    out[Symbol.dispose]();
    expect(context.stats()).toMatchObject({ bytes: 0, buffers: 0 });
  });

  test('is made again on the device that follows a lost one', async () => {
    const first = await createWebgpuBackend({ plan, context });
    const out = await first.process(greyFrame(plan, 1));
    context.device.destroy();
    await expect(first.process(greyFrame(plan, 2))).rejects.toEqual(coded('E_GPU_DEVICE_LOST'));
    await context.ready();
    await using second = await createWebgpuBackend({ plan, context });
    using result = await second.process(greyFrame(plan, 3));
    expect(isGrey(result, 3)).toBe(true);
    expect(isGrey(out, 1)).toBe(true);
    out[Symbol.dispose]();
    await first.close();
  });
});

describe.runIf(requireProgram('webgpu'))('the webgpu backend with a scheduler', () => {
  const plan = planOf(64, 32);
  let context: GpuContext;
  let scheduler: GpuScheduler;
  beforeEach(async () => {
    context = await createGpuContext({ maxBytes: 256 * MiB });
    const limits = { maxInFlight: 2, maxInFlightBytes: 64 * MiB };
    scheduler = createGpuScheduler({ context, ...limits, batch: { min: 4, max: 4 } });
  });
  afterEach(async () => {
    await scheduler.close();
    expect(context.stats()).toMatchObject({ bytes: 0, buffers: 0 });
    context.dispose();
  });

  test('gives the same frames, several in a submission', async () => {
    const backend = await createWebgpuBackend({ plan, scheduler, maxInFlight: 8 });
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, grey) => backend.process(greyFrame(plan, grey))),
    );
    results.forEach((result, grey) => {
      expect(isGrey(result, grey)).toBe(true);
      expect(result.timestampUs).toBe(grey);
      result[Symbol.dispose]();
    });
    await backend.close();
    await expect.poll(() => scheduler.stats().inFlight).toBe(0);
    const { compute, submissions, busyBy, busyMs } = scheduler.stats();
    expect(compute).toMatchObject({ submitted: 8, failed: 0, queued: 0 });
    expect(submissions).toBeLessThan(8);
    expect(busyBy).toBe('timestamps');
    expect(busyMs).toBeGreaterThanOrEqual(0);
  });

  test('keeps the values of frames apart that go in one submission', async () => {
    const fade = (amount: number): BackendPlan =>
      planOf(64, 32, [{ type: 'color', brightness: amount, contrast: 1.1 }]);
    const amounts = [0, 0.1, 0.1, 0.3, 0, 0.2];
    const backend = await createWebgpuBackend({ plan: fade(0), scheduler, maxInFlight: 6 });
    const direct = await createWebgpuBackend({ plan: fade(0), context });
    const results = await Promise.all(
      amounts.map((amount) => backend.process(greyFrame(plan, 100), { plan: fade(amount) })),
    );
    for (const [index, amount] of amounts.entries()) {
      using expected = await direct.process(greyFrame(plan, 100), { plan: fade(amount) });
      const result = results[index] as RawFrame;
      expect(result.data).toEqual(expected.data);
      result[Symbol.dispose]();
    }
    expect(results).toHaveLength(amounts.length);
    await backend.close();
    await direct.close();
  });

  test('takes a frame back that waits for its turn, and uses its slot again', async () => {
    let open = false;
    const held = createGpuScheduler({
      context,
      maxInFlight: 1,
      maxInFlightBytes: 64 * MiB,
      admit: () => (open ? 'run' : 'wait'),
    });
    const backend = await createWebgpuBackend({ plan, scheduler: held, maxInFlight: 1 });
    const controller = new AbortController();
    const frame = backend.process(greyFrame(plan, 1), { signal: controller.signal });
    await expect.poll(() => held.stats().compute.queued).toBe(1);
    controller.abort();
    await expect(frame).rejects.toEqual(coded('E_ABORTED'));
    open = true;
    for (const grey of [2, 3]) {
      using result = await backend.process(greyFrame(plan, grey));
      expect(isGrey(result, grey)).toBe(true);
    }
    await backend.close();
    await held.close();
  });

  test('hands on what the rule refuses', async () => {
    const strict = createGpuScheduler({
      context,
      maxInFlight: 1,
      maxInFlightBytes: 64 * MiB,
      admit: ({ analysis }) => (analysis.bytesRead > 10_000 ? 'refuse' : 'run'),
    });
    await using backend = await createWebgpuBackend({ plan, scheduler: strict });
    await expect(backend.process(greyFrame(plan, 1))).rejects.toEqual(coded('E_GPU_REFUSED', 'RGBA → NV12'));
    await strict.close();
  });

  test('shares the GPU between backends in turns', async () => {
    const other = planOf(30, 18);
    const backends = await Promise.all([
      createWebgpuBackend({ plan, scheduler, maxInFlight: 4, scheduling: { client: 'a', priority: 1 } }),
      createWebgpuBackend({
        plan: other,
        scheduler,
        maxInFlight: 4,
        scheduling: { client: 'b', queue: 'render' },
      }),
    ]);
    const greys = Array.from({ length: 24 }, (_, grey) => grey);
    await Promise.all(
      greys.map(async (grey) => {
        const [backend, which] = grey % 2 === 0 ? [backends[0], plan] : [backends[1], other];
        using result = await backend.process(greyFrame(which, grey));
        expect(isGrey(result, grey)).toBe(true);
      }),
    );
    for (const backend of backends) await backend.close();
    expect(scheduler.stats()).toMatchObject({ compute: { submitted: 12 }, render: { submitted: 12 } });
  });

  test('fails at once when the device goes, and keeps results whole', async () => {
    const backend = await createWebgpuBackend({ plan, scheduler, maxInFlight: 6 });
    const out = await backend.process(greyFrame(plan, 9));
    const pending = Promise.allSettled(
      [1, 2, 3, 4, 5, 6, 7].map((grey) => backend.process(greyFrame(plan, grey))),
    );
    await new Promise((resolve) => setImmediate(resolve));
    context.device.destroy();
    for (const outcome of await pending) {
      if (outcome.status === 'fulfilled') outcome.value[Symbol.dispose]();
      else expect(outcome.reason).toEqual(coded('E_GPU_DEVICE_LOST'));
    }
    expect(isGrey(out, 9)).toBe(true);
    out[Symbol.dispose]();
    await backend.close();
  });
});
