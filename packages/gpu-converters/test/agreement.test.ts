import { createBufferPool } from '@framerail/buffer-pool';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { createNativeBackend } from '../src/index.js';
import { backendContract } from '../src/testing.js';

// The contract's plans are random but few in size; here a failure shrinks to the smallest frame that shows it.
if (requireProgram('addon')) {
  const { loadNative } = await import('@framerail/native');
  const native = loadNative();
  if (!native.available) throw new Error(native.reasons.join('\n'));
  const { binding } = native;

  describe('native and reference', () => {
    test('agree byte for byte on frames of any size', async () => {
      const scale = fc.record({
        seed: fc.nat(),
        maxSide: fc.integer({ min: 1, max: 400 }),
        threads: fc.integer({ min: 1, max: 4 }),
      });
      await fc.assert(
        fc.asyncProperty(scale, async ({ seed, maxSide, threads }) => {
          const [random] = backendContract({
            createBackend: (plan, leases) => createNativeBackend({ plan, leases, binding, threads }),
            plans: 1,
            maxSide,
            seed: `agreement ${seed}`,
          });
          await random?.run();
        }),
        { seed: 35, numRuns: 40 },
      );
    });
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
