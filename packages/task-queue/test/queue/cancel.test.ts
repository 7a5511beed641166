import { describe, expect, it } from 'vitest';
import { gate, manualQueue, turns, until } from './queues.js';

describe('cancelling', () => {
  it('ends what waits at once, and what runs by its signal', async () => {
    const { queue } = manualQueue({ slots: 1 });
    const door = gate();
    let reason: unknown;
    queue.define('wait', async ({ signal }) => {
      signal.addEventListener('abort', () => {
        reason = signal.reason;
      });
      await door.enter(signal);
    });
    const heard: string[] = [];
    queue.on('cancelled', ({ id }) => heard.push(id));
    const [runs, waits] = await queue.addBulk([{ name: 'wait' }, { name: 'wait' }]);
    await until(() => door.begun === 1);
    expect(await waits?.cancel()).toBe('cancelled');
    expect(await runs?.cancel()).toBe('active');
    await expect(runs?.result).rejects.toMatchObject({ code: 'E_TASK_CANCELLED' });
    await expect(waits?.result).rejects.toMatchObject({ code: 'E_TASK_CANCELLED' });
    expect(reason).toMatchObject({ code: 'E_TASK_CANCELLED' });
    expect(heard).toEqual([waits?.id, runs?.id]);
    expect(await runs?.cancel()).toBe('cancelled');
    expect(door.begun).toBe(1);
    await queue.close();
  });

  it('follows the signal that a task was added with, whenever it aborts', async () => {
    const { queue } = manualQueue({ slots: 1 });
    const door = gate();
    queue.define('wait', ({ signal }) => door.enter(signal));
    const controller = new AbortController();
    const first = await queue.add('wait', 1, { signal: controller.signal });
    const second = await queue.add('wait', 2, { signal: controller.signal });
    await until(() => door.begun === 1);
    controller.abort();
    await expect(first.result).rejects.toMatchObject({ code: 'E_TASK_CANCELLED' });
    await expect(second.result).rejects.toMatchObject({ code: 'E_TASK_CANCELLED' });
    await expect(queue.add('wait', 3, { signal: controller.signal })).rejects.toThrow();
    expect((await queue.stats()).counts).toMatchObject({ cancelled: 2, waiting: 0 });
    await queue.close();
  });

  it('says cancelled of a handler that gives something all the same', async () => {
    const { queue } = manualQueue();
    const door = gate();
    queue.define('stubborn', async () => {
      await door.enter();
      return 'done';
    });
    const task = await queue.add('stubborn');
    await until(() => door.begun === 1);
    await task.cancel();
    door.open();
    await expect(task.result).rejects.toMatchObject({ code: 'E_TASK_CANCELLED' });
    await queue.close();
  });

  it('does not reach a retry, and lets a retry begin anew', async () => {
    const { queue, pass } = manualQueue();
    let tries = 0;
    queue.define(
      'bad',
      () => {
        tries += 1;
        if (tries < 2) throw new Error('no');
        return tries;
      },
      { retries: { attempts: 5, backoffMs: 1000 } },
    );
    const task = await queue.add('bad');
    await until(async () => (await task.status()).state === 'delayed');
    expect(await task.cancel()).toBe('cancelled');
    await pass(2000);
    expect(tries).toBe(1);
    await queue.retry(task);
    expect(await queue.handle(task.id).result).toBe(2);
    await queue.close();
  });

  it('gives what ran when the queue closed back, at no cost of attempts', async () => {
    const { queue } = manualQueue();
    const door = gate();
    const ended: unknown[] = [];
    queue.define('heeds', ({ signal }) => door.enter(signal).catch((error: unknown) => ended.push(error)));
    queue.define('finishes', () => turns(5).then(() => 'in time'));
    await queue.add('heeds');
    await until(() => door.begun === 1);
    await queue.close();
    expect(ended).toEqual([expect.objectContaining({ code: 'E_QUEUE_CLOSED' })]);
  });

  it('lets what runs end by itself for as long as is allowed', async () => {
    const { queue, clock } = manualQueue();
    const door = gate();
    queue.define('wait', ({ signal }) => door.enter(signal).then(() => 'done'));
    const [first, second] = await queue.addBulk([{ name: 'wait' }, { name: 'wait' }]);
    const results = [first, second].map((task) => task?.result.catch(({ code }) => code));
    await until(() => door.begun === 2);
    const closed = queue.close({ graceMs: 1000 });
    await turns();
    door.open(1);
    expect(await results[0]).toBe('done');
    clock.advance(1000);
    await closed;
    expect(await results[1]).toBe('E_QUEUE_CLOSED');
  });
});
