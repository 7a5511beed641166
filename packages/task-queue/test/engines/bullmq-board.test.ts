import { Queue, QueueEvents, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../../scripts/testing/require.js';
import {
  addAll,
  claim,
  claimOne,
  completion,
  failing,
  leaseOf,
  START_MS,
  settle,
} from '../../src/contract/engine-samples.js';
import { startBullmqServer } from './bullmq-servers.js';

const PREFIX = '{bull}';

describe.runIf(requireProgram('redis-server'))('what BullMQ itself sees of the tasks', async () => {
  const redis = await startBullmqServer();
  const clients: Redis[] = [];
  const connection = (): Redis => {
    const client = new Redis(redis.server.url, { maxRetriesPerRequest: null });
    clients.push(client);
    return client;
  };
  afterAll(async () => {
    for (const client of clients) client.disconnect();
    await redis[Symbol.asyncDispose]();
  });

  test('names, data, states, results and failures', async () => {
    const name = redis.queue();
    await using engine = redis.engine({ queue: name });
    await engine.open();
    const ids = await addAll(engine, [
      { data: '{"a":1}', maxAttempts: 2 },
      { name: 'proxy', maxAttempts: 1 },
      {},
      {},
      { priority: 7 },
      { notBeforeMs: START_MS + 60_000 },
      { afterBatch: [3] },
    ]);
    const [, first, second] = await claim(engine, 3);
    if (first === undefined || second === undefined) throw new Error('Expected three tasks');
    await settle(engine, completion(first), failing(second));
    await engine.cancel([ids[2] as string], START_MS);

    const queue = new Queue(name, { connection: connection(), prefix: PREFIX });
    expect(
      await queue.getJobCounts('active', 'completed', 'failed', 'prioritized', 'delayed', 'waiting-children'),
    ).toEqual({ active: 1, completed: 1, failed: 2, prioritized: 1, delayed: 1, 'waiting-children': 1 });
    const jobs = await Promise.all(ids.map((id) => queue.getJob(id)));
    const states = await Promise.all(jobs.map((job) => job?.getState()));
    expect(states).toEqual([
      'completed',
      'failed',
      'failed',
      'prioritized',
      'active',
      'delayed',
      'waiting-children',
    ]);
    expect(jobs[0]).toMatchObject({
      name: 'render',
      data: { a: 1 },
      returnvalue: null,
      timestamp: START_MS,
      processedOn: START_MS,
      opts: { attempts: 2 },
    });
    expect(jobs[1]).toMatchObject({ name: 'proxy', failedReason: 'It rained', attemptsMade: 1 });
    expect(jobs[2]?.failedReason).toBe('It was cancelled');
    expect((await queue.getJobs(['failed'])).map((job) => job.id).sort()).toEqual(ids.slice(1, 3));
    expect(await queue.isPaused()).toBe(true);
    // What runs is locked: it can't be taken away by hand.
    await expect(jobs[4]?.remove()).rejects.toThrow(/locked|active/i);
    await queue.close();
  });

  test('events, as of its own jobs', async () => {
    const name = redis.queue();
    await using engine = redis.engine({ queue: name });
    await engine.open();
    const events = new QueueEvents(name, { connection: connection(), prefix: PREFIX, lastEventId: '0-0' });
    const completed = new Promise((resolve) => events.on('completed', resolve));
    const failed = new Promise((resolve) => events.on('failed', resolve));
    await events.waitUntilReady();
    const ids = await addAll(engine, [{}, { maxAttempts: 1 }]);
    await settle(engine, completion(await claimOne(engine)), failing(await claimOne(engine)));
    expect(await completed).toMatchObject({ jobId: ids[0] });
    expect(await failed).toMatchObject({ jobId: ids[1], failedReason: 'It rained' });
    await events.close();
  });

  test('its workers take nothing, and move nothing out of its place', async () => {
    const name = redis.queue();
    await using engine = redis.engine({ queue: name });
    await engine.open();
    const pastMs = Date.now() - 1000;
    const ids = await addAll(engine, [{}, { notBeforeMs: START_MS + 1 }]);
    expect(START_MS + 1).toBeLessThan(pastMs);
    const task = await claimOne(engine);
    const worker = new Worker(name, () => expect.unreachable('A worker of BullMQ took a task'), {
      connection: connection(),
      prefix: PREFIX,
      stalledInterval: 100,
    });
    worker.on('error', () => undefined);
    await worker.waitUntilReady();
    // Twice, as what is stalled is marked at first, and taken then.
    const backend = worker.getBackend();
    for (let round = 0; round < 3; round += 1) {
      expect(await worker.getNextJob('somebody', { block: false })).toBeUndefined();
      await backend.moveStalledJobsToWait();
    }
    expect((await engine.get(ids)).map((one) => one?.state)).toEqual(['active', 'delayed']);
    expect(await engine.renew([leaseOf(task)], START_MS + 9000)).toEqual(['held']);
    await settle(engine, completion(task));
    expect(await engine.expire(START_MS + 1)).toBe(1);
    await settle(engine, completion(await claimOne(engine)));
    const queue = new Queue(name, { connection: connection(), prefix: PREFIX });
    expect(await queue.getJobCounts('completed', 'prioritized', 'delayed', 'wait', 'active')).toEqual({
      completed: 2,
      prioritized: 0,
      delayed: 0,
      wait: 0,
      active: 0,
    });
    await worker.close();
    await queue.close();
  });
});
