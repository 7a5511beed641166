// Random tasks, aborts, failures, pressure and time against what must hold of a resource whatever happens.
import { createManualClock } from '@framerail/lifecycle';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defineResource, inProcess, type TaskContext } from '../../src/index.js';
import { runOf } from '../workers/task-run.js';

const turns = () => new Promise((resolve) => setImmediate(resolve));

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant('begin' as const) },
  { weight: 3, arbitrary: fc.constant('end' as const) },
  { weight: 2, arbitrary: fc.constant('abort' as const) },
  { weight: 3, arbitrary: fc.constant('loaded' as const) },
  { weight: 1, arbitrary: fc.constant('failed' as const) },
  { weight: 1, arbitrary: fc.constant('trim' as const) },
  { weight: 1, arbitrary: fc.constant('time' as const) },
);

test('one copy at most, never disposed of while it is held, each copy disposed of once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(step, fc.nat(9)), { maxLength: 60 }), async (steps) => {
      const clock = createManualClock();
      let copies = 0;
      // What a load or a disposal throws is no failure of the test's.
      const wrongs: string[] = [];
      const alive = new Set<number>();
      const loads: { resolve(copy: number): void; reject(error: Error): void }[] = [];
      const resource = defineResource<number>('thing', {
        load: () =>
          new Promise((resolve, reject) => {
            if (alive.size + loads.length > 0) wrongs.push('loaded beside another one');
            loads.push({ resolve, reject });
          }),
        dispose(copy) {
          if (held.has(copy)) wrongs.push('disposed of while it was held');
          if (!alive.delete(copy)) wrongs.push('disposed of twice');
        },
        bytes: 7,
        idleMs: 100,
      });
      const held = new Map<number, number>();
      const tasks: { end(): void; abort(): void; readonly done: Promise<string> }[] = [];
      const ends: string[] = [];
      const runner = inProcess(undefined, { clock });
      runner.define('use', async ({ resource: get, task }: TaskContext) => {
        const copy = await get(resource);
        expect(alive.has(copy)).toBe(true);
        held.set(copy, (held.get(copy) ?? 0) + 1);
        await waits[Number(task.id)]?.promise;
        expect(alive.has(copy)).toBe(true);
        const left = (held.get(copy) ?? 0) - 1;
        if (left === 0) held.delete(copy);
        else held.set(copy, left);
      });
      const waits: PromiseWithResolvers<void>[] = [];
      const begin = (): void => {
        const [wait, controller, run] = [Promise.withResolvers<void>(), new AbortController(), runOf('use')];
        const id = `${waits.push(wait) - 1}`;
        const done = runner.run({ ...run, task: { ...run.task, id }, signal: controller.signal }).then(
          () => 'completed',
          ({ code }) => String(code),
        );
        void done.then((end) => ends.push(end));
        tasks.push({ end: wait.resolve, abort: () => controller.abort(), done });
      };
      const settle = (isLoaded: boolean): void => {
        const load = loads.pop();
        if (load === undefined) return;
        if (!isLoaded) {
          load.reject(new Error('no luck'));
          return;
        }
        copies += 1;
        alive.add(copies);
        load.resolve(copies);
      };
      for (const [kind, at] of steps) {
        const task = tasks[tasks.length - 1 - at];
        if (kind === 'begin') begin();
        else if (kind === 'end') task?.end();
        else if (kind === 'abort') task?.abort();
        else if (kind === 'loaded') settle(true);
        else if (kind === 'failed') settle(false);
        else if (kind === 'trim') runner.resources.trim({ idleMs: at * 10 });
        else clock.advance(at * 20);
        await turns();
        expect(wrongs).toEqual([]);
        expect(runner.resources.bytes).toBe(alive.size * 7);
        const holders = [...held.values()].reduce((sum, count) => sum + count, 0);
        expect(runner.resources.stats()[0]?.holders ?? 0).toBe(holders);
      }
      // Everything ends: who waits gets the resource, and nothing is left over.
      for (const task of tasks) task.end();
      for (let round = 0; round < 3; round += 1) {
        settle(true);
        await turns();
      }
      await Promise.all(tasks.map(({ done }) => done));
      expect(ends).toHaveLength(tasks.length);
      for (const end of ends) expect(['completed', 'E_ABORTED', 'E_TASK_RESOURCE']).toContain(end);
      await runner.close();
      expect([alive.size, runner.resources.bytes, wrongs]).toEqual([0, 0, []]);
      const { loads: begun = 0, failures = 0, disposals = 0 } = runner.resources.stats()[0] ?? {};
      expect(disposals).toBe(begun - failures);
    }),
    { numRuns: 300 },
  );
});
