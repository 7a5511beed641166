import type { RawFrame } from '@framerail/media-types';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { createReferenceBackend } from '../src/backends/reference/reference-backend.js';
import { generator } from '../src/contract/random-numbers.js';
import {
  type BackendPlan,
  createGpuContext,
  createGpuScheduler,
  createWebgpuBackend,
  type FrameBackend,
  type GpuContext,
  type GpuScheduler,
  type Operation,
  type Picture,
  planConversion,
} from '../src/index.js';
import { planShape } from '../src/plan/plan-shape.js';
import { countWrites } from './counting-device.js';
import { coded, formatOf, numberedFrame, watchedPool } from './frames.js';

const MiB = 1 << 20;
const SIZE = { width: 48, height: 26 };

function picture(name: string, width = 9, height = 7): Picture {
  const data = new Uint8Array(width * height * 4);
  generator(`picture ${name}`).fill(data);
  return { data, width, height, version: 1 };
}

const planOf = (...operations: Operation[]): BackendPlan =>
  planConversion(formatOf('NV12', SIZE.width, SIZE.height), formatOf('RGBA', SIZE.width, SIZE.height), {
    operations,
  });

const overlay = (image: Picture, opacity: number, x = 3, y = 2): Operation => ({
  type: 'overlay',
  image,
  x,
  y,
  opacity,
});

/** A frame of an animation in which each value changes now and then, pictures and their sizes too. */
function randomFrames(name: string, count: number): BackendPlan[] {
  const random = generator(`animation ${name}`);
  const titles = [picture('a'), picture('b'), picture('larger', 21, 12), picture('flat', 40, 1)];
  const others = ['c', 'd'].map((one) => picture(one, SIZE.width, SIZE.height));
  const now = { title: 0, opacity: 0.5, x: 3, brightness: 0.1, other: 0, amount: 0.4 };
  return Array.from({ length: count }, () => {
    if (random.below(10) < 2) now.title = random.between(0, 3);
    if (random.below(10) < 5) now.opacity = random.between(1, 255) / 255;
    if (random.below(10) < 5) now.x = random.between(-4, 40);
    if (random.below(10) < 3) now.brightness = random.between(1, 9) / 20;
    if (random.below(10) < 2) now.other = random.between(0, 1);
    if (random.below(10) < 3) now.amount = random.between(2, 18) / 20;
    return planOf(
      { type: 'color', brightness: now.brightness, gamma: 1.1 },
      overlay(titles[now.title] as Picture, now.opacity, now.x),
      {
        type: 'wipe',
        other: others[now.other] as Picture,
        amount: now.amount,
        direction: 'left',
        softness: 0.2,
      },
    );
  });
}

