import { type ContractCase, demand, demandCode } from '@framerail/lifecycle/testing';
import type { PruneRequest, TaskEngine, TaskQuery } from '../engines/task-engine.js';
import {
  addAll,
  claim,
  claimOne,
  completion,
  demandCounts,
  demandList,
  demandStates,
  failing,
  type OpenEngine,
  START_MS,
  settle,
} from './engine-samples.js';

/** Cases of queries, of dropping what has ended, and of what is kept beside tasks. */
export function askingCases(open: OpenEngine): readonly ContractCase[] {
  return [
    {
      name: 'lists what a query asks for, page by page',
      async run() {
        await using engine = await open();
        await addAll(
          engine,
          Array.from({ length: 60 }, (_, at) => ({
            name: at % 2 === 0 ? 'even' : 'odd',
            group: `g${at % 3}`,
            lane: at % 5 === 0 ? 'other' : 'work',
            key: at % 4 === 0 ? `k${at}` : undefined,
            notBeforeMs: at % 7 === 0 ? START_MS + 1 : 0,
          })),
        );
        await settle(engine, ...(await claim(engine, 10)).map((task) => completion(task)));
        await claim(engine, 5);
        const all = await engine.list({ limit: 1000 });
        demand(all.length === 60, `60 tasks, not ${all.length}`);
        const queries: Omit<TaskQuery, 'limit'>[] = [
          {},
          { name: 'odd' },
          { lane: 'other' },
          { group: 'g1' },
          { key: 'k8' },
          { states: ['active'] },
          { states: ['completed', 'delayed'] },
          { states: [] },
          { states: ['waiting'], name: 'even', lane: 'work', group: 'g2' },
          { group: 'nobody' },
          { lane: 'nowhere' },
        ];
        for (const query of queries) {
          const expected = all.filter(
            (task) =>
              (query.states?.includes(task.state) ?? true) &&
              (['name', 'lane', 'group', 'key'] as const).every(
                (f) => query[f] === undefined || query[f] === task[f],
              ),
          );
          demandList(await pages(engine, query, 7), expected, `tasks of ${JSON.stringify(query)}`);
        }
        await demandCounts(engine);
        demandList(
          await engine.get(['', 'x', '\0', `${all[0]?.id} `]),
          Array(4).fill(undefined),
          'tasks of odd ids',
        );
        demandList(await engine.list({ limit: 9, afterId: '\uffff' }), [], 'tasks after the last id');
      },
    },
    {
      name: 'refuses pages and claims of no size',
      async run() {
        await using engine = await open();
        for (const limit of [0, 1001, 1.5, Number.NaN])
          await demandCode('E_INVALID_ARGUMENT', () => engine.list({ limit }));
        for (const limit of [0, -1, 0.5, Number.NaN])
          await demandCode('E_INVALID_ARGUMENT', () => claim(engine, limit));
      },
    },
    {
      name: 'refuses questions that mean nothing',
      async run() {
        await using engine = await open();
        for (const query of [
          { states: ['lost'] },
          { states: 'active' },
          { lane: 7 },
          { name: null },
          { afterId: {} },
        ])
          await demandCode('E_INVALID_ARGUMENT', () => engine.list({ limit: 1, ...query } as never));
      },
    },
    {
      name: 'drops what ended first, and keeps what was asked for',
      async run() {
        await using engine = await open();
        const ids = await addAll(
          engine,
          Array.from({ length: 8 }, () => ({ maxAttempts: 1 })),
        );
        const tasks = await claim(engine, 8);
        for (const [at, task] of tasks.entries()) {
          const nowMs = START_MS + 100 * (8 - at);
          if (at < 6)
            await settle(engine, at % 2 === 0 ? completion(task, nowMs) : failing(task, undefined, nowMs));
        }
        const prune = (fields: Partial<PruneRequest>): Promise<number> =>
          engine.prune({ states: ['completed'], keep: 100, olderThanMs: 0, limit: 100, ...fields });
        demand((await prune({})) === 0, 'nothing to be dropped');
        demand((await prune({ keep: 2 })) === 1, 'all but two to be dropped');
        demand((await engine.get(ids))[4] === undefined, 'the one that ended first to be gone');
        demand(
          (await prune({ states: ['completed', 'failed'], olderThanMs: START_MS + 600 })) === 3,
          'old ones',
        );
        await demandStates(engine, ids, [
          'completed',
          'failed',
          ...Array(4).fill(undefined),
          'active',
          'active',
        ]);
        demand(
          (await prune({ states: ['failed', 'completed', 'cancelled'], keep: 0, limit: 1 })) === 1,
          'one',
        );
        await demandCounts(engine);
        const states = ['active'] as const;
        await demandCode('E_INVALID_ARGUMENT', () => prune({ states }));
      },
    },
    {
      name: 'permits so many a time, whatever the clock does',
      async run() {
        await using engine = await open();
        const ask = (nowMs: number, wanted: number): Promise<number> =>
          engine.permit({ key: 'name:a', max: 5, perMs: 100, wanted, nowMs });
        demand((await ask(1000, 3)) === 3, 'three of five');
        demand((await ask(1050, 3)) === 2, 'two more');
        demand((await ask(1099, 3)) === 0, 'none');
        demand((await ask(1100, 9)) === 3, 'as many as have passed');
        demand(
          (await engine.permit({ key: 'b', max: 1, perMs: 100, wanted: 1, nowMs: 1100 })) === 1,
          'another key',
        );
        demand((await ask(500, 1)) === 0, 'none when the clock was put back');
        demand((await ask(601, 9)) === 5, 'all, a while after');
        await demandCode('E_INVALID_ARGUMENT', () => ask(Number.NaN, 1));
        await demandCode('E_INVALID_ARGUMENT', () => ask(0, -1));
      },
    },
    {
      name: 'moves a schedule on once',
      async run() {
        await using engine = await open();
        const schedule = { id: 's', definition: '{"a":1}', nextAtMs: 100 };
        demand(!(await engine.putSchedule(schedule, 100)), 'what is not there not to be moved');
        const firsts = await Promise.all([1, 2].map(() => engine.putSchedule(schedule, 'absent')));
        demandList(firsts.sort(), [false, true], 'answers of those that made it where there was none');
        demand(await engine.putSchedule(schedule, undefined), 'it to be put');
        const moved = { ...schedule, nextAtMs: 200 };
        const both = await Promise.all([engine.putSchedule(moved, 100), engine.putSchedule(moved, 100)]);
        demandList(both.sort(), [false, true], 'answers');
        demandList(await engine.schedules(), [moved], 'schedules');
        demand(await engine.deleteSchedule('s'), 'it to be dropped');
        demand(!(await engine.deleteSchedule('s')), 'it to be gone');
      },
    },
    {
      name: 'keeps what past runs took',
      async run() {
        await using engine = await open();
        demand((await engine.profile('a')) === undefined, 'nothing to be known');
        await engine.profile('a', '{"cpu":1}');
        demand((await engine.profile('a', '{"cpu":2}')) === '{"cpu":2}', 'the latest');
        demand((await engine.profile('a')) === '{"cpu":2}', 'it to be kept');
        demand((await engine.profile('b')) === undefined, 'nothing of another name');
      },
    },
    {
      name: 'tells what changed',
      async run() {
        await using engine = await open();
        let wake = (): void => {};
        const told = new Promise<void>((resolve) => {
          wake = resolve;
        });
        let quiet = 0;
        const off = engine.on('changed', () => {
          quiet += 1;
        });
        off();
        off();
        engine.on('changed', wake);
        await addAll(engine, [{}]);
        await told;
        demand(quiet === 0, 'nobody to be told who stopped listening');
      },
    },
    {
      name: 'refuses everything before it is open and after it is closed',
      async run() {
        const engine = await open();
        await addAll(engine, [{}]);
        const task = await claimOne(engine);
        await engine.close();
        await engine.close();
        const calls = [
          () => addAll(engine, [{}]),
          () => claim(engine, 1),
          () => settle(engine, completion(task)),
          () => engine.expire(START_MS),
          () => engine.get([task.id]),
          () => engine.list({ limit: 1 }),
          () => engine.counts(),
          () => engine.open(),
        ];
        for (const call of calls) await demandCode('E_QUEUE_CLOSED', call);
      },
    },
  ];
}

async function pages(engine: TaskEngine, query: Omit<TaskQuery, 'limit'>, limit: number) {
  const found = [];
  for (let afterId: string | undefined; ; afterId = found.at(-1)?.id) {
    const page = await engine.list({ ...query, limit, afterId });
    demand(page.length <= limit, 'pages of the size that was asked for');
    found.push(...page);
    if (page.length === 0) return found;
  }
}
