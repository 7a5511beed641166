import fc from 'fast-check';
import { test } from 'vitest';
import { SharedWorld } from './shared/pool-model.js';
import { step } from './shared/pool-steps.js';

test('threads that ask, give back, wait, give up, leave and die in any order agree with a model', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
      const world = new SharedWorld();
      for (const one of steps) await world.take(one);
      await world.end();
    }),
    { numRuns: 150 },
  );
});
