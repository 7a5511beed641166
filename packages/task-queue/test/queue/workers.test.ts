// A queue whose tasks are done in threads and in child processes, where they may do their worst.
import { createQueue, memory, type TaskRunner } from '@framerail/task-queue';
import { children } from '@framerail/task-queue/children';
import { threads } from '@framerail/task-queue/threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type WorkerFiles, workerFiles } from '../workers/worker-files.js';

let files: WorkerFiles;
let module = '';
beforeAll(async () => {
  files = await workerFiles();
  module = await files.bundle('rough-handlers');
});
afterAll(() => files[Symbol.asyncDispose]());

describe.each([
  ['threads', threads],
  ['child processes', children],
])('a queue over %s', (_, make) => {
  const start = (workers: number): TaskRunner => make({ module, ...files.program, workers, graceMs: 100 });

  it('loses one task to a crash, and tries it again', async () => {
    await using runner = start(2);
    await using queue = createQueue({ engine: memory(), slots: 4 });
    queue.define('echo', runner);
    queue.define('exitOnce', runner, { retries: { attempts: 2, backoffMs: 0 } });
    const echoes = await queue.addBulk(Array.from({ length: 20 }, (_, data) => ({ name: 'echo', data })));
    const crash = await queue.add('exitOnce');
    expect(await crash.result).toBe(2);
    expect((await crash.status()).failures).toMatchObject([{ attempt: 1, code: 'E_TASK_CRASHED' }]);
    const ended = await Promise.allSettled(echoes.map((task) => task.result));
    const failed = ended.filter(({ status }) => status === 'rejected');
    // Workers do one task at a time: nobody else was in that one.
    expect(failed).toEqual([]);
  });

  it('ends a handler that hears nothing when its time is over, and gives its slot to the next', async () => {
    await using runner = start(1);
    await using queue = createQueue({ engine: memory(), slots: 1 });
    queue.define('loop', runner, { timeoutMs: 300 });
    queue.define('echo', runner);
    const loop = await queue.add('loop');
    const echo = await queue.add('echo', 'next');
    const told: unknown[] = [];
    for await (const value of loop.progress) told.push(value);
    expect(told).toEqual([{ stage: 'loops' }]);
    await expect(loop.result).rejects.toMatchObject({ details: { code: 'E_TIMEOUT' } });
    expect(await echo.result).toBe('next');
    expect((await queue.stats()).abandoned).toBe(0);
  });

  it('cancels what runs', async () => {
    await using runner = start(1);
    await using queue = createQueue({ engine: memory(), slots: 1 });
    queue.define('hang', runner);
    const hang = await queue.add('hang');
    for await (const _value of hang.progress) break;
    expect(await hang.cancel()).toBe('active');
    await expect(hang.result).rejects.toMatchObject({ code: 'E_TASK_CANCELLED' });
  });
});
