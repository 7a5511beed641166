import { type ContractCase, demand, demandCode } from '@framerail/lifecycle/testing';
import type { NewTask } from '../engines/task-engine.js';
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
  sampleTask,
  settle,
} from './engine-samples.js';

const STRINGS = [
  '',
  ' ',
  'a\0b',
  '\0',
  "'; DROP TABLE tasks; --",
  'é',
  'e\u0301',
  '😀',
  '__proto__',
  'x'.repeat(500),
];

/** Cases of adding tasks, of keys, and of tasks that come after others. */
export function addingCases(open: OpenEngine): readonly ContractCase[] {
  return [
    {
      name: 'keeps what was added, whatever the names',
      async run() {
        await using engine = await open();
        const tasks = STRINGS.map((text, at) =>
          sampleTask({
            name: `n${text}`,
            lane: `l${text}`,
            group: text,
            key: `k${text}`,
            data: JSON.stringify(text),
            priority: at - 5,
            reserve: { cpu: at / 10, memoryBytes: at },
            maxAttempts: at + 1,
          }),
        );
        const outcomes = await engine.add(tasks, START_MS);
        const records = await engine.get(outcomes.map(({ id }) => id));
        for (const [at, task] of tasks.entries()) {
          const record = records[at];
          demand(record !== undefined, `task ${at} to be there`);
          for (const field of ['name', 'lane', 'group', 'key', 'data', 'priority', 'maxAttempts'] as const)
            demand(record[field] === task[field], `${field} of task ${at} to be kept`);
          demand(record.reserve?.cpu === at / 10, 'its reservation');
          demand(record.createdAtMs === START_MS && record.attempts === 0, 'when it was added');
          demand(record.state === 'waiting' && record.token === undefined, 'it to wait');
          demandList(await engine.list({ limit: 9, group: task.group }), [record], 'its group');
          demandList(await engine.list({ limit: 9, key: task.key }), [record], 'its key');
        }
        await demandCounts(engine);
      },
    },
    {
      name: 'gives ids that grow',
      async run() {
        await using engine = await open();
        const ids = [...(await addAll(engine, [{}, {}, {}])), ...(await addAll(engine, [{}, {}]))];
        demandList([...ids].sort(), ids, 'ids in order');
        demand(new Set(ids).size === 5, 'five ids');
      },
    },
    {
      name: 'adds nothing of an empty batch, and many at once',
      async run() {
        await using engine = await open();
        demandList(await engine.add([], START_MS), [], 'outcomes');
        const count = Math.min(engine.limits.maxBatch, 3000);
        await addAll(
          engine,
          Array.from({ length: count }, (_, at) => ({ group: `g${at % 7}` })),
        );
        await demandCounts(engine);
      },
    },
    {
      name: 'refuses a whole batch if one of its tasks is wrong',
      async run() {
        await using engine = await open();
        const wrong: readonly Partial<Record<keyof NewTask, unknown>>[] = [
          { name: '' },
          { lane: 7 },
          { group: undefined },
          { key: 1 },
          { data: undefined },
          { priority: 1001 },
          { priority: 0.5 },
          { maxAttempts: 0 },
          { notBeforeMs: Number.NaN },
          { share: 0 },
          { share: Number.POSITIVE_INFINITY },
          { after: 'a' },
          { afterBatch: [2] },
          { afterBatch: [-1] },
        ];
        for (const fields of wrong) {
          const task = { ...sampleTask(), ...fields } as NewTask;
          await demandCode('E_INVALID_ARGUMENT', () => engine.add([sampleTask(), task], START_MS));
        }
        const data = JSON.stringify('€'.repeat(Math.ceil(engine.limits.maxDataBytes / 3)));
        await demandCode('E_TASK_DATA_TOO_LARGE', () =>
          engine.add([sampleTask(), sampleTask({ data })], START_MS),
        );
        demandList(await engine.list({ limit: 9 }), [], 'tasks');
      },
    },
    {
      name: 'has one task of a key that is not final',
      async run() {
        await using engine = await open();
        const tasks = [{ key: 'a' }, { key: 'b' }, { key: 'a' }].map(sampleTask);
        const [a, b, again] = await engine.add(tasks, START_MS);
        demand(again?.outcome === 'exists' && again.id === a?.id, 'the second of a batch to be the first');
        const [there] = await engine.add([sampleTask({ key: 'b' })], START_MS);
        demand(there?.outcome === 'exists' && there.id === b?.id, 'one that is there to be it');
        const task = await claimOne(engine);
        const [active] = await engine.add([sampleTask({ key: 'a' })], START_MS);
        demand(active?.outcome === 'exists', 'an active one to be it');
        await settle(engine, completion(task));
        const [anew] = await engine.add([sampleTask({ key: 'a' })], START_MS);
        demand(anew?.outcome === 'added' && anew.id !== a?.id, 'another one after the first is final');
        const tasksOfKey = await engine.list({ key: 'a', limit: 9 });
        demandList(
          tasksOfKey.map(({ id }) => id),
          [a?.id, anew?.id],
          'tasks of the key',
        );
      },
    },
    {
      name: 'holds tasks back until those before them are completed',
      async run() {
        await using engine = await open();
        const [first] = await addAll(engine, [{}]);
        const ids = await addAll(engine, [
          { name: 'last', afterBatch: [1, 2], after: [first as string] },
          { name: 'middle', after: [first as string] },
          { name: 'free' },
        ]);
        const [last] = await demandStates(engine, ids, ['blocked', 'blocked', 'waiting']);
        demandList([...(last?.after ?? [])].sort(), [first, ids[1], ids[2]], 'what the last comes after');
        const claimed = await claim(engine, 9);
        demandList(
          claimed.map(({ name }) => name),
          ['render', 'free'],
          'those that may begin',
        );
        await settle(engine, ...claimed.map((task) => completion(task)));
        await demandStates(engine, ids, ['blocked', 'waiting', 'completed']);
        await settle(engine, completion(await claimOne(engine)));
        await demandStates(engine, ids, ['waiting', 'completed', 'completed']);
        const [late] = await addAll(engine, [{ after: ids.slice(1) }]);
        await demandStates(engine, [late as string], ['waiting']);
      },
    },
    {
      name: 'cancels what comes after a task that ended otherwise, with the reason',
      async run() {
        await using engine = await open();
        const ids = await addAll(engine, [
          {},
          { afterBatch: [0] },
          { afterBatch: [1] },
          { afterBatch: [2, 0] },
          {},
        ]);
        await settle(engine, failing(await claimOne(engine)));
        const tasks = await demandStates(engine, ids, [
          'failed',
          'cancelled',
          'cancelled',
          'cancelled',
          'waiting',
        ]);
        const reason = tasks[1]?.failures.at(-1);
        demand(reason?.code === 'E_TASK_DEPENDENCY', 'the reason to be in its history');
        demand(reason.message.includes(ids[0] as string), 'the reason to name the task');
        const outcomes = await engine.add(
          [
            sampleTask({ after: [ids[0] as string] }),
            sampleTask({ afterBatch: [0] }),
            sampleTask({ after: ['nobody'] }),
            sampleTask(),
          ],
          START_MS,
        );
        demandList(
          outcomes.map(({ outcome }) => outcome),
          ['failedDependency', 'failedDependency', 'unknownDependency', 'added'],
          'outcomes',
        );
        demand(outcomes[1]?.id === ids[0], 'the refusal to name who failed');
        await demandCounts(engine);
      },
    },
    {
      name: 'refuses circles',
      async run() {
        await using engine = await open();
        const circles = [
          [sampleTask({ afterBatch: [0] })],
          [sampleTask(), sampleTask({ afterBatch: [2] }), sampleTask({ afterBatch: [1, 0] })],
          [
            sampleTask({ key: 'a', afterBatch: [1] }),
            sampleTask({ key: 'b', afterBatch: [2] }),
            sampleTask({ key: 'a' }),
          ],
        ];
        await demandCode('E_TASK_CIRCULAR', () => engine.add(circles[0] as NewTask[], START_MS));
        await demandCode('E_TASK_CIRCULAR', () => engine.add(circles[1] as NewTask[], START_MS));
        await demandCode('E_TASK_CIRCULAR', () => engine.add(circles[2] as NewTask[], START_MS));
        demandList(await engine.list({ limit: 9 }), [], 'tasks');
      },
    },
    {
      name: 'holds a long chain',
      async run() {
        await using engine = await open();
        const ids = await addAll(
          engine,
          Array.from({ length: 400 }, (_, at) => ({ afterBatch: at === 399 ? [] : [at + 1] })),
        );
        const [last] = await claim(engine, 9);
        demand(last?.id === ids[399], 'only the end of the chain to be free');
        await engine.cancel([ids[300] as string], START_MS);
        const states = (await engine.get(ids)).map((task) => task?.state);
        demand(
          states.slice(0, 301).every((state) => state === 'cancelled'),
          'all after it to be cancelled',
        );
        demand(
          states.slice(301, 399).every((state) => state === 'blocked'),
          'the others to wait',
        );
      },
    },
  ];
}
