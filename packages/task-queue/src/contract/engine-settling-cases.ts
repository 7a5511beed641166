import { type ContractCase, demand, demandCode } from '@framerail/lifecycle/testing';
import { MAX_FAILURES } from '../task/task-record.js';
import {
  addAll,
  claim,
  claimOne,
  completion,
  demandCounts,
  demandList,
  demandStates,
  failing,
  LEASE_MS,
  leaseOf,
  type OpenEngine,
  START_MS,
  sampleTask,
  settle,
} from './engine-samples.js';

/** Cases of how attempts end, of cancelling and of beginning anew. */
export function settlingCases(open: OpenEngine): readonly ContractCase[] {
  return [
    {
      name: 'follows a task from claim to completion',
      async run() {
        await using engine = await open();
        await addAll(engine, [{}]);
        const task = await claimOne(engine, { owner: 'me' });
        demand(task.state === 'active' && task.attempts === 1 && task.owner === 'me', 'it to be claimed');
        demand(task.startedAtMs === START_MS && task.leaseUntilMs === START_MS + LEASE_MS, 'its times');
        await engine.progress([{ ...leaseOf(task), progress: '0.5' }]);
        demand((await engine.get([task.id]))[0]?.progress === '0.5', 'its progress');
        await settle(engine, { ...leaseOf(task), nowMs: START_MS + 7, how: 'complete', result: '{"a":1}' });
        const [done] = await engine.get([task.id]);
        demand(done?.state === 'completed' && done.result === '{"a":1}', 'its result');
        demand(done.finishedAtMs === START_MS + 7 && done.owner === undefined, 'its end');
        demand(done.token === undefined && done.leaseUntilMs === undefined, 'no lease');
        await demandCounts(engine);
      },
    },
    {
      name: 'lets only the latest token settle, and only once',
      async run() {
        await using engine = await open();
        await addAll(engine, [{}]);
        const first = await claimOne(engine);
        await engine.expire(START_MS + LEASE_MS);
        const second = await claimOne(engine, { nowMs: START_MS + LEASE_MS });
        demand((second.token as number) > (first.token as number), 'the token to have grown');
        await engine.progress([{ ...leaseOf(first), progress: '1' }]);
        demandList(
          await engine.settle([completion(first), failing(first), { ...completion(first), id: 'nobody' }]),
          ['lost', 'lost', 'lost'],
          'answers to who lost the lease',
        );
        demandList(
          await engine.renew([leaseOf(first), leaseOf(second)], START_MS + 90_000),
          ['lost', 'held'],
          'leases',
        );
        demandList(
          await engine.settle([completion(second), completion(second), failing(second)]),
          ['applied', 'lost', 'lost'],
          'answers to the holder',
        );
        const [task] = await demandStates(engine, [first.id], ['completed']);
        demand(task?.progress === undefined, 'no progress of who lost the lease');
      },
    },
    {
      name: 'settles nothing of a batch with a result that is too large',
      async run() {
        await using engine = await open();
        const ids = await addAll(engine, [{}, {}]);
        const [first, second] = await claim(engine, 2);
        demand(first !== undefined && second !== undefined, 'two tasks');
        const result = JSON.stringify('x'.repeat(engine.limits.maxDataBytes));
        await demandCode('E_TASK_DATA_TOO_LARGE', () =>
          engine.settle([
            completion(first),
            { ...leaseOf(second), nowMs: START_MS, how: 'complete', result },
          ]),
        );
        await demandStates(engine, ids, ['active', 'active']);
      },
    },
    {
      name: 'tries again what failed, not before its time, until the last attempt',
      async run() {
        await using engine = await open();
        const ids = await addAll(engine, [{ maxAttempts: 2 }]);
        await settle(engine, failing(await claimOne(engine), START_MS + 100));
        const [delayed] = await demandStates(engine, ids, ['delayed']);
        demand(
          delayed?.notBeforeMs === START_MS + 100 && delayed.failures.length === 1,
          'its time and history',
        );
        demand((await engine.nextDueMs()) === START_MS + 100, 'the time to be known');
        demand((await engine.expire(START_MS + 99)) === 0, 'it to wait for its time');
        demand((await engine.expire(START_MS + 100)) === 1, 'it to be due');
        await settle(engine, failing(await claimOne(engine), START_MS + 200));
        const [failed] = await demandStates(engine, ids, ['failed']);
        demandList(failed?.failures.map(({ attempt }) => attempt) ?? [], [1, 2], 'attempts that failed');
        demand(failed?.finishedAtMs === START_MS + 10, 'its end');
      },
    },
    {
      name: `keeps the last ${MAX_FAILURES} failures`,
      async run() {
        await using engine = await open();
        const ids = await addAll(engine, [{ maxAttempts: 15 }]);
        for (let attempt = 1; attempt <= 15; attempt += 1)
          await settle(engine, failing(await claimOne(engine), 0));
        const [failed] = await demandStates(engine, ids, ['failed']);
        const kept = failed?.failures.map(({ attempt }) => attempt) ?? [];
        demandList(
          kept,
          Array.from({ length: MAX_FAILURES }, (_, at) => at + 16 - MAX_FAILURES),
          'attempts kept',
        );
        demand(failed?.failures[0]?.message === 'It rained', 'messages to be kept');
      },
    },
    {
      name: 'cancels at once what is not active, and asks what is',
      async run() {
        await using engine = await open();
        const ids = await addAll(engine, [{}, {}, { notBeforeMs: START_MS + 10 }, { afterBatch: [0] }]);
        const task = await claimOne(engine);
        demandList(
          await engine.cancel([...ids, 'nobody'], START_MS + 1),
          ['active', 'cancelled', 'cancelled', 'cancelled', undefined],
          'states',
        );
        const [asked, ended] = await engine.get(ids);
        demand(asked?.isCancelRequested === true && ended?.finishedAtMs === START_MS + 1, 'it to be noted');
        demandList(
          await engine.renew([leaseOf(task)], START_MS + 9999),
          ['cancel'],
          'the answer to its holder',
        );
        await settle(engine, { ...leaseOf(task), nowMs: START_MS + 2, how: 'cancel' });
        demandList(
          await engine.cancel(ids.slice(0, 1), START_MS + 3),
          ['cancelled'],
          'the state of what has ended',
        );
        await demandCounts(engine);
      },
    },
    {
      name: 'does not try again what is to end, but believes that it was completed',
      async run() {
        await using engine = await open();
        const ids = await addAll(engine, [{}, {}, {}, {}]);
        const tasks = await claim(engine, 4);
        await engine.cancel(ids, START_MS);
        const [a, b, c] = tasks;
        demand(a !== undefined && b !== undefined && c !== undefined, 'four tasks');
        await settle(engine, failing(a, START_MS + 5), completion(b), {
          ...leaseOf(c),
          nowMs: START_MS,
          how: 'release',
          notBeforeMs: 0,
        });
        await engine.expire(START_MS + LEASE_MS);
        const ended = await demandStates(engine, ids, ['cancelled', 'completed', 'cancelled', 'cancelled']);
        demand(
          ended.every((task) => task?.isCancelRequested === false),
          'nothing to be wanted of what has ended',
        );
      },
    },
    {
      name: 'lets what failed or was cancelled begin anew, with its history',
      async run() {
        await using engine = await open();
        const ids = await addAll(engine, [{ maxAttempts: 1 }, {}, {}]);
        await settle(engine, failing(await claimOne(engine)));
        await engine.cancel([ids[1] as string], START_MS);
        demandList(await engine.retry([...ids, 'nobody'], START_MS), [true, true, false, false], 'answers');
        const [anew] = await demandStates(engine, ids, ['waiting', 'waiting', 'waiting']);
        demand(anew?.attempts === 0 && anew.failures.length === 1, 'all attempts, and the history');
        demand(anew.finishedAtMs === undefined, 'no end');
        demandList(
          (await claim(engine, 9)).map(({ id }) => id),
          [ids[2], ids[0], ids[1]],
          'the order',
        );
        demandList(await engine.retry(ids, START_MS), [false, false, false], 'answers for active ones');
      },
    },
    {
      name: 'does not begin anew what has no chance, and begins whole chains',
      async run() {
        await using engine = await open();
        const ids = await addAll(engine, [
          { maxAttempts: 1 },
          { afterBatch: [0] },
          { afterBatch: [1], key: 'a' },
        ]);
        await settle(engine, failing(await claimOne(engine)));
        demandList(await engine.retry(ids.slice(1), START_MS), [false, false], 'answers without the first');
        const [other] = await engine.add([sampleTask({ key: 'a' })], START_MS);
        demandList(await engine.retry([...ids].reverse(), START_MS), [false, true, true], 'answers with it');
        await demandStates(engine, ids, ['waiting', 'blocked', 'cancelled']);
        await engine.cancel([other?.id as string], START_MS);
        demandList(
          await engine.retry([ids[2] as string], START_MS),
          [true],
          'the answer when its key is free',
        );
        for (let step = 0; step < 3; step += 1) await settle(engine, completion(await claimOne(engine)));
        await demandStates(engine, ids, ['completed', 'completed', 'completed']);
      },
    },
  ];
}
