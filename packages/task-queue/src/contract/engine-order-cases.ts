import { type ContractCase, demand } from '@framerail/lifecycle/testing';
import type { TaskEngine } from '../engines/task-engine.js';
import { PRIORITY_STEP } from '../order/fair-order.js';
import {
  addAll,
  claim,
  claimOne,
  completion,
  demandList,
  demandStates,
  failing,
  leaseOf,
  type OpenEngine,
  START_MS,
  settle,
} from './engine-samples.js';

/** Cases of who comes first. */
export function orderCases(open: OpenEngine): readonly ContractCase[] {
  return [
    {
      name: 'hands out in the order of adding',
      async run() {
        await using engine = await open();
        const ids = await addAll(engine, [{}, {}, {}, {}, {}]);
        const claimed = [...(await claim(engine, 2)), ...(await claim(engine, 9))];
        demandList(
          claimed.map(({ id }) => id),
          ids,
          'tasks handed out',
        );
        demandList(await claim(engine, 9), [], 'no more tasks');
      },
    },
    {
      name: 'puts larger priorities first',
      async run() {
        await using engine = await open();
        await addAll(engine, [{ priority: -1 }, {}, { priority: 1000 }, { priority: 2 }, {}]);
        demandList(
          (await claim(engine, 9)).map(({ priority }) => priority),
          [1000, 2, 0, 0, -1],
          'priorities',
        );
      },
    },
    {
      name: 'serves groups in turn, by their shares',
      async run() {
        await using engine = await open();
        await addAll(engine, [
          ...Array.from({ length: 6 }, () => ({ group: 'many' })),
          { group: 'one' },
          ...Array.from({ length: 3 }, () => ({ group: 'large', share: 2 })),
        ]);
        const groups = (await claim(engine, 7)).map(({ group }) => group);
        demandList(groups, ['many', 'one', 'large', 'many', 'many', 'large', 'many'], 'turns');
        const [late] = await addAll(engine, [{ group: 'late' }]);
        const next = (await claim(engine, 3)).map(({ id }) => id);
        demand(next.includes(late as string), 'a group that comes late to be served soon');
      },
    },
    {
      name: 'lets a task with a small priority begin after a while, however many others come',
      async run() {
        await using engine = await open();
        const [low] = await addAll(engine, [{ priority: -1 }]);
        for (let round = 0; round < PRIORITY_STEP * 4; round += 1) {
          await addAll(engine, [{ group: `g${round}` }, { group: `h${round}` }]);
          const claimed = await claim(engine, 2);
          await settle(engine, ...claimed.map((task) => completion(task)));
          if (claimed.some(({ id }) => id === low)) return;
        }
        demand(false, 'it to begin while newcomers keep coming');
      },
    },
    {
      name: 'keeps a place through release and another attempt',
      async run() {
        await using engine = await open();
        const ids = await addAll(engine, [{}, {}, {}]);
        const first = await claimOne(engine);
        await settle(engine, { ...leaseOf(first), nowMs: START_MS, how: 'release', notBeforeMs: 0 });
        const again = await claimOne(engine);
        demand(
          again.id === ids[0] && again.attempts === 1,
          'a released one to be the first still, with one attempt',
        );
        demand((again.token as number) > (first.token as number), 'its token to have grown');
        await settle(engine, failing(again, START_MS));
        demandList(
          (await claim(engine, 9)).map(({ id }) => id),
          ids,
          'the order',
        );
      },
    },
    {
      name: 'leaves names out that cannot begin',
      async run() {
        await using engine = await open();
        await addAll(engine, [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'a' }]);
        const claimed = await claim(engine, 9, { exceptNames: ['a', 'x'] });
        demandList(
          claimed.map(({ name }) => name),
          ['b', 'c'],
          'names',
        );
      },
    },
    {
      name: 'leaves tasks out that need more than is free, if it can tell',
      async run() {
        await using engine = await open();
        if (!engine.limits.filtersByReserve) return;
        await addAll(engine, [
          { name: 'large', reserve: { cpu: 0.5, memoryBytes: 100 } },
          { name: 'small', reserve: { cpu: 0.1 } },
          { name: 'bare' },
          { name: 'gpu', reserve: { gpu: 0.9 } },
        ]);
        const names = async (free: Parameters<typeof claim>[2]) =>
          (await claim(engine, 9, free)).map(({ name }) => name);
        demandList(
          await names({ free: { cpu: 0.1, memoryBytes: 10, gpu: 0 } }),
          ['small', 'bare'],
          'those that fit',
        );
        demandList(await names({ free: { cpu: 0.5, gpu: 0.5 } }), ['large'], 'those that fit more');
        demandList(await names({ free: {} }), ['gpu'], 'those that fit when nothing is short');
      },
    },
    {
      name: 'keeps lanes apart, and hands nothing out of those that are paused',
      async run() {
        await using engine = await open();
        await addAll(engine, [{}, { lane: 'other' }]);
        await engine.pause('work', true);
        demandList(
          [(await engine.paused()).all, ...(await engine.paused()).lanes],
          [false, 'work'],
          'pauses',
        );
        demandList(await claim(engine, 9), [], 'tasks of a paused lane');
        demand((await claim(engine, 9, { lane: 'other' })).length === 1, 'another lane to go on');
        await engine.pause('work', false);
        await engine.pause(undefined, true);
        demandList(await claim(engine, 9), [], 'tasks while all is paused');
        await engine.pause(undefined, false);
        demand((await claim(engine, 9)).length === 1, 'the task when all is resumed');
        demandList((await engine.paused()).lanes, [], 'paused lanes');
      },
    },
    {
      name: 'changes priorities of what has not begun',
      async run() {
        await using engine = await open();
        const ids = await addAll(engine, [{}, {}, { notBeforeMs: START_MS + 1 }, { afterBatch: [2] }]);
        demandList(await engine.prioritise([...ids.slice(1), 'x'], 5), [true, true, true, false], 'answers');
        const task = await claimOne(engine);
        demand(task.id === ids[1] && task.priority === 5, 'the second to come first');
        demandList(await engine.prioritise([task.id], 6), [false], 'the answer for an active one');
        await engine.expire(START_MS + 1);
        demandList(await ordered(engine), [ids[2], ids[0]], 'the order of the others');
        await demandStates(engine, ids, ['active', 'active', 'active', 'blocked']);
      },
    },
  ];
}

async function ordered(engine: TaskEngine): Promise<string[]> {
  return (await claim(engine, 9)).map(({ id }) => id);
}
