import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { requireProgram } from '../../../../scripts/testing/require.js';
import {
  addAll,
  claim,
  claimOne,
  completion,
  demandCounts,
  LEASE_MS,
  leaseOf,
  START_MS,
  sampleTask,
  settle,
} from '../../src/contract/engine-samples.js';
import type { TaskRecord } from '../../src/index.js';
import { startBullmqServer } from './bullmq-servers.js';

describe.runIf(requireProgram('redis-server'))('the bullmq engine and a Redis in trouble', () => {
  test('goes away and comes back: nothing is lost, and what is under way goes on', async () => {
    await using redis = await startBullmqServer({ persistent: true });
    await using engine = redis.engine();
    await engine.open();
    const ids = await addAll(engine, [{}, {}, { key: 'k' }]);
    const [first, second] = await claim(engine, 2);
    await redis.server.kill();
    const settled = engine.settle([completion(first as TaskRecord)]);
    const added = engine.add([sampleTask({ key: 'k' }), sampleTask()], START_MS);
    const renewed = engine.renew([leaseOf(second as TaskRecord)], START_MS + 9 * LEASE_MS);
    await redis.server.start();
    expect(await settled).toEqual(['applied']);
    expect(await renewed).toEqual(['held']);
    expect((await added).map(({ outcome }) => outcome)).toEqual(['exists', 'added']);
    expect((await engine.get(ids)).map((task) => task?.state)).toEqual(['completed', 'active', 'waiting']);
    await demandCounts(engine);
  });

  test('takes everybody out again and again: each call takes effect once', async () => {
    await using redis = await startBullmqServer();
    await using engine = redis.engine();
    await engine.open();
    const claimed: string[] = [];
    const outcomes: string[] = [];
    const done = async (tasks: readonly TaskRecord[]): Promise<void> => {
      claimed.push(...tasks.map(({ id }) => id));
      outcomes.push(...(await engine.settle(tasks.map((task) => completion(task)))));
    };
    // One at a time, as they would take each other out.
    let disturbing = Promise.resolve();
    const disturb = (): Promise<void> => {
      disturbing = disturbing.then(() => redis.server.disconnectClients());
      return disturbing;
    };
    let wanted = 0;
    await Promise.all(
      Array.from({ length: 8 }, async (_, at) => {
        for (let round = 0; round < 25; round += 1) {
          const isDisturbed = (at + round) % 8 === 0;
          const added = engine.add([sampleTask(), sampleTask()], START_MS);
          if (isDisturbed) await disturb();
          await added;
          wanted += 2;
          const claiming = claim(engine, 2);
          if (isDisturbed) await disturb();
          const ending = done(await claiming);
          if (isDisturbed) await disturb();
          await ending;
        }
      }),
    );
    for (;;) {
      const tasks = await claim(engine, 100);
      if (tasks.length === 0) break;
      await done(tasks);
    }
    expect(claimed).toHaveLength(wanted);
    expect(new Set(claimed).size).toBe(wanted);
    expect(new Set(outcomes)).toEqual(new Set(['applied']));
    expect(await engine.list({ limit: 1000, states: ['completed'] })).toHaveLength(wanted);
    await demandCounts(engine);
  });

  test('is not there at first', async () => {
    await using redis = await startBullmqServer();
    await redis.server.stop();
    await using engine = redis.engine({ patienceMs: 200 });
    await expect(engine.open()).rejects.toMatchObject({
      code: 'E_QUEUE_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    await redis.server.start();
    await engine.open();
    await addAll(engine, [{}]);
  });

  test('hangs: calls end with their patience, and go on afterwards', async () => {
    await using redis = await startBullmqServer();
    await using engine = redis.engine({ patienceMs: 300 });
    await engine.open();
    const [id] = await addAll(engine, [{}]);
    redis.server.pause();
    await expect(engine.get([id as string])).rejects.toMatchObject({ code: 'E_QUEUE_UNREACHABLE' });
    redis.server.resume();
    expect((await engine.get([id as string]))[0]?.state).toBe('waiting');
    await using patient = redis.engine({ patienceMs: 60_000 });
    await patient.open();
    redis.server.pause();
    const added = addAll(patient, [{}, {}]);
    redis.server.resume();
    await added;
    expect(await patient.list({ limit: 9 })).toHaveLength(2);
  });

  test('is not there when the engine is closed', async () => {
    await using redis = await startBullmqServer();
    const engine = redis.engine({ patienceMs: 60_000 });
    await engine.open();
    await redis.server.stop();
    const waiting = engine.counts();
    const closed = engine.close();
    await expect(waiting).rejects.toMatchObject({ code: 'E_QUEUE_CLOSED' });
    await closed;
  });

  test('forgets everything: leases are lost, ids never come again', async () => {
    await using redis = await startBullmqServer();
    await using engine = redis.engine();
    await engine.open();
    const old = await addAll(engine, [{ key: 'k' }, { afterBatch: [0] }]);
    const task = await claimOne(engine);
    await using client = closing(new Redis(redis.server.url));
    await client.redis.flushall();
    expect(await engine.settle([completion(task)])).toEqual(['lost']);
    expect(await engine.renew([leaseOf(task)], START_MS)).toEqual(['lost']);
    expect(await engine.get(old)).toEqual([undefined, undefined]);
    const ids = await addAll(engine, [{ key: 'k' }, { afterBatch: [0] }]);
    expect(ids.every((id) => id > (old.at(-1) as string))).toBe(true);
    for (const _ of ids) await settle(engine, completion(await claimOne(engine)));
    await demandCounts(engine);
  });

  test('forgets its scripts', async () => {
    await using redis = await startBullmqServer();
    await using engine = redis.engine();
    await engine.open();
    await addAll(engine, [{}]);
    await using client = closing(new Redis(redis.server.url));
    await client.redis.script('FLUSH');
    await addAll(engine, [{}]);
    expect(await claim(engine, 9)).toHaveLength(2);
  });

  test('would drop keys: is refused', async () => {
    await using redis = await startBullmqServer({
      settings: { maxmemory: '50mb', 'maxmemory-policy': 'allkeys-lru' },
    });
    await using engine = redis.engine();
    await expect(engine.open()).rejects.toMatchObject({ code: 'E_QUEUE_EVICTS' });
  });

  test('is full: takes no more, and what is under way ends', async () => {
    await using redis = await startBullmqServer({
      settings: { maxmemory: '6mb', 'maxmemory-policy': 'noeviction' },
    });
    await using engine = redis.engine();
    await engine.open();
    const data = JSON.stringify('x'.repeat(20_000));
    let added = 0;
    const fill = async (): Promise<never> => {
      for (;;) added += (await addAll(engine, [{ data }, { data }])).length;
    };
    await expect(fill()).rejects.toMatchObject({ code: 'E_QUEUE_DISK_FULL' });
    const tasks = await engine.list({ limit: 1000 });
    expect(tasks).toHaveLength(added);
    const claimed = await claim(engine, added);
    await settle(engine, ...claimed.map((task) => completion(task)));
    await demandCounts(engine);
    expect(await engine.prune({ states: ['completed'], keep: 0, olderThanMs: 0, limit: 10_000 })).toBe(added);
    await addAll(engine, [{ data }, { data }]);
  });

  test('wants a password', async () => {
    await using redis = await startBullmqServer();
    await using client = closing(new Redis(redis.server.url));
    await client.redis.config('SET', 'requirepass', 'secret');
    await using engine = redis.engine({ connection: redis.server.url.replace('//', '//:wrong@') });
    await expect(engine.open()).rejects.toMatchObject({ code: 'E_QUEUE_ACCESS' });
    await using right = redis.engine({ connection: redis.server.url.replace('//', '//:secret@') });
    await right.open();
  });

  test('has a queue of another format: it is not touched', async () => {
    await using redis = await startBullmqServer();
    const queue = redis.queue();
    await using client = closing(new Redis(redis.server.url));
    await client.redis.set(`{bull}:${queue}:f:format`, '99');
    await using engine = redis.engine({ queue });
    await expect(engine.open()).rejects.toMatchObject({ code: 'E_QUEUE_FORMAT' });
    expect(await client.redis.keys('*')).toHaveLength(1);
  });
});

function closing(redis: Redis): AsyncDisposable & { readonly redis: Redis } {
  return {
    redis,
    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  };
}
