import { createQueue, memory, type TaskQueue } from '@framerail/task-queue';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const wrong = { code: 'E_INVALID_ARGUMENT' };

describe('what a queue refuses', () => {
  let queue: TaskQueue;
  beforeEach(() => {
    queue = createQueue({ engine: memory(), lanes: { a: {}, b: {} }, maxDataBytes: 1000 });
    queue.define('known', () => {}, { lane: 'a' });
  });
  afterEach(() => queue.close());

  it.each([
    ['a function', { list: [1, { run: () => 1 }] }, 'data.list[1].run'],
    ['a symbol', [Symbol('s')], 'data[0]'],
    ['a BigInt', { count: 1n }, 'data.count'],
    ['a Map', { map: new Map() }, 'data.map'],
    ['a typed array', { pixels: new Uint8Array(2) }, 'data.pixels'],
    ['not a number', { 'frame rate': Number.NaN }, 'data["frame rate"]'],
    ['a hole', Object.assign(new Array(3), { 0: 1, 2: 2 }), 'data[1]'],
  ])('data with %s, naming the place', async (_, data, path) => {
    await expect(queue.add('known', data)).rejects.toMatchObject({ code: 'E_TASK_DATA', details: { path } });
  });

  it('data that go in a circle', async () => {
    const data: { next: { back?: unknown } } = { next: {} };
    data.next.back = data;
    await expect(queue.add('known', data)).rejects.toMatchObject({ details: { path: 'data.next.back' } });
  });

  it('data that are too large, counted in bytes', async () => {
    await queue.add('known', 'é'.repeat(499));
    await expect(queue.add('known', 'é'.repeat(500))).rejects.toMatchObject({
      code: 'E_TASK_DATA_TOO_LARGE',
      details: { bytes: 1002, maxBytes: 1000 },
    });
  });

  it.each([
    ['a priority out of range', { priority: 1001 }],
    ['a priority between two', { priority: 0.5 }],
    ['a delay below 0', { delayMs: -1 }],
    ['a delay without end', { delayMs: Number.POSITIVE_INFINITY }],
    ['no attempts', { attempts: 0 }],
    ['a lane that is not there', { lane: 'c' }],
    ['an empty key', { key: '' }],
    ['a group that is too long', { group: 'g'.repeat(300) }],
    ['no share', { share: 0 }],
    ['a reservation above the machine', { reserve: { cpu: 1.5 } }],
    ['a reservation that is no number', { reserve: { memoryBytes: '1 GB' as never } }],
    ['dependencies that are no list', { after: 'x' as never }],
    ['dependencies that are no tasks', { after: [7 as never] }],
    ['a signal that is none', { signal: {} as never }],
  ])('tasks with %s', async (_, options) => {
    await expect(queue.add('known', 1, options)).rejects.toThrow();
    expect((await queue.stats()).counts).toMatchObject({ waiting: 0, delayed: 0 });
  });

  it('tasks without a lane where it can not be known', async () => {
    await expect(queue.add('unknown')).rejects.toMatchObject(wrong);
    await expect(queue.add('')).rejects.toMatchObject(wrong);
    await expect(queue.add('lone surrogate \ud800', 1, { lane: 'a' })).rejects.toMatchObject(wrong);
  });

  it('a bulk of which one is wrong, as a whole', async () => {
    const tasks = [{ name: 'known' }, { name: 'known', data: () => 1 }];
    await expect(queue.addBulk(tasks)).rejects.toMatchObject({ code: 'E_TASK_DATA' });
    await expect(queue.addBulk(7 as never)).rejects.toMatchObject(wrong);
    expect(await queue.list()).toEqual([]);
    expect(await queue.addBulk([])).toEqual([]);
  });

  it('definitions that can not be meant', () => {
    const define = (options: object, name = 'x', handler: unknown = () => {}): void =>
      queue.define(name, handler as () => void, options);
    for (const options of [
      { lane: 'c' },
      { concurrency: 0 },
      { timeoutMs: 0 },
      { retries: -1 },
      { retries: { attempts: 0 } },
      { retries: { factor: 0.5 } },
      { retries: { jitter: 2 } },
      { rate: { max: 0, perMs: 1 } },
      { cost: { gpu: 2 } },
      { adjustForCapacity: 1 },
    ])
      expect(() => define(options)).toThrow(expect.objectContaining(wrong));
    expect(() => define({}, 'known')).toThrow(expect.objectContaining(wrong));
    expect(() => define({}, 'x', 'no function')).toThrow(expect.objectContaining(wrong));
  });

  it('options of a queue that can not be meant', () => {
    const engine = memory();
    for (const options of [
      {},
      { engine: {} },
      { engine, slots: 0 },
      { engine, lanes: {} },
      { engine, lanes: { a: { concurrency: 0 } } },
      { engine, lanes: { a: { rate: { max: 1 } } } },
      { engine, admission: { limits: { cpu: 0 } } },
      { engine, admission: { source: {} } },
      { engine, retention: { completed: { count: -1 } } },
      { engine, leaseMs: 1 },
      { engine, clock: {} },
    ])
      expect(() => createQueue(options as never)).toThrow(expect.objectContaining(wrong));
  });

  it('tasks that are not there', async () => {
    const unknown = { code: 'E_TASK_UNKNOWN' };
    await expect(queue.status('7')).rejects.toMatchObject(unknown);
    await expect(queue.explain('7')).rejects.toMatchObject(unknown);
    await expect(queue.handle('7').result).rejects.toMatchObject(unknown);
    await expect(queue.handle('7').cancel()).rejects.toMatchObject(unknown);
    expect(await queue.cancel(['7'])).toEqual([undefined]);
    expect(await queue.retry(['7'])).toEqual([false]);
    expect(await queue.prioritise('7', 1)).toEqual([false]);
    await expect(queue.add('known', 1, { after: ['7'] })).rejects.toMatchObject(unknown);
    await expect(queue.status(7 as never)).rejects.toMatchObject(wrong);
  });
});
