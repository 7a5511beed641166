import { defineResource } from '@framerail/task-queue';
import { afterEach, describe, expect, it } from 'vitest';
import { gate, type ManualQueue, manualQueue, START_MS, turns, until } from './queues.js';

describe('tasks that fail', () => {
  let made: ManualQueue | undefined;
  afterEach(async () => {
    await made?.queue.close();
  });
  const make = (...args: Parameters<typeof manualQueue>): ManualQueue => {
    made = manualQueue(...args);
    return made;
  };

  it('are dead letters with their history, and can be retried', async () => {
    const { queue, pass } = make();
    let isWell = false;
    queue.define(
      'shaky',
      () => {
        if (isWell) return 'well';
        throw Object.assign(new Error('not yet'), { code: 'E_SHAKY' });
      },
      { retries: { attempts: 3, backoffMs: 100, factor: 2 } },
    );
    const retrying: number[] = [];
    queue.on('retrying', ({ retryAtMs }) => retrying.push(retryAtMs - START_MS));
    const task = await queue.add('shaky');
    const failed = expect(task.result).rejects.toMatchObject({
      code: 'E_TASK_FAILED',
      details: { code: 'E_SHAKY' },
      cause: { message: 'not yet' },
    });
    await turns();
    expect((await task.status()).state).toBe('delayed');
    await pass(400);
    await failed;
    const { state, failures, attempts } = await task.status();
    expect({ state, attempts }).toEqual({ state: 'failed', attempts: 3 });
    expect(failures.map(({ attempt, code, message }) => [attempt, code, message])).toEqual([
      [1, 'E_SHAKY', 'not yet'],
      [2, 'E_SHAKY', 'not yet'],
      [3, 'E_SHAKY', 'not yet'],
    ]);
    expect(retrying[0]).toBe(100);
    expect((retrying[1] as number) - 100).toBeGreaterThanOrEqual(200);
    isWell = true;
    expect(await queue.retry(task)).toEqual([true]);
    expect(await queue.retry(task)).toEqual([false]);
    expect(await queue.handle(task.id).result).toBe('well');
    expect((await queue.status(task.id)).failures).toHaveLength(3);
  });

  it('are not retried where that is not worth it', async () => {
    const { queue } = make();
    const options = {
      retries: { attempts: 9, retryIf: (error: unknown) => (error as Error).message !== 'no' },
    };
    queue.define('a', () => Promise.reject(new Error('no')), options);
    const task = await queue.add('a');
    await expect(task.result).rejects.toMatchObject({ code: 'E_TASK_FAILED' });
    expect((await task.status()).attempts).toBe(1);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('thrown');
      },
      'E_TASK_FAILED',
      'thrown',
    ],
    ['rejects', () => Promise.reject(new RangeError('rejected')), 'E_TASK_FAILED', 'rejected'],
    [
      'throws what is no error',
      () => {
        throw 'a word';
      },
      'E_TASK_FAILED',
      'a word',
    ],
    [
      'throws undefined',
      () => {
        throw undefined;
      },
      'E_TASK_FAILED',
      'undefined',
    ],
    ['gives a function', () => () => 1, 'E_TASK_RESULT', 'function'],
    ['gives a BigInt', async () => ({ list: [1n] }), 'E_TASK_RESULT', 'the result.list[0]'],
    [
      'gives a circle',
      () => {
        const circle: Record<string, unknown> = {};
        circle['self'] = circle;
        return circle;
      },
      'E_TASK_RESULT',
      'self',
    ],
    ['gives a Map', () => new Map(), 'E_TASK_RESULT', 'Map'],
  ])('fail when their handler %s', async (_, handler, code, message) => {
    const { queue } = make();
    queue.define('bad', handler as () => unknown);
    const task = await queue.add('bad');
    await expect(task.result).rejects.toMatchObject({ code: 'E_TASK_FAILED', details: { code } });
    expect((await task.status()).failures[0]?.message).toContain(message);
  });

  it('fail when the result is larger than the engine takes', async () => {
    const { memory } = await import('@framerail/task-queue');
    const { queue } = make({ engine: memory({ maxDataBytes: 100 }) });
    queue.define('large', () => 'x'.repeat(200));
    const task = await queue.add('large');
    await expect(task.result).rejects.toMatchObject({ details: { code: 'E_TASK_RESULT' } });
  });

  it('are told to end when they run too long, and may try again', async () => {
    const { queue, pass } = make();
    const door = gate();
    queue.define('slow', ({ signal }) => door.enter(signal), {
      timeoutMs: 1000,
      retries: { attempts: 2, backoffMs: 0 },
    });
    const task = await queue.add('slow');
    await until(() => door.begun === 1);
    await pass(1100);
    await until(() => door.begun === 2);
    const { failures } = await task.status();
    expect(failures[0]).toMatchObject({ code: 'E_TIMEOUT' });
    door.open();
    expect(await task.result).toBeNull();
  });

  it('keep their slot while they ignore their signal', async () => {
    const { queue, pass } = make({ slots: 1, graceMs: 500 });
    const door = gate();
    queue.define('deaf', () => door.enter(), { timeoutMs: 100 });
    queue.define('next', () => 'ran');
    const stalled: string[] = [];
    queue.on('stalled', ({ id, reason }) => stalled.push(`${id} ${reason}`));
    const deaf = await queue.add('deaf');
    const next = await queue.add('next');
    await until(() => door.begun === 1);
    await pass(200);
    await pass(600);
    await expect(deaf.result).rejects.toMatchObject({ details: { code: 'E_TIMEOUT' } });
    expect(stalled).toEqual([`${deaf.id} abandoned`]);
    expect(await queue.stats()).toMatchObject({ running: 1, abandoned: 1 });
    expect((await next.status()).state).toBe('waiting');
    expect((await queue.explain(next)).hindrances).toContainEqual(expect.objectContaining({ what: 'slots' }));
    door.open();
    expect(await next.result).toBe('ran');
    expect(await queue.stats()).toMatchObject({ running: 0, abandoned: 0 });
  });

  it('fail with the cause when what they need does not load', async () => {
    const { queue } = make();
    let loads = 0;
    const model = defineResource('model', {
      load: () => {
        loads += 1;
        if (loads === 1) throw new Error('no such file');
        return 'model';
      },
    });
    queue.define('infer', ({ resource }) => resource('model'), {
      resources: [model],
      retries: { attempts: 2, backoffMs: 0 },
    });
    const task = await queue.add('infer');
    expect(await task.result).toBe('model');
    expect((await task.status()).failures[0]).toMatchObject({ code: 'E_TASK_RESOURCE' });
    expect(queue.resources.stats()).toEqual([
      expect.objectContaining({ name: 'model', loads: 2, failures: 1 }),
    ]);
  });
});
