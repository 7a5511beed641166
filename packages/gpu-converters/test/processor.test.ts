import type { RawFrame } from '@framerail/media-types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convertFrame, createFrameProcessor, createReferenceBackend, planConversion } from '../src/index.js';
import { BackendLine } from '../src/processor/backend-line.js';
import { OrderedProcessor } from '../src/processor/ordered-processor.js';
import { coded, NV12_LARGER, NV12_SMALL, numberedFrame, RGBA_SMALL, watchedPool } from './frames.js';
import { type Habits, losingBackend } from './losing-backend.js';

const operations = [
  { type: 'scale', width: 30, height: 25 },
  { type: 'color', saturation: 1.5 },
] as const;
const plan = planConversion(NV12_SMALL, NV12_LARGER, { operations });

type Pool = ReturnType<typeof watchedPool>;

/** A processor over a backend with memory of its own that behaves as told, and then over the reference with that of `leases`. */
function makeProcessor(leases: Pool, habits: Habits, maxInFlight: number, signal?: AbortSignal) {
  const gpuMemory = watchedPool();
  const losing = { ...losingBackend(createReferenceBackend({ plan, leases: gpuMemory }), habits), gpuMemory };
  const next = losingBackend(createReferenceBackend({ plan, leases }));
  let nextMade = 0;
  const makeNext = async () => {
    await new Promise((go) => setImmediate(go));
    nextMade += 1;
    return Object.assign(next.backend, { name: 'reference' as const });
  };
  const line = new BackendLine(losing.backend, makeNext);
  const choice = { reason: 'the test says so', measurements: [], isRemembered: false };
  const allNextClosed = () => next.closed() === nextMade;
  return {
    losing,
    allNextClosed,
    processor: new OrderedProcessor({
      plan,
      line,
      choice,
      maxInFlight,
      intake: { leases, device: undefined },
      signal,
    }),
  };
}

/** The bytes that every backend must give for a numbered frame. */
async function expectedBytes(number: number): Promise<Uint8Array> {
  const pool = watchedPool();
  const backend = createReferenceBackend({ plan, leases: pool });
  using frame = await numberedFrame(pool, plan.source, number);
  using result = await backend.process(frame);
  return result.data.slice();
}
const EXPECTED = await Promise.all(Array.from({ length: 12 }, (_, number) => expectedBytes(number)));

async function take(result: RawFrame, number: number): Promise<void> {
  using frame = result;
  expect(frame.timestampUs).toBe(number);
  expect(frame.data).toEqual(EXPECTED[number]);
}

test('results are right, in order and bounded, whatever finishes first, is aborted, lost or closed', async () => {
  const scenario = fc.record({
    frames: fc.integer({ min: 1, max: 12 }),
    maxInFlight: fc.integer({ min: 1, max: 4 }),
    delays: fc.array(fc.nat(6), { maxLength: 12 }),
    losesAt: fc.option(fc.nat(11), { nil: undefined }),
    abort: fc.option(fc.record({ frame: fc.nat(11), afterTurns: fc.nat(8) }), { nil: undefined }),
    closeAfterTurns: fc.option(fc.nat(20), { nil: undefined }),
    resultsThatFit: fc.integer({ min: 1, max: 5 }),
  });
  const turns = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn += 1) await new Promise((go) => setImmediate(go));
  };
  await fc.assert(
    fc.asyncProperty(
      scenario,
      async ({ frames, maxInFlight, delays, losesAt, abort, closeAfterTurns, resultsThatFit }) => {
        const sources = watchedPool();
        // So little memory that frames which were started out of order would wait for each other for ever.
        const results = watchedPool(resultsThatFit * 4096);
        const { losing, allNextClosed, processor } = makeProcessor(results, { delays, losesAt }, maxInFlight);
        const controller = new AbortController();
        const settled: number[] = [];
        let mostInFlight = 0;
        const all = Promise.allSettled(
          Array.from({ length: frames }, async (_, number) => {
            const frame = await numberedFrame(sources, plan.source, number);
            const options = number === abort?.frame ? { signal: controller.signal } : {};
            const result = await processor.process(frame, options);
            settled.push(number);
            mostInFlight = Math.max(mostInFlight, processor.stats().inFlight);
            await take(result, number);
          }),
        );
        const aborting = abort && turns(abort.afterTurns).then(() => controller.abort());
        const closing =
          closeAfterTurns === undefined ? undefined : turns(closeAfterTurns).then(() => processor.close());
        const outcomes = await all;
        await aborting;
        await closing;
        for (const [number, outcome] of outcomes.entries()) {
          if (outcome.status === 'fulfilled') continue;
          const allowed = [
            number === abort?.frame ? 'E_ABORTED' : '',
            closing === undefined ? '' : 'E_CLOSED',
          ];
          expect(allowed, String(outcome.reason)).toContain(outcome.reason.code);
        }
        expect(settled).toEqual([...settled].sort((a, b) => a - b));
        expect(mostInFlight).toBeLessThanOrEqual(maxInFlight);
        if (losing.calls() > (losesAt ?? 99) && closing === undefined && abort === undefined) {
          expect(processor.choice.changes).toMatchObject([{ from: 'webgpu', to: 'reference' }]);
        }
        await processor.close();
        expect(losing.closed()).toBe(1);
        expect(allNextClosed()).toBe(true);
        const { framesIn, framesDone, framesFailed, inFlight, waiting } = processor.stats();
        expect({ framesIn, inFlight, waiting }).toEqual({ framesIn: frames, inFlight: 0, waiting: 0 });
        expect(framesDone + framesFailed).toBe(frames);
        sources.expectAllBack();
        results.expectAllBack();
        losing.gpuMemory.expectAllBack();
      },
    ),
    { seed: 30, numRuns: 400, timeout: 10_000 },
  );
});

