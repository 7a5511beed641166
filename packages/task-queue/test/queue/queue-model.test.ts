import type { TaskHandle } from '@framerail/task-queue';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Gate, gate, type ManualQueue, manualQueue, turns, until } from './queues.js';

type Step =
  | {
      readonly do: 'add';
      readonly name: string;
      readonly lane: string;
      readonly delayMs: number;
      readonly after: number;
    }
  | { readonly do: 'cancel' | 'retry' | 'prioritise'; readonly task: number }
  | { readonly do: 'pause' | 'resume'; readonly lane: string | undefined }
  | { readonly do: 'end'; readonly count: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'turn' };

const lanes = fc.constantFrom('a', 'b');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      name: fc.constantFrom('ok', 'waits', 'fails', 'shaky', 'slow', 'heavy'),
      lane: lanes,
      delayMs: fc.constantFrom(0, 0, 0, 50, 5000),
      after: fc.integer({ min: -5, max: 20 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('cancel' as const, 'retry' as const, 'prioritise' as const),
      task: fc.nat(30),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('pause' as const, 'resume' as const),
      lane: fc.option(lanes, { nil: undefined }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('end' as const), count: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 60, 700, 6000) }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'turn' as const }) },
);

function makeQueue(door: Gate, hasAdmission: boolean): ManualQueue {
  const source = { capacity: () => ({ cpu: 0.1, memory: 0.1, gpu: 0, io: 0 }) };
  const made = manualQueue({
    slots: 3,
    lanes: { a: { concurrency: 2 }, b: { priority: 3, rate: { max: 3, perMs: 1000 } } },
    graceMs: 100,
    ...(hasAdmission ? { admission: { source, cores: 4, patienceMs: 1000 } } : {}),
  });
  const { queue } = made;
  queue.define('ok', () => 'ok');
  queue.define('waits', ({ signal }) => door.enter(signal), { concurrency: 1 });
  queue.define('fails', () => Promise.reject(new Error('no')));
  queue.define(
    'shaky',
    ({ task }) => {
      if (task.attempt < 2) throw new Error('not yet');
    },
    { retries: { attempts: 3, backoffMs: 500 } },
  );
  queue.define('slow', () => door.enter(), { timeoutMs: 1000, rate: { max: 2, perMs: 300 } });
  queue.define('heavy', ({ signal }) => door.enter(signal), { cost: { cpu: 0.7 } });
  return made;
}

async function take(made: ManualQueue, one: Step, tasks: TaskHandle[], door: Gate): Promise<void> {
  const { queue, pass } = made;
  if (one.do === 'add') {
    const { name, lane, delayMs, after } = one;
    const before = after < 0 ? undefined : tasks[after];
    // What it comes after may have failed.
    const added = queue.add(name, undefined, {
      lane,
      delayMs,
      ...(before === undefined ? {} : { after: [before] }),
    });
    try {
      tasks.push(await added);
    } catch (error) {
      expect(error).toMatchObject({ code: 'E_TASK_DEPENDENCY' });
    }
  } else if (one.do === 'pause') await queue.pause(one.lane);
  else if (one.do === 'resume') await queue.resume(one.lane);
  else if (one.do === 'end') door.open(one.count);
  else if (one.do === 'pass') await pass(one.ms);
  else if (one.do === 'turn') await turns(2);
  else if ('task' in one) {
    const task = tasks[one.task];
    if (task === undefined) return;
    if (one.do === 'cancel') await queue.cancel(task);
    else if (one.do === 'retry') await queue.retry(task);
    else await queue.prioritise(task, 5);
  }
}

describe('a queue that anything happens to', () => {
  it.each([false, true])(
    'ends every task once, and gives every slot back (admission: %s)',
    async (hasAdmission) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
          const door = gate();
          const made = makeQueue(door, hasAdmission);
          const { queue, clock } = made;
          const problems: unknown[] = [];
          queue.on('engineError', (event) => problems.push(event));
          const tasks: TaskHandle[] = [];
          for (const one of steps) await take(made, one, tasks, door);
          for (const lane of [undefined, 'a', 'b']) await queue.resume(lane);
          let isDone = false;
          const drained = queue.drain().then(() => {
            isDone = true;
          });
          await until(() => {
            clock.advance(100);
            door.open();
            return isDone;
          });
          await drained;
          // Handlers that ignore their signal end after their tasks.
          await until(async () => (await queue.stats()).running === 0);
          expect(problems).toEqual([]);
          const { counts, lanes: laneStats, abandoned } = await queue.stats();
          expect(counts.completed + counts.failed + counts.cancelled).toBe(tasks.length);
          expect(abandoned).toBe(0);
          expect(laneStats.map(({ running, held }) => [running, held])).toEqual([
            [0, 0],
            [0, 0],
          ]);
          for (const { id } of tasks) {
            const { state, name } = await queue.status(id);
            const [outcome] = await Promise.allSettled([queue.handle(id).result]);
            expect(outcome?.status).toBe(state === 'completed' ? 'fulfilled' : 'rejected');
            if (name === 'fails') expect(state).not.toBe('completed');
          }
          await queue.close();
        }),
        { numRuns: 80 },
      );
    },
  );
});
