import { type ContractCase, demand } from '@framerail/lifecycle/testing';
import {
  addAll,
  claim,
  claimOne,
  demandList,
  demandStates,
  LEASE_MS,
  leaseOf,
  type OpenEngine,
  START_MS,
  sampleTask,
} from './engine-samples.js';

/** Cases of leases, and of time. */
export function leaseCases(open: OpenEngine): readonly ContractCase[] {
  return [
    {
      name: 'takes leases away that ended, and keeps those that were renewed',
      async run() {
        await using engine = await open();
        const ids = await addAll(engine, [{}, {}]);
        const [, second] = await claim(engine, 2);
        demand(second !== undefined, 'two tasks');
        demand((await engine.nextDueMs()) === START_MS + LEASE_MS, 'the end of leases to be known');
        demandList(await engine.renew([leaseOf(second)], START_MS + 2 * LEASE_MS), ['held'], 'the answer');
        demand((await engine.expire(START_MS + LEASE_MS - 1)) === 0, 'none to have ended');
        demand((await engine.expire(START_MS + LEASE_MS)) === 1, 'one to have ended');
        const [lost, held] = await demandStates(engine, ids, ['waiting', 'active']);
        demand(lost?.attempts === 1 && lost.owner === undefined, 'an attempt to be counted');
        demand(lost.failures.at(-1)?.code === 'E_TASK_LEASE_LOST', 'the loss to be in its history');
        demand(held?.leaseUntilMs === START_MS + 2 * LEASE_MS, 'the other to be prolonged');
      },
    },
    {
      name: 'makes the last attempt that lost its lease a dead letter',
      async run() {
        await using engine = await open();
        const ids = await addAll(engine, [{ maxAttempts: 1 }, { afterBatch: [0] }]);
        await claimOne(engine);
        await engine.expire(START_MS + LEASE_MS);
        const [failed] = await demandStates(engine, ids, ['failed', 'cancelled']);
        demand(failed?.failures.at(-1)?.code === 'E_TASK_LEASE_LOST', 'the reason to be in its history');
      },
    },
    {
      name: 'takes the leases of dead owners away at once',
      async run() {
        await using engine = await open();
        const ids = await addAll(engine, [{}, {}, {}]);
        await claim(engine, 2, { owner: 'dead' });
        await claim(engine, 1, { owner: 'alive' });
        demandList([...(await engine.owners())].sort(), ['alive', 'dead'], 'owners');
        demand((await engine.expire(START_MS, ['dead', 'nobody'])) === 2, 'two leases to be taken away');
        await demandStates(engine, ids, ['waiting', 'waiting', 'active']);
        demandList(await engine.owners(), ['alive'], 'owners');
      },
    },
    {
      name: 'holds tasks back until their time, and puts them in order then',
      async run() {
        await using engine = await open();
        demand((await engine.nextDueMs()) === undefined, 'nothing to be due');
        const ids = await addAll(engine, [
          { notBeforeMs: START_MS + 300 },
          { notBeforeMs: START_MS + 100 },
          { notBeforeMs: START_MS },
          { notBeforeMs: START_MS + 200, afterBatch: [2] },
        ]);
        await demandStates(engine, ids, ['delayed', 'delayed', 'waiting', 'blocked']);
        demand((await engine.nextDueMs()) === START_MS + 100, 'the first of them to be known');
        await claimOne(engine, { leaseUntilMs: START_MS + 9999 });
        demand((await engine.expire(START_MS + 300)) === 2, 'two to be due');
        demandList(
          (await claim(engine, 9)).map(({ id }) => id),
          [ids[1], ids[0]],
          'the order',
        );
      },
    },
    {
      name: 'stands a clock that is put back and forward',
      async run() {
        await using engine = await open();
        const later = START_MS + 3_600_000;
        const [delayed] = await addAll(engine, [{ notBeforeMs: START_MS + 50 }]);
        await engine.expire(later);
        await demandStates(engine, [delayed as string], ['waiting']);
        const task = await claimOne(engine, { nowMs: later });
        demand((await engine.expire(START_MS)) === 0, 'nothing to end when the clock goes back');
        demandList(
          await engine.renew([leaseOf(task)], START_MS + LEASE_MS),
          ['held'],
          'the answer by the new time',
        );
        demand((await engine.nextDueMs()) === START_MS + LEASE_MS, 'the lease to end by the new time');
        demand((await engine.expire(START_MS + LEASE_MS)) === 1, 'it to end');
        const [early] = await engine.add([sampleTask({ notBeforeMs: 0 })], 5);
        await demandStates(engine, [delayed as string, early?.id as string], ['waiting', 'waiting']);
      },
    },
  ];
}
