// What a queue doesn't do for nothing.
import { createManualClock } from '@framerail/lifecycle';
import { memory, type Settlement, type TaskEngine } from '@framerail/task-queue';
import { expect, it } from 'vitest';
import { Rechecks } from '../../src/handle/rechecks.js';
import { gate, manualQueue, turns, until } from './queues.js';

it('claims no more than the names have room for: nothing is given back', async () => {
  const settled: Settlement['how'][] = [];
  const inner = memory();
  const settle = inner.settle.bind(inner);
  const engine: TaskEngine = Object.assign(inner, {
    settle: (settlements: readonly Settlement[]) => {
      settled.push(...settlements.map(({ how }) => how));
      return settle(settlements);
    },
  });
  const { queue } = manualQueue({ engine, slots: 16 });
  const work = gate();
  queue.define('work', () => work.enter(), { concurrency: 2 });
  const tasks = await queue.addBulk(Array.from({ length: 50 }, () => ({ name: 'work' })));
  let most = 0;
  const ended = Promise.all(tasks.map(({ result }) => result));
  for (let done = 0; done < tasks.length; done += 1) {
    await until(() => work.begun > done);
    await turns(3);
    most = Math.max(most, work.begun - done);
    work.open(1);
  }
  await ended;
  expect(most).toBe(2);
  expect(settled).toEqual(tasks.map(() => 'complete'));
  await queue.close();
});

it('rests between looks as long as they take of the time, and looks again for who came meanwhile', async () => {
  const clock = createManualClock();
  let looks = 0;
  let end = (): void => {};
  const rechecks = new Rechecks(clock, () => {
    looks += 1;
    return new Promise((resolve) => {
      end = resolve;
    });
  });
  rechecks.want();
  expect(looks).toBe(1);
  rechecks.want();
  clock.advance(20);
  end();
  await turns();
  expect(looks).toBe(1);
  await rechecks.visit();
  expect(looks).toBe(1);
  clock.advance(179);
  expect(looks).toBe(1);
  clock.advance(1);
  expect(looks).toBe(2);
  // Whatever it took, a second later somebody looks.
  clock.advance(60_000);
  end();
  await turns();
  rechecks.want();
  clock.advance(999);
  expect(looks).toBe(2);
  clock.advance(1);
  expect(looks).toBe(3);
  end();
  rechecks.want();
  rechecks.close();
  await turns();
  clock.advance(10_000);
  expect(looks).toBe(3);
});
