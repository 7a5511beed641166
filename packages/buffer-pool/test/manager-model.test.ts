import type { PressureLevel } from '@framerail/lifecycle';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FALL_AFTER_MS, ManagerWorld, SIZES } from './manager-world.js';

type Step = readonly [name: string, run: (world: ManagerWorld) => void | Promise<void>];

const size = fc.constantFrom(...SIZES);
const which = fc.nat(30);
const priority = fc.constantFrom(-2, -1, 0, 0, 0, 1, 5);
const child = fc.constantFrom('firm' as const, 'low' as const);
const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
const level = fc.constantFrom<PressureLevel[]>('none', 'moderate', 'high', 'critical');
const target = fc.constantFrom(
  'video' as const,
  'video' as const,
  'audio' as const,
  'firm' as const,
  'low' as const,
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(target, size, priority)
      .map((given): Step => [`acquire ${given}`, (world) => world.acquire(...given)]),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('video' as const, 'audio' as const), size, priority)
      .map(
        ([to, bytes, first]): Step => [
          `acquire ${to} ${bytes} ${first} or 4096`,
          (world) => world.acquire(to, bytes, first, 4096),
        ],
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(size, priority)
      .map((given): Step => [`reclaimable ${given}`, (world) => world.acquireReclaimable(...given)]),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(child, size)
      .map((given): Step => [`tryAcquire ${given}`, (world) => world.tryAcquire(...given)]),
  },
  { weight: 9, arbitrary: which.map((given): Step => [`release ${given}`, (world) => world.release(given)]) },
  { weight: 1, arbitrary: which.map((given): Step => [`abort ${given}`, (world) => world.abort(given)]) },
  {
    weight: 4,
    arbitrary: fc.tuple(key, size).map((given): Step => [`keep ${given}`, (world) => world.keep(...given)]),
  },
  { weight: 2, arbitrary: key.map((given): Step => [`look ${given}`, (world) => world.look(given)]) },
  {
    weight: 2,
    arbitrary: fc.nat(300_000).map((bytes): Step => [`cache ${bytes}`, (world) => world.fillCache(bytes)]),
  },
  { weight: 4, arbitrary: level.map((given): Step => [`tell ${given}`, (world) => world.tell(given)]) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(1, 40, 60, FALL_AFTER_MS, 250)
      .map((ms): Step => [`advance ${ms}`, (world) => world.advance(ms)]),
  },
  {
    weight: 1,
    arbitrary: fc.nat(200_000).map(
      (bytes): Step => [
        `free ${bytes}`,
        (world) => {
          world.manager.free(bytes);
        },
      ],
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(child, fc.constantFrom(128, 160, 256))
      .map(([name, kib]): Step => [`open ${name} ${kib}`, (world) => world.openPool(name, kib * 1024)]),
  },
  { weight: 1, arbitrary: child.map((name): Step => [`close ${name}`, (world) => world.closePool(name)]) },
);

test('a manager keeps its budget, its order and its promises, whatever is interleaved', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 100, size: 'max' }), async (steps) => {
      const world = new ManagerWorld();
      const log: string[] = [];
      try {
        for (const [name, run] of steps) {
          log.push(name);
          await run(world);
          await world.check();
        }
        await world.end();
      } catch (error) {
        throw new Error(`After ${log.join('; ')}`, { cause: error });
      }
    }),
    { numRuns: 300 },
  );
  expect.hasAssertions();
});