describe('losing the device', () => {
  test('the choice says when, why and what to', async () => {
    const pool = watchedPool();
    const { processor, losing } = makeProcessor(pool, { delays: [3, 3, 3, 3, 3, 3], losesAt: 4 }, 3);
    expect(processor.choice).toEqual({
      backend: 'webgpu',
      reason: 'the test says so',
      measurements: [],
      isRemembered: false,
      changes: [],
    });
    const results = [];
    for (let number = 0; number < 8; number += 1)
      results.push(processor.process(await numberedFrame(pool, plan.source, number)));
    for (const [number, result] of results.entries()) await take(await result, number);
    const { changes, backend } = processor.choice;
    expect(backend).toBe('reference');
    expect(changes).toEqual([
      {
        from: 'webgpu',
        to: 'reference',
        reason: 'The GPU device is gone (test)',
        atFrame: expect.any(Number),
      },
    ]);
    // Frames in flight when it happened are done again: the fourth was the one that noticed.
    expect(changes[0]?.atFrame).toBeGreaterThanOrEqual(2);
    expect(changes[0]?.atFrame).toBeLessThanOrEqual(4);
    expect(losing.closed()).toBe(0);
    await processor.close();
    expect(losing.closed()).toBe(1);
    pool.expectAllBack();
  });

  test('without a next backend every frame is told', async () => {
    const pool = watchedPool();
    const losing = losingBackend(createReferenceBackend({ plan, leases: pool }), { losesAt: 0 });
    const line = new BackendLine(losing.backend, () => Promise.reject(new Error('none left')));
    const processor = new OrderedProcessor({
      plan,
      line,
      choice: { reason: '', measurements: [], isRemembered: false },
      maxInFlight: 2,
      intake: { leases: pool, device: undefined },
      signal: undefined,
    });
    const results = await Promise.allSettled(
      [0, 1, 2, 3].map(async (number) => processor.process(await numberedFrame(pool, plan.source, number))),
    );
    expect(results.map((result) => (result as PromiseRejectedResult).reason.message)).toEqual(
      Array(4).fill('none left'),
    );
    await processor.close();
    pool.expectAllBack();
  });

  test('other failures change nothing', async () => {
    const pool = watchedPool();
    const panic = { process: () => Promise.reject(new Error('kernel panic')), processSync: () => {} };
    const fails = { prepare: () => panic };
    const processor = await createFrameProcessor({
      source: NV12_SMALL,
      target: RGBA_SMALL,
      leases: pool,
      backend: 'native',
      native: fails,
    });
    const frame = await numberedFrame(pool, NV12_SMALL, 0);
    await expect(processor.process(frame)).rejects.toThrow(coded('E_NATIVE_FAILED', 'kernel panic'));
    expect(processor.choice).toMatchObject({ backend: 'native', changes: [] });
    await processor.close();
    pool.expectAllBack();
  });
});

