import { describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import type { FrameBackend } from '../src/backends/backend.js';
import { createNativeBackend } from '../src/backends/native/native-backend.js';
import { createReferenceBackend } from '../src/backends/reference/reference-backend.js';
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

describe('the contract itself', () => {
  async function failures(spoil: (backend: FrameBackend) => Partial<FrameBackend>): Promise<string[]> {
    const cases = backendContract({
      plans: 20,
      createBackend(plan, leases) {
        const backend = createReferenceBackend({ plan, leases });
        return Object.assign(Object.create(backend) as FrameBackend, {
          close: () => backend.close(),
          stats: () => backend.stats(),
          process: backend.process.bind(backend),
          ...spoil(backend),
        });
      },
    });
    const names = await Promise.all(
      cases.map(({ name, run }) =>
        run().then(
          () => '',
          () => name,
        ),
      ),
    );
    return names.filter((name) => name !== '');
  }

  test('finds a backend that is off by one', async () => {
    const found = await failures((backend) => ({
      async process(frame, options) {
        const result = await backend.process(frame, options);
        const at = result.layout.planes[0]?.offset ?? 0;
        result.data[at] = (result.data[at] as number) ^ 1;
        return result;
      },
    }));
    expect(found).toContain("gives the reference's bytes for random plans (backend contract 0)");
  });

  test('finds a backend that writes to its source', async () => {
    const found = await failures((backend) => ({
      async process(frame, options) {
        const result = await backend.process(frame, options);
        frame.data[0] = (frame.data[0] as number) ^ 1;
        return result;
      },
    }));
    expect(found).toContain('leaves the frame as it is and hands its time on');
  });

  test('finds a backend that can not be closed', async () => {
    const found = await failures(() => ({ close: () => Promise.resolve() }));
    expect(found).toContain('refuses frames once it is closed, and leaves results that are out alone');
  });
});
