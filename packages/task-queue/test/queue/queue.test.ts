import { createQueue, memory } from '@framerail/task-queue';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { gate, manualQueue, START_MS, until } from './queues.js';

describe('a queue', () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  it('does what is added, and tells what it gave', async () => {
    const { queue } = manualQueue();
    open.push(queue);
    queue.define('sum', ({ data }: { data: { a: number; b: number } }) => data.a + data.b);
    const task = await queue.add<number>('sum', { a: 1, b: 2 });
    expect(await task.result).toBe(3);
    expect(task.result).toBe(task.result);
    expect(await task.status()).toMatchObject({
      id: task.id,
      name: 'sum',
      lane: 'default',
      state: 'completed',
      data: { a: 1, b: 2 },
      result: 3,
      attempts: 1,
      createdAtMs: START_MS,
    });
    expect(await queue.handle(task.id).result).toBe(3);
  });

  it('gives handles in the order of a bulk, and each its own result', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 40 }), async (values) => {
        await using queue = createQueue({ engine: memory(), slots: 3 });
        queue.define('echo', async ({ data }) => data);
        const tasks = await queue.addBulk(values.map((data) => ({ name: 'echo', data })));
        const results = await Promise.all(tasks.map((task) => task.result));
        expect(results).toEqual(values.map((value) => JSON.parse(JSON.stringify(value))));
      }),
      { numRuns: 30 },
    );
  });

  it('adds one of a key while there is one', async () => {
    const { queue } = manualQueue();
    open.push(queue);
    const door = gate();
    queue.define('wait', () => door.enter());
    const first = await queue.add('wait', 1, { key: 'k' });
    const [again, alsoAgain] = await Promise.all([
      queue.add('wait', 2, { key: 'k' }),
      queue.add('wait', 3, { key: 'k' }),
    ]);
    expect([again.id, alsoAgain.id]).toEqual([first.id, first.id]);
    await until(() => door.begun === 1);
    door.open();
    await Promise.all([first.result, again.result]);
    expect((await queue.add('wait', 4, { key: 'k' })).id).not.toBe(first.id);
  });

  it('pages through its tasks, and counts them', async () => {
    const { queue } = manualQueue({ lanes: { proxy: {}, thumbnail: {} } });
    open.push(queue);
    queue.define('p', () => 1, { lane: 'proxy' });
    await queue.pause('thumbnail');
    const done = await queue.addBulk(Array.from({ length: 5 }, () => ({ name: 'p', group: 'anna' })));
    await queue.addBulk(Array.from({ length: 7 }, () => ({ name: 't', lane: 'thumbnail' })));
    await Promise.all(done.map((task) => task.result));
    const { counts, byGroup, lanes } = await queue.stats();
    expect(counts).toMatchObject({ completed: 5, waiting: 7, active: 0 });
    expect(byGroup).toContainEqual(expect.objectContaining({ lane: 'proxy', group: 'anna' }));
    expect(lanes.map(({ lane, isPaused, runMs }) => [lane, isPaused, runMs.count])).toEqual([
      ['proxy', false, 5],
      ['thumbnail', true, 0],
    ]);
    const seen: string[] = [];
    for (let afterId: string | undefined; ; ) {
      const page = await queue.list({ states: ['waiting'], limit: 3, afterId });
      if (page.length === 0) break;
      seen.push(...page.map(({ id }) => id));
      afterId = page.at(-1)?.id;
    }
    expect(seen).toHaveLength(7);
    expect(seen).toEqual([...new Set(seen)].sort());
    await expect(queue.list({ limit: 0 })).rejects.toMatchObject({ code: 'E_INVALID_ARGUMENT' });
  });

  it('tells its events in order', async () => {
    const { queue } = manualQueue();
    open.push(queue);
    const heard: string[] = [];
    for (const name of ['added', 'started', 'progress', 'completed', 'failed', 'cancelled'] as const)
      queue.on(name, () => heard.push(name));
    queue.define('a', ({ progress }) => progress(1));
    await (await queue.add('a')).result;
    expect(heard).toEqual(['added', 'started', 'progress', 'completed']);
  });

  it('drains when nothing is left to do', async () => {
    const { queue } = manualQueue();
    open.push(queue);
    const door = gate();
    queue.define('wait', () => door.enter());
    await queue.addBulk([{ name: 'wait' }, { name: 'wait' }]);
    await until(() => door.begun === 2);
    let isDrained = false;
    const drained = queue.drain().then(() => {
      isDrained = true;
    });
    door.open(1);
    await until(async () => (await queue.stats()).counts.completed === 1);
    expect(isDrained).toBe(false);
    door.open();
    await drained;
    await expect(queue.drain({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'E_ABORTED' });
  });

  it('refuses everything once it is closed, and ends the waiting', async () => {
    const { queue } = manualQueue();
    const task = await queue.add('nobody knows it');
    const { result } = task;
    const closed = queue.close();
    await expect(queue.add('too late')).rejects.toMatchObject({ code: 'E_QUEUE_CLOSED' });
    await closed;
    await queue.close();
    await expect(result).rejects.toMatchObject({ code: 'E_QUEUE_CLOSED' });
    for (const call of [() => queue.add('a'), () => queue.list(), () => queue.stats(), () => queue.pause()])
      await expect(call()).rejects.toMatchObject({ code: 'E_QUEUE_CLOSED' });
    expect(() => queue.define('a', () => {})).toThrow(expect.objectContaining({ code: 'E_QUEUE_CLOSED' }));
  });

  it('leaves no rejection unhandled when nobody looks', async () => {
    const { queue } = manualQueue();
    open.push(queue);
    queue.define('bad', () => {
      throw new Error('no');
    });
    const task = await queue.add('bad');
    await until(async () => (await task.status()).state === 'failed');
    await expect(task.result).rejects.toMatchObject({ code: 'E_TASK_FAILED' });
  });
});
