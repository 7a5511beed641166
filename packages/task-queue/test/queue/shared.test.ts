import { spawnSync } from 'node:child_process';
import { mkdir, rmdir } from 'node:fs/promises';
import { ownerName } from '@framerail/lifecycle/process-owner';
import { createQueue, type QueueOptions, type TaskQueue } from '@framerail/task-queue';
import { sqlite } from '@framerail/task-queue/sqlite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type SqliteFiles, sqliteFiles } from '../engines/sqlite-files.js';
import { gate } from './queues.js';

describe('queues that share a file', () => {
  let files: SqliteFiles;
  const open: TaskQueue[] = [];
  beforeAll(async () => {
    files = await sqliteFiles();
  });
  afterEach(async () => {
    for (const queue of open.splice(0)) await queue.close();
  });
  afterAll(() => files[Symbol.asyncDispose]());
  const make = (path: string, options: Partial<QueueOptions> = {}): TaskQueue => {
    const queue = createQueue({
      engine: sqlite({ path, ...files.program }),
      pollMs: 20,
      slots: 4,
      ...options,
    });
    open.push(queue);
    return queue;
  };
  const heard = (queue: TaskQueue, name: 'completed' | 'started' | 'cancelled'): Promise<{ id: string }> =>
    new Promise((resolve) => queue.on(name, resolve));

  it('lose nothing that was added when one closes', async () => {
    const path = files.path();
    const first = make(path);
    const tasks = await first.addBulk(Array.from({ length: 500 }, (_, data) => ({ name: 'double', data })));
    const later = await first.add('double', 7, { delayMs: 50, priority: 3, group: 'g', key: 'k' });
    await first.close();
    const second = make(path);
    second.define('double', ({ data }) => (data as number) * 2);
    const results = await Promise.all(tasks.map(({ id }) => second.handle(id).result));
    expect(results).toEqual(tasks.map((_, at) => at * 2));
    expect(await second.handle(later.id).result).toBe(14);
    expect(await second.status(later.id)).toMatchObject({ group: 'g', key: 'k', priority: 3 });
  });

  it('tell of a task though nothing else was asked of the queue', async () => {
    const path = files.path();
    const worker = make(path);
    worker.define('double', ({ data }) => (data as number) * 2);
    const { id, result } = await worker.add('double', 4);
    await result;
    expect(await make(path).handle(id).result).toBe(8);
  });

  it('do each task once between them, and tell each other', async () => {
    const path = files.path();
    const [client, ...workers] = [make(path), make(path), make(path)];
    const done = new Map<unknown, number>();
    for (const worker of workers)
      worker.define('work', async ({ data, progress }) => {
        progress({ stage: 'only', data });
        done.set(data, (done.get(data) ?? 0) + 1);
        return data;
      });
    const tasks = await (client as TaskQueue).addBulk(
      Array.from({ length: 300 }, (_, data) => ({ name: 'work', data })),
    );
    expect(await Promise.all(tasks.map((task) => task.result))).toEqual(tasks.map((_, at) => at));
    expect([...done.values()].every((count) => count === 1)).toBe(true);
    const [last] = tasks.slice(-1);
    const told: unknown[] = [];
    for await (const value of (client as TaskQueue).handle(last?.id as string).progress) told.push(value);
    expect(told).toEqual([{ stage: 'only', data: 299 }]);
  });

  it('end each other’s tasks', async () => {
    const path = files.path();
    const [client, worker] = [make(path), make(path, { leaseMs: 300 })];
    const door = gate();
    worker.define('wait', ({ signal }) => door.enter(signal));
    const started = heard(worker, 'started');
    const task = await client.add('wait');
    await started;
    expect(await task.cancel()).toBe('active');
    await expect(task.result).rejects.toMatchObject({ code: 'E_TASK_CANCELLED' });
  });

  it('pause together', async () => {
    const path = files.path();
    const [client, worker] = [make(path), make(path)];
    worker.define('work', () => 1);
    await client.pause();
    await worker.open();
    const task = await client.add('work');
    expect((await worker.stats()).isPaused).toBe(true);
    expect((await worker.explain(task)).hindrances.map(({ what }) => what)).toContain('paused');
    await client.resume();
    expect(await task.result).toBe(1);
  });

  it('take over what a dead process did, at once', async () => {
    const path = files.path();
    const engine = sqlite({ path, ...files.program });
    await engine.open();
    const nowMs = Date.now();
    const plain = {
      lane: 'default',
      group: '',
      key: undefined,
      priority: 0,
      reserve: undefined,
      maxAttempts: 2,
    };
    const [added] = await engine.add(
      [{ ...plain, name: 'work', data: '1', notBeforeMs: 0, after: [], afterBatch: [], share: 1 }],
      nowMs,
    );
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const [place, , random] = ownerName().split('-');
    const leaseUntilMs = nowMs + 3_600_000;
    const owner = `${place}-${pid}-${random}`;
    const claim = { lane: 'default', limit: 1, exceptNames: [], free: undefined, owner, nowMs, leaseUntilMs };
    expect(await engine.claim(claim)).toHaveLength(1);
    await engine.close();
    const queue = make(path);
    queue.define('work', ({ task }) => task.attempt);
    expect(await queue.handle(added?.id as string).result).toBe(2);
    expect((await queue.status(added?.id as string)).failures).toMatchObject([{ code: 'E_TASK_LEASE_LOST' }]);
  });

  it('end an attempt whose lease was taken away, and take nothing from it', async () => {
    const path = files.path();
    const queue = make(path, { leaseMs: 300 });
    const reasons: unknown[] = [];
    const stalled: string[] = [];
    queue.on('stalled', ({ reason }) => stalled.push(reason));
    let takeAway = async (): Promise<void> => {};
    queue.define('work', async ({ task, signal }) => {
      if (task.attempt > 1) return 'the second';
      const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
      await takeAway();
      await aborted;
      reasons.push(signal.reason);
      return 'the first';
    });
    const other = sqlite({ path, ...files.program });
    await other.open();
    takeAway = async () => {
      await other.expire(Date.now() + 60_000);
    };
    const task = await queue.add('work', 1, { attempts: 2 });
    expect(await task.result).toBe('the second');
    while (reasons.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(reasons).toEqual([expect.objectContaining({ code: 'E_TASK_LEASE_LOST' })]);
    expect(stalled).toEqual(['leaseLost']);
    expect((await queue.stats()).lost).toBe(1);
    expect((await task.status()).failures).toMatchObject([{ attempt: 1, code: 'E_TASK_LEASE_LOST' }]);
    await other.close();
  });

  it('leave tasks alone that another one knows', async () => {
    const path = files.path();
    const [ignorant, expert] = [make(path, { unknownNameMs: 50 }), make(path, { slots: 1 })];
    const door = gate();
    expert.define('craft', () => door.enter());
    ignorant.define('other', () => 1);
    const started = heard(expert, 'started');
    const [first, second] = await expert.addBulk([{ name: 'craft' }, { name: 'craft' }]);
    await started;
    for (let look = 0; look < 20; look += 1) {
      const done = heard(ignorant, 'completed');
      await ignorant.add('other', look, { delayMs: 10 });
      await done;
    }
    expect((await ignorant.status(second?.id as string)).state).not.toBe('failed');
    door.open();
    await first?.result;
    while (door.begun < 2) await new Promise((resolve) => setImmediate(resolve));
    door.open();
    await second?.result;
  });

  it('add one task each time, however many keep the schedule', async () => {
    const path = files.path();
    const queues = Array.from({ length: 3 }, () => make(path));
    const beginMs = Date.now();
    let ran = 0;
    const fifth = new Promise<void>((resolve) => {
      for (const queue of queues)
        queue.define('tick', () => {
          ran += 1;
          if (ran === 5) resolve();
        });
    });
    await Promise.all(
      queues.map((queue) => queue.repeat('r', 'tick', 1, { everyMs: 100, skipWhileRunning: false })),
    );
    await fifth;
    const [queue] = queues as [TaskQueue];
    await queue.unrepeat('r');
    const endMs = Date.now();
    await queue.drain();
    expect(await queue.schedules()).toEqual([]);
    const { length } = await queue.list({ name: 'tick' });
    // Each is of a time of its own on the grid.
    expect(length).toBeLessThanOrEqual(Math.floor((endMs - beginMs) / 100) + 1);
    expect(length).toBeGreaterThanOrEqual(5);
  });

  it('say at each call why the file can not be opened, and open it once it can', async () => {
    const path = files.path();
    await mkdir(path);
    const queue = make(path);
    const failed = new Promise<{ during: string }>((resolve) => queue.on('engineError', resolve));
    queue.define('work', () => 1);
    expect((await failed).during).toBe('open');
    await expect(queue.add('work')).rejects.toMatchObject({ code: expect.stringMatching(/^E_/) });
    await expect(queue.list()).rejects.toMatchObject({ code: expect.stringMatching(/^E_/) });
    await rmdir(path);
    expect(await (await queue.add('work')).result).toBe(1);
  });

  it('keep what was learned of costs', async () => {
    const path = files.path();
    const first = make(path, { admission: { cores: 4 } });
    first.define('work', () => 1);
    await (await first.add('work')).result;
    await first.close();
    const engine = sqlite({ path, ...files.program });
    await engine.open();
    const profile = JSON.parse((await engine.profile('work')) as string) as { runs: number; cost: object };
    expect(profile).toMatchObject({ runs: 1, cost: { durationMs: expect.any(Number) } });
    await engine.close();
  });
});