describe('a processor', () => {
  const options = { source: NV12_SMALL, target: RGBA_SMALL, backend: 'reference' } as const;

  test('refuses frames of another format, and disposes them', async () => {
    const pool = watchedPool();
    await using processor = await createFrameProcessor({ ...options, leases: pool });
    await expect(processor.process(await numberedFrame(pool, RGBA_SMALL, 0))).rejects.toThrow(
      coded('E_INVALID_ARGUMENT', 'NV12 22×14'),
    );
    const otherColor = { ...NV12_SMALL, color: { ...NV12_SMALL.color, fullRange: true } };
    await expect(processor.process(await numberedFrame(pool, otherColor, 0))).rejects.toThrow(
      coded('E_INVALID_ARGUMENT', 'fullRange'),
    );
    const planes = NV12_SMALL.layout.planes.map(({ offset, stride }) => ({ offset, stride: stride + 1 }));
    const otherLayout = { ...NV12_SMALL, layout: { ...NV12_SMALL.layout, planes, byteLength: 1000 } };
    await expect(processor.process(await numberedFrame(pool, otherLayout, 0))).rejects.toThrow(
      coded('E_INVALID_ARGUMENT', 'planes'),
    );
    expect(processor.stats()).toMatchObject({ framesIn: 3, framesFailed: 3, inFlight: 0 });
    pool.expectAllBack();
  });

  test('refuses a frame that was disposed', async () => {
    const pool = watchedPool();
    await using processor = await createFrameProcessor({ ...options, leases: pool });
    const frame = await numberedFrame(pool, NV12_SMALL, 0);
    frame[Symbol.dispose]();
    await expect(processor.process(frame)).rejects.toThrow(coded('E_LEASE_RELEASED'));
    pool.expectAllBack();
  });

  test('takes nothing after close, and closing twice is harmless', async () => {
    const pool = watchedPool();
    const processor = await createFrameProcessor({ ...options, leases: pool });
    await Promise.all([processor.close(), processor.close()]);
    await expect(processor.process(await numberedFrame(pool, NV12_SMALL, 0))).rejects.toThrow(
      coded('E_CLOSED'),
    );
    pool.expectAllBack();
  });

  test('its signal ends everything', async () => {
    const pool = watchedPool();
    const controller = new AbortController();
    const processor = await createFrameProcessor({ ...options, leases: pool, signal: controller.signal });
    const pending = [0, 1, 2, 3, 4].map(async (number) =>
      processor.process(await numberedFrame(pool, NV12_SMALL, number)),
    );
    await Promise.resolve();
    controller.abort();
    for (const result of await Promise.allSettled(pending)) {
      if (result.status === 'fulfilled') result.value[Symbol.dispose]();
      else expect(result.reason).toEqual(coded('E_ABORTED'));
    }
    await processor.close();
    pool.expectAllBack();
    await expect(
      createFrameProcessor({ ...options, leases: pool, signal: controller.signal }),
    ).rejects.toThrow(coded('E_ABORTED'));
  });

  test('fails with the pool’s error when that is closed, and keeps nothing', async () => {
    const sources = watchedPool();
    const results = watchedPool();
    await using processor = await createFrameProcessor({ ...options, leases: results });
    results.close();
    await expect(processor.process(await numberedFrame(sources, NV12_SMALL, 0))).rejects.toThrow(
      coded('E_POOL_CLOSED'),
    );
    sources.expectAllBack();
  });

  test.each([
    { maxInFlight: 0 },
    { maxInFlight: 65 },
    { maxInFlight: 1.5 },
    { threads: 0 },
    { leases: {} as never },
  ])('%o is refused', async (bad) => {
    const made = createFrameProcessor({ ...options, leases: watchedPool(), ...bad });
    await expect(made).rejects.toThrow(coded('E_INVALID_ARGUMENT'));
  });
});

describe('convertFrame', () => {
  test('converts one frame and takes it over', async () => {
    const pool = watchedPool();
    const frame = await numberedFrame(pool, NV12_SMALL, 7);
    using result = await convertFrame({ frame, target: NV12_LARGER, operations, native: false });
    expect(result.data).toEqual(EXPECTED[7]);
    expect(result.timestampUs).toBe(7);
    pool.expectAllBack();
  });

  test('disposes the frame also when it can’t be converted', async () => {
    const pool = watchedPool();
    const frame = await numberedFrame(pool, NV12_SMALL, 0);
    await expect(convertFrame({ frame, target: NV12_LARGER })).rejects.toThrow(
      coded('E_INVALID_ARGUMENT', 'scale'),
    );
    pool.expectAllBack();
  });
});
