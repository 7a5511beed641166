import { type ContractCase, demand, demandCode } from '@framerail/lifecycle/testing';
import type { ResourceStats } from '../resources/resource-stats.js';
import type { TaskRunner } from '../workers/task-runner.js';
import { sample, type WithRunner } from './runner-samples.js';

interface Warmth {
  isSame: boolean;
  number: number;
  loads: number;
  disposals: number;
}

const warmth = async (runner: TaskRunner): Promise<Warmth> => (await sample(runner, 'warm').result) as Warmth;

const counted = (runner: TaskRunner): ResourceStats | undefined =>
  runner.resources.stats().find(({ name }) => name === 'counted');

/** Waits until figures are as they should be: those of workers come by message. */
async function until(what: string, holds: () => boolean): Promise<void> {
  const endMs = performance.now() + 10_000;
  while (!holds()) {
    demand(performance.now() < endMs, what);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** What stays warm between attempts. */
export const runnerResourceCases = (withRunner: WithRunner): readonly ContractCase[] => [
  {
    name: 'loads a resource once for all tasks of a worker, by name or by definition',
    run: withRunner(async (runner) => {
      const all = await Promise.all(Array.from({ length: 5 }, () => warmth(runner)));
      for (const { isSame, number, loads } of all)
        demand(isSame && number === 1 && loads === 1, `one load, not ${JSON.stringify(all)}`);
      await until('the figures of one resource that nobody holds', () => {
        const { loaded, holders, bytes, loads, failures } = counted(runner) ?? {};
        return loaded === 1 && holders === 0 && bytes === 1234 && loads === 1 && failures === 0;
      });
      demand(runner.resources.bytes === 1234, `1,234 bytes, not ${runner.resources.bytes}`);
    }),
  },
  {
    name: 'gives up what is unused when memory is short, and loads it again',
    run: withRunner(async (runner) => {
      demand(runner.resources.trim() === 0, 'nothing to give up at first');
      await warmth(runner);
      await until('a resource that nobody holds', () => counted(runner)?.holders === 0);
      demand(runner.resources.trim({ level: 'none' }) === 0, 'nothing given up where nothing is asked for');
      demand(runner.resources.trim({ idleMs: 1e9 }) === 0, 'what was used lately kept');
      demand(runner.resources.trim({ maxPriority: -1 }) === 0, 'what is of some use kept');
      const freed = runner.resources.trim({ bytes: 1, level: 'high' });
      demand(freed === 1234, `1,234 bytes given up, not ${freed}`);
      demand(runner.resources.bytes === 0, 'no bytes left');
      demand(runner.resources.trim() === 0, 'nothing given up twice');
      await until('a disposal', () => counted(runner)?.disposals === 1);
      const again = await warmth(runner);
      demand(again.number === 2 && again.disposals === 1, `a second load, not ${JSON.stringify(again)}`);
    }),
  },
  {
    name: 'fails the task whose resource can’t be loaded, with the reason, and tries again for the next',
    run: withRunner(async (runner) => {
      const error = await demandCode('E_TASK_RESOURCE', () => sample(runner, 'broken').result);
      const { message, cause } = error as Error;
      demand(message.includes('broken') && message.includes('no such device'), `the reason in ${message}`);
      demand((cause as Error).message === 'no such device', 'the failure as its cause');
      const mended = await sample(runner, 'broken').result;
      demand(mended === 'mended', `mended, not ${String(mended)}`);
    }),
  },
  {
    name: 'fails the task that asks for an unknown resource',
    run: withRunner(async (runner) => {
      const error = (await demandCode('E_TASK_RESOURCE', () => sample(runner, 'missing').result)) as Error;
      demand(error.message.includes('nowhere'), `the name in ${error.message}`);
    }),
  },
];
