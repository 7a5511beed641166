import { createBufferPool } from '@framerail/buffer-pool';
import type { RawFrame } from '@framerail/media-types';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import type { BackendPlan, FrameBackend } from '../src/backends/backend.js';
import { createNativeBackend } from '../src/backends/native/native-backend.js';
import { createReferenceBackend } from '../src/backends/reference/reference-backend.js';
import { createWebgpuBackend } from '../src/backends/webgpu/create-webgpu-backend.js';
import { type BackendPair, failureOf, withBackends } from '../src/contract/agreement.js';
import { backendContract } from '../src/contract/backend-contract.js';
import { buildPlan } from '../src/contract/build-plan.js';
import { rowsOf, sameRows } from '../src/contract/compare-frames.js';
import { describePlan } from '../src/contract/describe-plan.js';
import { generator } from '../src/contract/random-numbers.js';
import { ALL_FORMATS } from '../src/contract/random-recipe.js';
import { recipeFrame } from '../src/contract/recipe-frames.js';
import { type GpuDeviceHandle, openGpuDevice } from '../src/gpu/open-device.js';
import { planConversion } from '../src/plan/plan-conversion.js';
import { formatOf } from './convert-with.js';
import { planRecipe } from './recipe-arbitrary.js';

/** HDR by way of cubes of 65 nodes a side, the largest tables that plans have on their own. */
const TONE_MAPPED = [
  { transfer: 'pq', from: 'P010', to: 'NV12' },
  { transfer: 'hlg', from: 'I420P10', to: 'RGBA' },
  { transfer: 'pq', from: 'RGBA16F', to: 'I422' },
] as const;

function toneMapped({ transfer, from, to }: (typeof TONE_MAPPED)[number]): [BackendPlan, RawFrame] {
  const size = { width: 61, height: 35 };
  const own = formatOf(from, size);
  const primaries = 'bt2020' as const;
  const matrix = from === 'RGBA16F' ? ('rgb' as const) : ('bt2020-ncl' as const);
  const source = { ...own, color: { ...own.color, transfer, primaries, matrix } };
  const plan = planConversion(source, formatOf(to, size), { dither: 'ordered' });
  return [plan, recipeFrame(generator(`tone ${from}`), source, 'random', 0)];
}

async function sameAsReference(pair: BackendPair, plan: BackendPlan, frame: RawFrame): Promise<void> {
  await withBackends(pair, plan, async ({ backend, expected }) => {
    using result = await backend.process(frame);
    sameRows(plan.target.layout, await expected(frame), rowsOf(result), 'a tone-mapped frame');
  });
}

// The contract's plans are random too; here fast-check makes a failing one smaller in its own way, and reports the seed.
if (requireProgram('addon')) {
  const { loadNative } = await import('@framerail/native');
  const native = loadNative();
  if (!native.available) throw new Error(native.reasons.join('\n'));
  const { binding } = native;

  const pairWith = (threads: number): BackendPair => ({
    createBackend: (plan, leases) => createNativeBackend({ plan, leases, binding, threads }),
    createReference: (plan: BackendPlan, leases): FrameBackend => createReferenceBackend({ plan, leases }),
  });

  describe.each(ALL_FORMATS)('native and reference agree byte for byte from %s', (from) => {
    test.each(ALL_FORMATS)('to %s', async (to) => {
      const recipes = planRecipe({ maxSide: 90, from: [from], to: [to] });
      const property = fc.asyncProperty(recipes, fc.integer({ min: 1, max: 4 }), async (recipe, threads) => {
        const failure = await failureOf(recipe, pairWith(threads));
        if (failure === undefined) return;
        throw new Error(`${failure.message}\nplan: ${describePlan(buildPlan(recipe))}`, { cause: failure });
      });
      await fc.assert(property, { seed: 35, numRuns: 20 });
    });
  });

  test('they agree on larger frames, which threads share', async () => {
    const property = fc.asyncProperty(
      planRecipe({ maxSide: 420 }),
      fc.integer({ min: 2, max: 4 }),
      async (recipe, threads) => {
        expect(await failureOf(recipe, pairWith(threads))).toBeUndefined();
      },
    );
    await fc.assert(property, { seed: 36, numRuns: 100 });
  });

  test.each(TONE_MAPPED)('they agree on $transfer in $from tone-mapped to $to', async (wish) => {
    const [plan, frame] = toneMapped(wish);
    await sameAsReference(pairWith(2), plan, frame);
  });

  test('the native allocator’s memory serves as source and target', async () => {
    const { nativeAllocator } = await import('@framerail/buffer-pool');
    const leases = createBufferPool({ maxBytes: 1 << 26, allocator: nativeAllocator({ binding }) });
    const cases = backendContract({
      createBackend: (plan) => createNativeBackend({ plan, leases, binding }),
      plans: 20,
    });
    for (const { run } of cases) await run();
    leases.close();
  });
}

describe.runIf(requireProgram('webgpu'))('webgpu and reference', () => {
  let gpu: GpuDeviceHandle;
  beforeAll(async () => {
    gpu = await openGpuDevice();
  });
  afterAll(() => gpu.close());

  // Each plan compiles its shaders, so there are few; the contract has one for every pair of formats.
  test.each([
    { maxSide: 24, numRuns: 40 },
    { maxSide: 300, numRuns: 15 },
  ])(
    'agree byte for byte on frames of up to $maxSide pixels a side',
    { timeout: 180_000 },
    async ({ maxSide, numRuns }) => {
      const pair: BackendPair = {
        createBackend: (plan) => createWebgpuBackend({ plan, device: gpu.device }),
        createReference: (plan, leases) => createReferenceBackend({ plan, leases }),
      };
      const property = fc.asyncProperty(planRecipe({ maxSide }), async (recipe) => {
        const failure = await failureOf(recipe, pair);
        if (failure === undefined) return;
        throw new Error(`${failure.message}\nplan: ${describePlan(buildPlan(recipe))}`, { cause: failure });
      });
      await fc.assert(property, { seed: 37, numRuns });
    },
  );

  test.each(TONE_MAPPED)('agree on $transfer in $from tone-mapped to $to', async (wish) => {
    const [plan, frame] = toneMapped(wish);
    const pair: BackendPair = {
      createBackend: (own) => createWebgpuBackend({ plan: own, device: gpu.device }),
      createReference: (own, leases) => createReferenceBackend({ plan: own, leases }),
    };
    await sameAsReference(pair, plan, frame);
  });
});
