import { createQueue, type QueueOptions, type TaskQueue } from '@framerail/task-queue';
import { describe, expect, it } from 'vitest';
import { requireProgram } from '../../../../scripts/testing/require.js';
import { type BullmqServer, startBullmqServer } from '../engines/bullmq-servers.js';
import { gate } from './queues.js';

describe.runIf(requireProgram('redis-server'))('queues that share a Redis', () => {
  const make = async (
    redis: BullmqServer,
    name: string,
    options: Partial<QueueOptions> = {},
  ): Promise<TaskQueue> => {
    const engine = redis.engine({ queue: name, thread: true, ...(await redis.program()) });
    return createQueue({ engine, pollMs: 20, slots: 4, ...options });
  };

  it('do each task once between them, and lose nothing when one closes', async () => {
    await using redis = await startBullmqServer();
    const name = redis.queue();
    await using client = await make(redis, name);
    const tasks = await client.addBulk(Array.from({ length: 300 }, (_, data) => ({ name: 'work', data })));
    await client.close();
    const done = new Map<unknown, number>();
    await using one = await make(redis, name);
    await using other = await make(redis, name);
    for (const worker of [one, other])
      worker.define('work', async ({ data, progress }) => {
        progress({ stage: 'only', data });
        done.set(data, (done.get(data) ?? 0) + 1);
        return data;
      });
    await using late = await make(redis, name);
    const results = await Promise.all(tasks.map(({ id }) => late.handle(id).result));
    expect(results).toEqual(tasks.map((_, at) => at));
    expect([...done.values()].every((count) => count === 1)).toBe(true);
    const told: unknown[] = [];
    for await (const value of late.handle(tasks.at(-1)?.id as string).progress) told.push(value);
    expect(told).toEqual([{ stage: 'only', data: 299 }]);
  });

  it('go on over crashes of Redis, with work under way and unsettled', async () => {
    await using redis = await startBullmqServer({ persistent: true });
    const name = redis.queue();
    await using queue = await make(redis, name, { leaseMs: 60_000 });
    const runs = new Map<unknown, number>();
    const work = gate();
    queue.define('work', async ({ data, signal }) => {
      runs.set(data, (runs.get(data) ?? 0) + 1);
      await work.enter(signal);
      return data;
    });
    const tasks = await queue.addBulk(Array.from({ length: 40 }, (_, data) => ({ name: 'work', data })));
    const results = Promise.all(tasks.map((task) => task.result));
    let isOver = false;
    const finishing = results.finally(() => {
      isOver = true;
    });
    for (let round = 0; !isOver; round += 1) {
      if (round < 4) await redis.server.kill();
      work.open(2);
      await redis.server.start();
      work.open();
      await queue.stats();
    }
    expect(await finishing).toEqual(tasks.map((_, at) => at));
    expect([...runs.values()]).toEqual(tasks.map(() => 1));
    expect((await queue.stats()).counts.completed).toBe(40);
  });

  it('close while Redis is away, and what ran begins again', async () => {
    await using redis = await startBullmqServer({ persistent: true });
    const name = redis.queue();
    await using queue = await make(redis, name, { slots: 1, leaseMs: 1000 });
    const begun = new Promise((resolve) => queue.on('started', resolve));
    queue.define(
      'work',
      ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    );
    const { id } = await queue.add('work', 1, { attempts: 3 });
    await begun;
    await redis.server.kill();
    const closed = queue.close({ graceMs: 100 });
    await redis.server.start();
    await closed;
    await using next = await make(redis, name);
    next.define('work', ({ data }) => data);
    expect(await next.handle(id).result).toBe(1);
  });
});
