import type { LeaseSource } from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';
import { describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import type { BackendPlan, FrameBackend } from '../src/backends/backend.js';
import { createNativeBackend } from '../src/backends/native/native-backend.js';
import { createReferenceBackend } from '../src/backends/reference/reference-backend.js';
import type { PlanRecipe } from '../src/contract/plan-recipe.js';
import { type BackendContractOptions, backendContract } from '../src/testing.js';

describe('reference', () => {
  const createBackend: BackendContractOptions['createBackend'] = (plan, leases) =>
    createReferenceBackend({ plan, leases });
  for (const { name, run } of backendContract({ createBackend, plans: 20 })) test(name, run);
});

if (requireProgram('addon')) {
  const { loadNative } = await import('@framerail/native');
  const native = loadNative();
  if (!native.available) throw new Error(native.reasons.join('\n'));
  const { binding } = native;

  describe('native', () => {
    const contract = backendContract({
      createBackend: (plan, leases) => createNativeBackend({ plan, leases, binding }),
      plans: 1200,
    });
    for (const { name, run } of contract) test(name, run);
  });

  describe.each(binding.instructionSets())('native with %s', (instructionSet) => {
    const contract = backendContract({
      createBackend: (plan, leases) =>
        createNativeBackend({
          plan,
          leases,
          threads: 2,
          binding,
          instructionSet,
        }),
      plans: 200,
      maxSide: 160,
      seed: instructionSet,
    });
    for (const { name, run } of contract.filter(({ name }) => name.includes('bytes'))) test(name, run);
  });
}

/** A reference backend with something wrong in it. */
function spoiled(
  plan: BackendPlan,
  leases: LeaseSource,
  spoil: (backend: FrameBackend, plan: BackendPlan) => Partial<FrameBackend>,
): FrameBackend {
  const backend = createReferenceBackend({ plan, leases });
  return Object.assign(Object.create(backend) as FrameBackend, {
    close: () => backend.close(),
    stats: () => backend.stats(),
    process: backend.process.bind(backend),
    ...spoil(backend, plan),
  });
}

/** Spoils the results of a backend. */
const afterwards =
  (spoil: (result: RawFrame, frame: RawFrame) => void) =>
  (backend: FrameBackend): Partial<FrameBackend> => ({
    async process(frame, options) {
      const result = await backend.process(frame, options);
      spoil(result, frame);
      return result;
    },
  });

const flipFirstByte = (result: RawFrame): void => {
  const at = result.layout.planes[0]?.offset ?? 0;
  result.data[at] = (result.data[at] as number) ^ 1;
};

describe('the contract itself', () => {
  async function failures(
    spoil: (backend: FrameBackend, plan: BackendPlan) => Partial<FrameBackend>,
  ): Promise<ReadonlyMap<string, Error>> {
    const cases = backendContract({
      plans: 20,
      createBackend: (plan, leases) => spoiled(plan, leases, spoil),
    });
    const found = new Map<string, Error>();
    for (const { name, run } of cases) {
      try {
        await run();
      } catch (error) {
        found.set(name, error as Error);
      }
    }
    return found;
  }
  const randomPlans = "gives the reference's bytes for random plans (backend contract 0)";

  test('finds a backend that is off by one, and says where for the smallest plan', async () => {
    const found = await failures(afterwards(flipFirstByte));
    const { message } = found.get(randomPlans) as Error;
    expect(message).toMatch(
      /^Expected byte 0 of row 0 of plane 0 to be \d+, not \d+, for \w+ 1×1 to \w+ \d+×\d+/,
    );
    expect(recipeOf(message)).toMatchObject({ width: 1, height: 1, way: { steps: [] }, content: 'grey' });
  });

  test('leaves of a plan what its failure needs', async () => {
    const found = await failures((backend, { operations }) =>
      operations.some(({ type }) => type === 'mix') ? afterwards(flipFirstByte)(backend) : {},
    );
    const recipe = recipeOf((found.get(randomPlans) as Error).message);
    expect(recipe).toMatchObject({ width: 1, height: 1, source: { gaps: 'none' }, target: { gaps: 'none' } });
    expect(recipe.way.steps).toHaveLength(1);
  });

  test('finds a backend that writes beside the rows of a frame', async () => {
    const beside = afterwards(({ data, layout }) => {
      const whole = new Uint8Array(data.buffer, data.byteOffset, layout.byteLength + 1);
      whole[layout.byteLength] = 0;
    });
    const found = await failures(beside);
    expect(found.get(randomPlans)?.message).toMatch(/byte \d+, which belongs to no row, to be left alone/);
  });

  test('finds a backend that writes to its source', async () => {
    const found = await failures(
      afterwards((_, { data }) => {
        data[0] = (data[0] as number) ^ 1;
      }),
    );
    expect(found.has('leaves the frame as it is and hands its time on')).toBe(true);
  });

  test('finds a backend that can not be closed', async () => {
    const found = await failures(() => ({ close: () => Promise.resolve() }));
    expect(found.has('refuses frames once it is closed, and leaves results that are out alone')).toBe(true);
  });
});

/** The recipe at the end of a contract's message. */
function recipeOf(message: string): PlanRecipe & { way: { steps: readonly unknown[] } } {
  return JSON.parse(/^recipe: (.*)$/m.exec(message)?.[1] ?? '{}');
}
