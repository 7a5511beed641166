import { isFramerailError } from '@framerail/lifecycle';
import { type ContractCase, demand, demandCode } from '@framerail/lifecycle/testing';
import { sample, type WithRunner } from './runner-samples.js';

const same = (received: unknown, expected: unknown): void =>
  demand(
    JSON.stringify(received) === JSON.stringify(expected),
    () => `${JSON.stringify(expected)}, not ${JSON.stringify(received)}`,
  );

async function rejection(promise: Promise<unknown>): Promise<Error & { code?: unknown }> {
  const thrown: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  demand(thrown instanceof Error, () => `an Error, not ${String(thrown)}`);
  return thrown;
}

/** What attempts give and tell. */
export const runnerResultCases = (withRunner: WithRunner): readonly ContractCase[] => [
  {
    name: 'says who it is',
    run: withRunner(async (runner) => {
      demand(runner.name !== '', 'a name');
      demand(runner.slots === undefined || runner.slots >= 1, `1 slot or more, not ${runner.slots}`);
      await runner.warm();
      demand(runner.names?.includes('echo') === true, `echo among ${runner.names}`);
      const { workers, running, waiting } = runner.stats();
      same([workers >= 1, running, waiting], [true, 0, 0]);
    }),
  },
  {
    name: 'gives what handlers give, at once or later, as JSON',
    run: withRunner(async (runner) => {
      const data = { text: 'ä\u2028\n', list: [1.5, null, true, { deep: [] }] };
      same(await sample(runner, 'echo', data).result, data);
      same(await sample(runner, 'prompt', 41).result, 42);
      same(await sample(runner, 'nothing').result, null);
    }),
  },
  {
    name: 'carries data and results of megabytes',
    run: withRunner(async (runner) => {
      const data = Array.from({ length: 200_000 }, (_, at) => ({ at }));
      same(await sample(runner, 'echo', data).result, data);
    }),
  },
  {
    name: 'tells handlers what they may know of the task',
    run: withRunner(async (runner) => {
      const more = { key: 'a key', attempts: 2 };
      const info = await sample(runner, 'info', null, more).result;
      same(info, {
        id: 'task-1',
        name: 'info',
        lane: 'lane',
        group: 'group',
        key: 'a key',
        attempt: 2,
        maxAttempts: 3,
      });
    }),
  },
  {
    name: 'does many at once, and gives each its own result',
    run: withRunner(
      async (runner) => {
        const runs = Array.from({ length: 100 }, (_, at) => sample(runner, 'echo', at).result);
        same(await Promise.all(runs), [...runs.keys()]);
      },
      { workers: 3 },
    ),
  },
  {
    name: 'hands on what was thrown: message, code, stack, name, cause and details',
    run: withRunner(async (runner) => {
      for (const name of ['fail', 'reject']) {
        const coded = await rejection(sample(runner, name, 'coded').result);
        same([coded.message, coded.code, coded.name], ['bad frame', 'E_FRAME', 'TypeError']);
        demand(
          coded.stack?.includes('runner-handlers') || coded.stack?.includes('fail') === true,
          'its stack',
        );
        same((coded.cause as Error).message, 'bad byte');
        const own = await rejection(sample(runner, name, 'framerail').result);
        demand(isFramerailError(own, 'E_SOURCE'), 'a FramerailError with its code');
        same(own.details, { path: '/a' });
      }
    }),
  },
  {
    name: 'makes errors of what is thrown and is none',
    run: withRunner(async (runner) => {
      for (const how of ['nothing', 'odd', 'some text'])
        await demandCode('E_TASK_FAILED', () => sample(runner, 'fail', how).result);
      same(await sample(runner, 'echo', 1).result, 1);
    }),
  },
  {
    name: 'refuses results that JSON can’t express, and says where',
    run: withRunner(async (runner) => {
      for (const what of ['bigint', 'circle', 'map', 'function', 'symbol', 'number', 'bytes', 'hole'])
        await demandCode('E_TASK_RESULT', () => sample(runner, 'unfit', what).result);
      const { message } = await rejection(sample(runner, 'unfit', 'bigint').result);
      demand(message.includes('the result.frames[0]'), `the place in ${message}`);
    }),
  },
  {
    name: 'knows no handlers but its own',
    run: withRunner(async (runner) => {
      for (const name of ['nobody', 'constructor', '__proto__', ''])
        await demandCode('E_TASK_UNKNOWN', () => sample(runner, name).result);
    }),
  },
  {
    name: 'says once when a handler begins, before anything else of it',
    run: withRunner(async (runner) => {
      const run = sample(runner, 'heed');
      await run.begun;
      same(run.told, ['start']);
      run.abort(new Error('enough'));
      await run.result;
      same(run.told, ['start']);
    }),
  },
  {
    name: 'tells progress in order, the last value and every change of stage at least',
    run: withRunner(async (runner) => {
      const stages = Array.from({ length: 50 }, (_, at) => ({ stage: `stage ${at}` }));
      const steps = [...Array.from({ length: 500 }, (_, at) => at), ...stages, 'last'];
      const { result, progress } = sample(runner, 'steps', steps);
      same(await result, steps.length);
      const places = progress.map((value) =>
        steps.findIndex((step) => JSON.stringify(step) === JSON.stringify(value)),
      );
      same(
        places,
        [...places].sort((a, b) => a - b),
      );
      same(progress.slice(-51), [...stages, 'last']);
    }),
  },
  {
    name: 'refuses progress that JSON can’t express, and passes over what comes after the end',
    run: withRunner(async (runner) => {
      await demandCode('E_TASK_DATA', () => sample(runner, 'badProgress').result);
      const late = sample(runner, 'lateProgress');
      await late.result;
      // Lasts longer than the other one's delay.
      const next = sample(runner, 'stubborn');
      await next.result;
      same([late.progress, next.progress], [[], ['begun']]);
    }),
  },
];