describe.runIf(requireProgram('webgpu'))('tables on the GPU', () => {
  const pool = watchedPool();
  let context: GpuContext;
  let scheduler: GpuScheduler | undefined;
  beforeEach(async () => {
    context = await createGpuContext({ maxBytes: 64 * MiB });
  });
  afterEach(async () => {
    await scheduler?.close();
    scheduler = undefined;
    expect(context.stats()).toMatchObject({ bytes: 0, buffers: 0 });
    context.dispose();
    pool.expectAllBack();
  });

  /** Runs frames all at once, as many in flight as the backend has slots; each has to be as the reference has it. */
  async function run(backend: FrameBackend, plans: readonly BackendPlan[]): Promise<void> {
    await Promise.all(
      plans.map(async (plan, index) => {
        using frame = await numberedFrame(pool, plan.source, index);
        using result: RawFrame = await backend.process(frame, { plan });
        await using reference = createReferenceBackend({ plan, leases: pool });
        using expected = await reference.process(frame);
        expect(Buffer.compare(result.data, expected.data), `frame ${index}`).toBe(0);
      }),
    );
  }

  test.each(['by itself', 'by a scheduler', 'by a scheduler that makes batches'])(
    'hold the values of each frame, submitted %s',
    { timeout: 120_000 },
    async (how) => {
      const plans = randomFrames(how, 120);
      expect(new Set(plans.map(planShape)).size).toBe(1);
      if (how !== 'by itself') {
        const batch = how.endsWith('batches') ? { min: 4, max: 4 } : { min: 1, max: 1 };
        scheduler = createGpuScheduler({ context, maxInFlight: 3, maxInFlightBytes: 32 * MiB, batch });
      }
      const holder = scheduler === undefined ? { context } : { scheduler };
      await using backend = await createWebgpuBackend({
        plan: plans[0] as BackendPlan,
        ...holder,
        maxInFlight: 5,
      });
      await run(backend, plans);
      // And back to its own.
      await run(backend, plans.slice(0, 1));
    },
  );

  test('get tens of bytes for an overlay that moves and fades, and its pixels once', async () => {
    const writes = countWrites(context.device);
    const logo = picture('logo', 40, 20);
    const at = (step: number): BackendPlan => planOf(overlay(logo, (step + 1) / 20, step));
    await using backend = await createWebgpuBackend({ plan: at(0), context });
    expect(writes.taken()).toBeGreaterThanOrEqual(logo.data.byteLength);
    for (let step = 1; step < 12; step += 1) {
      await run(backend, [at(step)]);
      expect(writes.taken()).toBeLessThanOrEqual(16);
    }
    await run(backend, [at(11), at(11)]);
    expect(writes.taken()).toBe(0);
    const again = { ...logo, version: 2 };
    await run(backend, [planOf(overlay(again, 12 / 20, 11))]);
    expect(writes.taken()).toBe(logo.data.byteLength);
  });

  test('see what is drawn into a picture without a version, and into one with a new version', async () => {
    const { version: _, ...logo } = picture('drawn', 12, 5);
    const versioned = picture('drawn with versions', 12, 5);
    const plans = (version: number): BackendPlan[] => [
      planOf(overlay(logo, 0.8)),
      planOf(overlay({ ...versioned, version }, 0.8)),
    ];
    const before = plans(1);
    await using backend = await createWebgpuBackend({ plan: before[0] as BackendPlan, context });
    await run(backend, before);
    logo.data.fill(200);
    versioned.data.fill(90);
    await run(backend, plans(2));
  });

  test('get the columns that an edge passes, and what changes of a curve', async () => {
    const writes = countWrites(context.device);
    const other = picture('other', SIZE.width, SIZE.height);
    const wipe = (column: number): BackendPlan =>
      planOf({ type: 'wipe', other, amount: column / SIZE.width, direction: 'right' });
    await using wiping = await createWebgpuBackend({ plan: wipe(10), context });
    writes.taken();
    await run(wiping, [wipe(13)]);
    expect(writes.taken()).toBe(3 * 4);
    const gamma = (amount: number): BackendPlan => planOf({ type: 'color', gamma: amount });
    await using curving = await createWebgpuBackend({ plan: gamma(1.2), context });
    writes.taken();
    await run(curving, [gamma(1.3)]);
    expect(writes.taken()).toBeLessThanOrEqual(512);
    await run(curving, [gamma(1.3)]);
    expect(writes.taken()).toBe(0);
  });

  test('are as large as the largest picture', async () => {
    const small = planOf(overlay(picture('small', 4, 4), 0.5));
    const large = planOf(overlay(picture('large', 40, 25), 0.5));
    await using backend = await createWebgpuBackend({ plan: small, context });
    const { bytes, buffers } = context.stats();
    await run(backend, [small, large, small, large]);
    expect(context.stats()).toMatchObject({ bytes: bytes + 4 * (40 * 25 - 4 * 4), buffers });
  });

  test('stay as they are when the budget has no room for larger ones', async () => {
    using narrow = await createGpuContext({ device: context.device, maxBytes: 60_000 });
    const small = planOf(overlay(picture('small', 4, 4), 0.5));
    const large = planOf(overlay(picture('large', 150, 150), 0.5));
    await using backend = await createWebgpuBackend({ plan: small, context: narrow });
    using frame = await numberedFrame(pool, small.source, 0);
    await expect(backend.process(frame, { plan: large })).rejects.toEqual(coded('E_GPU_BUDGET'));
    await run(backend, [small, planOf(overlay(picture('other', 4, 4), 0.7)), small]);
  });

  test('take pictures from shared memory, and refuse those whose memory was given away', async () => {
    const image = picture('given', 6, 6);
    const shared = { ...image, data: new Uint8Array(new SharedArrayBuffer(image.data.byteLength)) };
    shared.data.set(image.data);
    const first = planOf(overlay(picture('first', 6, 6), 0.5));
    await using backend = await createWebgpuBackend({ plan: first, context });
    await run(backend, [planOf(overlay(shared, 0.6))]);
    const gone = planOf(overlay(image, 0.7));
    structuredClone(image.data, { transfer: [image.data.buffer as ArrayBuffer] });
    using frame = await numberedFrame(pool, first.source, 0);
    await expect(backend.process(frame, { plan: gone })).rejects.toEqual(
      coded('E_INVALID_ARGUMENT', 'the 144 bytes it was planned with'),
    );
    await run(backend, [first]);
  });
});
