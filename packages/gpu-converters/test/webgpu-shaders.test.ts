import { createBufferPool } from '@framerail/buffer-pool';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { createReferenceBackend } from '../src/backends/reference/reference-backend.js';
import { buildFrame, buildPlan } from '../src/contract/build-plan.js';
import { rowsOf, sameRows } from '../src/contract/compare-frames.js';
import { describePlan } from '../src/contract/describe-plan.js';
import { generator } from '../src/contract/random-numbers.js';
import { ALL_FORMATS, randomRecipe } from '../src/contract/random-recipe.js';
import { type GpuDeviceHandle, openGpuDevice } from '../src/index.js';
import { compile, composeAll, runPasses } from './run-passes.js';

describe.runIf(requireProgram('webgpu'))('shaders', () => {
  let gpu: GpuDeviceHandle;
  beforeAll(async () => {
    gpu = await openGpuDevice();
  });
  afterAll(() => gpu.close());

  test('of random plans compile', async () => {
    const seen = new Set<string>();
    for (let one = 0; one < 150; one += 1) {
      const plan = buildPlan(randomRecipe(generator(`valid ${one}`), { maxSide: 40, maxSteps: 6 }));
      for (const pass of composeAll(plan)) {
        if (seen.has(pass.code)) continue;
        seen.add(pass.code);
        await compile(gpu.device, pass);
      }
    }
    expect(seen.size).toBeGreaterThan(100);
  });

  test.each(ALL_FORMATS)('convert %s to every format as the reference does', async (source) => {
    const pool = createBufferPool({ maxBytes: 1 << 26 });
    for (const target of ALL_FORMATS) {
      for (let one = 0; one < 3; one += 1) {
        const seed = `${source} ${target} ${one}`;
        const recipe = randomRecipe(generator(seed), { maxSide: 40, maxSteps: 2, source, target });
        const plan = buildPlan(recipe);
        const frame = buildFrame(recipe, plan);
        const reference = createReferenceBackend({ plan, leases: pool });
        using expected = await reference.process(frame);
        const data = await runPasses(gpu.device, plan, frame);
        const { layout } = plan.target;
        sameRows(layout, rowsOf(expected), rowsOf({ data, layout }), `${seed}: ${describePlan(plan)}`);
        await reference.close();
      }
    }
    pool.close();
  });
});
