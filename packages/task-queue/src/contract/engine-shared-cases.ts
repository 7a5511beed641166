import { type ContractCase, demand } from '@framerail/lifecycle/testing';
import type { TaskEngine } from '../engines/task-engine.js';
import {
  addAll,
  claim,
  claimOne,
  completion,
  demandCounts,
  demandList,
  demandStates,
  LEASE_MS,
  leaseOf,
  START_MS,
  sampleTask,
  settle,
} from './engine-samples.js';

/** Opens two engines over one empty store. */
export type OpenPair = () => Promise<readonly [TaskEngine, TaskEngine]>;

/** Cases of two handles of one store, as two processes have. */
export function sharedCases(open: OpenPair): readonly ContractCase[] {
  return [
    {
      name: 'shows one what the other did',
      async run() {
        const [a, b] = await open();
        await using _a = a;
        await using _b = b;
        const ids = await addAll(a, [{ key: 'k' }, {}]);
        const [there] = await b.add([sampleTask({ key: 'k' })], START_MS);
        demand(there?.outcome === 'exists' && there.id === ids[0], 'the key to be known');
        const task = await claimOne(b, { owner: 'b' });
        await demandStates(a, ids, ['active', 'waiting']);
        await a.cancel([task.id], START_MS);
        demandList(
          await b.renew([leaseOf(task)], START_MS + LEASE_MS),
          ['cancel'],
          'the answer to the holder',
        );
        await settle(b, completion(task));
        await demandStates(a, ids, ['completed', 'waiting']);
        await a.pause('work', true);
        demandList(await claim(b, 9), [], 'tasks of a lane that the other paused');
        await demandCounts(a);
      },
    },
    {
      name: 'hands each task to one of them, however they hurry',
      async run() {
        const [a, b] = await open();
        await using _a = a;
        await using _b = b;
        await Promise.all(
          [a, b, a, b].map((engine, at) =>
            addAll(
              engine,
              Array.from({ length: 50 }, () => ({ group: `g${at}` })),
            ),
          ),
        );
        const claims = await Promise.all(
          Array.from({ length: 40 }, (_, at) => claim(at % 2 === 0 ? a : b, 7)),
        );
        const claimed = claims.flat();
        demand(claimed.length === 200, `200 tasks to be handed out, not ${claimed.length}`);
        demand(new Set(claimed.map(({ id }) => id)).size === 200, 'each of them once');
        const halves = [claimed.slice(0, 120), claimed.slice(80)];
        const settled = await Promise.all(
          [a, b].map((engine, at) => engine.settle((halves[at] ?? []).map((task) => completion(task)))),
        );
        const applied = settled.flat().filter((one) => one === 'applied').length;
        demand(applied === 200, `each to be completed once, not ${applied} times`);
        await demandCounts(b);
      },
    },
    {
      name: 'lets one take over what the other left',
      async run() {
        const [a, b] = await open();
        await using _b = b;
        const ids = await addAll(a, [{}, {}]);
        const left = await claimOne(a);
        await a.close();
        demand((await b.expire(START_MS + LEASE_MS)) === 1, 'a lease to have ended');
        const task = await claimOne(b, { nowMs: START_MS + LEASE_MS });
        demand(task.id === ids[0] && task.attempts === 2, 'the task to begin again');
        demandList(await b.settle([completion(left)]), ['lost'], 'the answer by the token of before');
      },
    },
    {
      name: 'tells one what the other changed',
      async run() {
        const [a, b] = await open();
        await using _a = a;
        await using _b = b;
        const told = new Promise<void>((resolve) => {
          b.on('changed', () => resolve());
        });
        await addAll(a, [{}]);
        await told;
      },
    },
    {
      name: 'permits so many to both together, and moves a schedule on once',
      async run() {
        const [a, b] = await open();
        await using _a = a;
        await using _b = b;
        const permit = { key: 'x', max: 10, perMs: 1000, wanted: 4, nowMs: START_MS };
        const counts = await Promise.all([a, b, a, b].map((engine) => engine.permit(permit)));
        demand(counts.reduce((sum, count) => sum + count, 0) === 10, `ten, not ${counts.join('+')}`);
        const schedule = { id: 's', definition: '{}', nextAtMs: 1 };
        await a.putSchedule(schedule, undefined);
        const moved = await Promise.all(
          [a, b].map((engine) => engine.putSchedule({ ...schedule, nextAtMs: 2 }, 1)),
        );
        demandList(moved.sort(), [false, true], 'answers');
      },
    },
  ];
}
