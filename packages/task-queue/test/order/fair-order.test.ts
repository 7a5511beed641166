import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memory, type NewTask, PRIORITY_STEP } from '../../src/index.js';

function task(fields: Partial<NewTask>): NewTask {
  return {
    name: 'n',
    lane: 'l',
    group: '',
    key: undefined,
    data: '',
    priority: 0,
    reserve: undefined,
    maxAttempts: 1,
    notBeforeMs: 0,
    after: [],
    afterBatch: [],
    share: 1,
    ...fields,
  };
}

const CLAIM = {
  lane: 'l',
  limit: 1,
  exceptNames: [],
  free: undefined,
  owner: 'o',
  nowMs: 1,
  leaseUntilMs: 9,
};

test('groups that have tasks all the while get the same share of work, whatever their tasks are like', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.constantFrom(1, 2, 5), { minLength: 1, maxLength: 5 }), {
        minLength: 2,
        maxLength: 6,
      }),
      async (groups) => {
        await using engine = memory();
        await engine.open();
        // Long enough that none runs out: a group's tasks repeat its pattern of shares.
        const tasks = groups.flatMap((shares, at) =>
          Array.from({ length: 120 }, (_, number) =>
            task({ group: `g${at}`, share: shares[number % shares.length] as number }),
          ),
        );
        const outcomes = await engine.add(tasks, 0);
        const shareOf = new Map(outcomes.map(({ id }, at) => [id, tasks[at]?.share as number]));
        const served = new Map(groups.map((_, at) => [`g${at}`, 0]));
        for (let step = 0; step < 100; step += 1) {
          const [claimed] = await engine.claim(CLAIM);
          if (claimed === undefined) throw new Error('nothing to claim');
          served.set(claimed.group, (served.get(claimed.group) ?? 0) + (shareOf.get(claimed.id) ?? 0));
          const shares = [...served.values()];
          // Start-time fair queueing: two groups are apart by no more than a largest task of each.
          expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(5 + 5);
        }
      },
    ),
    { numRuns: 30 },
  );
});

test('a group that comes late is served at once, and no more than its share', async () => {
  await using engine = memory();
  await engine.open();
  await engine.add(
    Array.from({ length: 1000 }, () => task({ group: 'many' })),
    0,
  );
  for (let step = 0; step < 500; step += 1) await engine.claim(CLAIM);
  await engine.add(
    Array.from({ length: 1000 }, () => task({ group: 'late' })),
    0,
  );
  const claimed = await engine.claim({ ...CLAIM, limit: 200 });
  expect(Math.abs(claimed.filter(({ group }) => group === 'late').length - 100)).toBeLessThanOrEqual(1);
});

test('whatever comes, a task is passed by a bounded number of others a level of priority', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 8 }),
      async (levels, names) => {
        await using engine = memory();
        await engine.open();
        const [low] = await engine.add([task({ group: 'low' })], 0);
        // A newcomer's task and one of a known group come for each that is done.
        const bound = levels * PRIORITY_STEP * (names.length + 3) + 10;
        for (let passed = 0; ; passed += 1) {
          expect(passed).toBeLessThanOrEqual(bound);
          const group = `${names[passed % names.length]}${passed % 2 === 0 ? `-${passed}` : ''}`;
          await engine.add([task({ group, priority: levels })], 0);
          const [claimed] = await engine.claim(CLAIM);
          if (claimed?.id === low?.id) break;
        }
      },
    ),
    { numRuns: 20 },
  );
});
