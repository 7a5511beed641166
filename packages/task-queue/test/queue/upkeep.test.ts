import { describe, expect, it } from 'vitest';
import { gate, manualQueue, turns, until } from './queues.js';

describe('upkeep', () => {
  it('keeps as many ended tasks as is wanted, and no more', async () => {
    const { queue, pass } = manualQueue({
      retention: { completed: { count: 5 }, failed: { count: 2 }, cancelled: { count: 1000, ms: 60_000 } },
    });
    queue.define('ok', () => 1);
    queue.define('bad', () => {
      throw new Error('no');
    });
    const tasks = await queue.addBulk([
      ...Array.from({ length: 20 }, () => ({ name: 'ok' })),
      ...Array.from({ length: 10 }, () => ({ name: 'bad' })),
    ]);
    const later = await queue.add('ok', 1, { delayMs: 1e9 });
    await later.cancel();
    await Promise.allSettled(tasks.map((task) => task.result));
    await pass(6000);
    await until(async () => (await queue.stats()).counts.completed === 5);
    expect((await queue.stats()).counts).toMatchObject({ completed: 5, failed: 2, cancelled: 1 });
    expect((await queue.list({ states: ['completed'] })).map(({ id }) => id)).toEqual(
      tasks.slice(15, 20).map(({ id }) => id),
    );
    await expect(queue.status(tasks[0] as { id: string })).rejects.toMatchObject({ code: 'E_TASK_UNKNOWN' });
    await pass(120_000);
    await until(async () => (await queue.stats()).counts.cancelled === 0);
    await queue.close();
  });

  it('keeps tasks of unknown names for a while, then makes them dead letters that can be retried', async () => {
    const { queue, pass } = manualQueue({ unknownNameMs: 10_000 });
    queue.define('known', () => 1);
    const task = await queue.add('unknown');
    const known = await queue.add('known');
    await known.result;
    await pass(5000);
    expect((await task.status()).state).toBe('waiting');
    expect((await queue.explain(task)).hindrances).toContainEqual(
      expect.objectContaining({ what: 'unknownName' }),
    );
    await pass(8000);
    await until(async () => (await task.status()).state === 'failed');
    await expect(task.result).rejects.toMatchObject({ details: { code: 'E_TASK_UNKNOWN' } });
    queue.define('unknown', () => 'known now');
    await queue.retry(task);
    expect(await queue.handle(task.id).result).toBe('known now');
    await queue.close();
  });

  it('begins waiting tasks of a name when it is defined', async () => {
    const { queue } = manualQueue();
    const task = await queue.add('late');
    await turns(20);
    queue.define('late', () => 'here');
    expect(await task.result).toBe('here');
    await queue.close();
  });

  it('begins delayed tasks in time, the clock of the wall put back or not', async () => {
    let wallMs = 1_000_000_000;
    const { queue, clock } = manualQueue({ wallClock: () => wallMs });
    const begun: number[] = [];
    queue.define('late', ({ data }) => begun.push(data as number));
    await queue.addBulk([300, 100, 200].map((delayMs) => ({ name: 'late', data: delayMs, delayMs })));
    wallMs -= 900_000_000;
    for (const count of [1, 2, 3]) {
      clock.advance(100);
      await until(() => begun.length === count);
    }
    expect(begun).toEqual([100, 200, 300]);
    await queue.close();
  });

  it('goes on when the engine fails now and then, and says so', async () => {
    const { memory } = await import('@framerail/task-queue');
    const engine = memory();
    const [settle, claim] = [engine.settle.bind(engine), engine.claim.bind(engine)];
    let failures = 0;
    const shaky =
      <Args extends unknown[], Answer>(call: (...args: Args) => Promise<Answer>) =>
      async (...args: Args): Promise<Answer> => {
        failures += 1;
        if (failures % 3 !== 0) throw new Error('the engine is away');
        return call(...args);
      };
    engine.settle = shaky(settle);
    engine.claim = shaky(claim);
    const { queue, clock } = manualQueue({ engine });
    const during = new Set<string>();
    queue.on('engineError', (event) => during.add(event.during));
    const door = gate();
    queue.define('work', () => door.enter());
    const tasks = await queue.addBulk([{ name: 'work' }, { name: 'work' }]);
    const results = Promise.all(tasks.map((task) => task.result));
    let isDone = false;
    void results.then(() => {
      isDone = true;
    });
    await until(() => {
      clock.advance(100);
      door.open();
      return isDone;
    });
    expect([...during].sort()).toEqual(['claim', 'settle']);
    expect(door.begun).toBe(2);
    await queue.close();
  });
});
