// Queues whose work is done by threads and processes.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { children } from '../../src/children.js';
import { createQueue, memory } from '../../src/index.js';
import { threads } from '../../src/threads.js';
import { type WorkerFiles, workerFiles } from './worker-files.js';

let files: WorkerFiles;
let module = '';

beforeAll(async () => {
  files = await workerFiles();
  module = await files.bundle('rough-handlers');
});

afterAll(() => files[Symbol.asyncDispose]());

for (const [kind, start] of [
  ['threads', threads],
  ['child processes', children],
] as const)
  describe(`a queue over ${kind}`, () => {
    /** A queue whose tasks of these names two workers do. */
    function setUp(
      names: readonly string[],
      { attempts = 1, ...options }: { timeoutMs?: number; attempts?: number } = {},
    ) {
      const runner = start({ module, ...files.program, workers: 2, graceMs: 50 });
      const queue = createQueue({ engine: memory(), slots: 4 });
      for (const name of names)
        queue.define(name, runner, { ...options, retries: { attempts, backoffMs: 1 } });
      return {
        queue,
        runner,
        async [Symbol.asyncDispose]() {
          await queue.close();
          await runner.close();
        },
      };
    }

    test('a crash is a failed attempt, and the next one may do better', async () => {
      await using made = setUp(['exitOnce', 'exit', 'echo'], { attempts: 2 });
      const { queue, runner } = made;
      const once = await queue.add('exitOnce');
      const always = await queue.add('exit', 6);
      const others = await queue.addBulk(Array.from({ length: 20 }, (_, at) => ({ name: 'echo', data: at })));
      expect(await once.result).toBe(2);
      expect(await Promise.all(others.map(({ result }) => result))).toEqual([...others.keys()]);
      await expect(always.result).rejects.toMatchObject({ code: 'E_TASK_FAILED' });
      const { state, failures } = await always.status();
      expect([state, failures.map(({ code }) => code)]).toEqual([
        'failed',
        ['E_TASK_CRASHED', 'E_TASK_CRASHED'],
      ]);
      expect(runner.stats().crashed).toBe(3);
    });

    test('a handler in an endless loop is ended at its timeout, and its worker replaced', async () => {
      await using made = setUp(['loop', 'pid'], { timeoutMs: 200 });
      const { queue } = made;
      const loops = await queue.addBulk([{ name: 'loop' }, { name: 'loop' }, { name: 'pid' }]);
      const results = await Promise.allSettled(loops.map(({ result }) => result));
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
      expect((await loops[0]?.status())?.failures.map(({ code }) => code)).toEqual(['E_TIMEOUT']);
    });

    test('a task that hangs can be cancelled', async () => {
      await using made = setUp(['hang', 'echo']);
      const { queue } = made;
      const hanging = await queue.add('hang');
      for await (const progress of hanging.progress) {
        expect(progress).toEqual({ worker: expect.any(Number) });
        await hanging.cancel();
      }
      await expect(hanging.result).rejects.toMatchObject({ code: 'E_TASK_CANCELLED' });
      expect((await hanging.status()).state).toBe('cancelled');
      expect(await (await queue.add('echo', 1)).result).toBe(1);
    });

    test('what is slow to load is loaded once a worker, not once a task', async () => {
      await using made = setUp(['slow']);
      const { queue, runner } = made;
      const tasks = await queue.addBulk(Array.from({ length: 10 }, () => ({ name: 'slow' })));
      const results = (await Promise.all(tasks.map(({ result }) => result))) as { copy: string }[];
      // A worker that starts late may find nothing to do.
      const loads = new Set(results.map(({ copy }) => copy)).size;
      expect(loads).toBeLessThanOrEqual(2);
      await expect
        .poll(() => runner.resources.stats()[0])
        .toMatchObject({ loads, loaded: loads, failures: 0 });
    });
  });
