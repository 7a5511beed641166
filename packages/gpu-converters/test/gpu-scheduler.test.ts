import { describe, expect, test } from 'vitest';
import { settleAll } from './fake-gpu.js';
import { finishAll, makeScheduler, task } from './fake-scheduling.js';
import { coded } from './frames.js';

describe('a GPU scheduler', () => {
  test.each<[string, object, string]>([
    ['no maxInFlight', { maxInFlight: undefined }, 'E_UNBOUNDED'],
    ['65 in flight', { maxInFlight: 65 }, 'E_INVALID_ARGUMENT'],
    ['no maxInFlightBytes', { maxInFlightBytes: Number.POSITIVE_INFINITY }, 'E_UNBOUNDED'],
    ['an endless line', { maxQueued: Number.POSITIVE_INFINITY }, 'E_UNBOUNDED'],
    ['batches of 33', { batch: { min: 1, max: 33 } }, 'E_INVALID_ARGUMENT'],
    ['batches of 4 to 2', { batch: { min: 4, max: 2 } }, 'E_INVALID_ARGUMENT'],
    ['batches of a word', { batch: 'many' }, 'E_INVALID_ARGUMENT'],
    ['no context', { context: undefined }, 'E_INVALID_ARGUMENT'],
    ['a rule that is none', { admit: true }, 'E_INVALID_ARGUMENT'],
  ])('is not made with %s', async (_, options, code) => {
    await expect(makeScheduler(options)).rejects.toEqual(coded(code));
  });

  test.each<[string, object]>([
    ['queue', { queue: 'paint' }],
    ['client', { client: '' }],
    ['priority', { priority: Number.NaN }],
    ['encode', { encode: undefined }],
    ['analysis.bytesRead', { analysis: { bytesRead: -1, bytesWritten: 0, passes: 0 } }],
    [
      'analysis.memoryBytes',
      { analysis: { bytesRead: 1, bytesWritten: 0, passes: 0, memoryBytes: Number.NaN } },
    ],
  ])('refuses a task with a wrong %s', async (name, more) => {
    const { scheduler } = await makeScheduler();
    await expect(scheduler.schedule(task('wrong', more))).rejects.toEqual(coded('E_INVALID_ARGUMENT', name));
  });

  test('keeps no more in flight than it may', async () => {
    const { gpu, scheduler, run, labels } = await makeScheduler();
    for (const label of ['a', 'b', 'c', 'd']) void run(task(label));
    await settleAll();
    expect(labels()).toEqual(['a', 'b']);
    expect(scheduler.stats()).toMatchObject({ inFlight: 2, inFlightBytes: 200, compute: { queued: 2 } });
    gpu.finish(1);
    await settleAll();
    expect(labels()).toEqual(['a', 'b', 'c']);
    await finishAll(gpu);
    expect(scheduler.stats()).toMatchObject({ inFlight: 0, inFlightBytes: 0, compute: { submitted: 4 } });
  });

  test('keeps no more bytes in flight than it may, and lets nobody overtake who waits for room', async () => {
    const { gpu, run, labels } = await makeScheduler({ maxInFlight: 9, maxInFlightBytes: 250 });
    const large = { bytesRead: 0, bytesWritten: 0, passes: 1, memoryBytes: 200 };
    for (const one of [task('a'), task('large', { analysis: large }), task('c', { client: 'other' })])
      void run(one);
    await settleAll();
    expect(labels()).toEqual(['a', 'c']);
    void run(task('d', { client: 'third' }));
    await settleAll();
    gpu.finish(1);
    await settleAll();
    expect(labels()).toEqual(['a', 'c']);
    gpu.finish(1);
    await settleAll();
    expect(labels()).toEqual(['a', 'c', 'large']);
    const huge = task('huge', { analysis: { ...large, memoryBytes: 251 } });
    await expect(run(huge)).rejects.toEqual(
      coded('E_GPU_BUDGET', 'at most 250 bytes in flight but received 251'),
    );
    await finishAll(gpu);
    expect(labels().at(-1)).toBe('d');
  });

  test('serves higher priorities first, and clients of one priority in turns', async () => {
    const { gpu, run, labels } = await makeScheduler({ maxInFlight: 1 });
    void run(task('first'));
    await settleAll();
    for (const label of ['a1', 'a2', 'a3']) void run(task(label, { client: 'a' }));
    for (const label of ['b1', 'b2']) void run(task(label, { client: 'b' }));
    void run(task('c1', { client: 'c' }));
    void run(task('now', { client: 'a', priority: 1 }));
    await finishAll(gpu);
    expect(labels()).toEqual(['first', 'now', 'a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  test('lets the two queues take turns, unless one has the higher priority', async () => {
    const { gpu, run, labels } = await makeScheduler({ maxInFlight: 1 });
    void run(task('c0'));
    await settleAll();
    for (const label of ['c1', 'c2']) void run(task(label));
    for (const label of ['r1', 'r2']) void run(task(label, { queue: 'render' }));
    void run(task('c9', { priority: 9 }));
    await finishAll(gpu);
    expect(labels()).toEqual(['c0', 'c9', 'r1', 'c1', 'r2', 'c2']);
  });

  test('puts tasks of one queue and priority into one submission', async () => {
    const { gpu, scheduler, run, labels } = await makeScheduler({ batch: { min: 4, max: 4 } });
    const submissions = Promise.all([
      ...['a', 'b', 'c', 'd', 'e'].map((label) => run(task(label))),
      run(task('low', { priority: -1 })),
      run(task('r', { queue: 'render', priority: -1 })),
    ]);
    await finishAll(gpu);
    expect(labels()).toEqual(['a+b+c+d', 'e', 'r', 'low']);
    expect((await submissions).map(({ batchSize }) => batchSize)).toEqual([4, 4, 4, 4, 1, 1, 1]);
    expect(scheduler.stats().submissions).toBe(4);
  });

  test('takes tasks back that have not been submitted, and only those', async () => {
    const { gpu, scheduler, run, labels, ends } = await makeScheduler({ maxInFlight: 1 });
    const [early, late, before] = [new AbortController(), new AbortController(), new AbortController()];
    before.abort();
    const first = run(task('a'), late.signal);
    const second = run(task('b'), early.signal);
    await expect(run(task('c'), before.signal)).rejects.toEqual(coded('E_ABORTED'));
    await first;
    early.abort();
    late.abort();
    await expect(second).rejects.toEqual(coded('E_ABORTED'));
    await finishAll(gpu);
    expect(labels()).toEqual(['a']);
    expect(ends.sort()).toEqual(['a done', 'b E_ABORTED', 'c E_ABORTED']);
    expect(scheduler.stats().compute).toMatchObject({ submitted: 1, aborted: 1, queued: 0 });
  });

  test('refuses more tasks than may wait', async () => {
    const { run, gpu } = await makeScheduler({ maxInFlight: 1, maxQueued: 2 });
    void run(task('a'));
    await settleAll();
    void run(task('b'));
    void run(task('c'));
    await expect(run(task('d'))).rejects.toEqual(coded('E_GPU_QUEUE_FULL', 'at most 2 waiting tasks'));
    await finishAll(gpu);
  });

  test("goes by a task's own end where it has one", async () => {
    const { gpu, run, ends, scheduler } = await makeScheduler({ maxInFlight: 1 });
    let done = (): void => {};
    let asked = 0;
    const own = task('own', {
      done: () => {
        asked += 1;
        return new Promise<void>((resolve) => {
          done = resolve;
        });
      },
    });
    void run(own);
    void run(task('next'));
    await settleAll();
    expect([asked, gpu.log.length]).toEqual([1, 1]);
    gpu.finish();
    await settleAll();
    expect(scheduler.stats().inFlight).toBe(1);
    done();
    await finishAll(gpu);
    expect(ends).toEqual(['own done', 'next done']);
  });

  test('asks the admission rule, which can let run, wait and refuse', async () => {
    const asked: string[] = [];
    let open = false;
    const { gpu, clock, scheduler, run, labels, ends } = await makeScheduler({
      admit: ({ label = '', client, priority, queue, analysis }, state) => {
        asked.push(label);
        expect([client, priority, queue, analysis.passes, state.maxInFlight]).toEqual([
          'one',
          0,
          'compute',
          1,
          2,
        ]);
        if (label === 'never') return 'refuse';
        if (label === 'broken') throw new Error('a bug in the rule');
        return open ? 'run' : 'wait';
      },
    });
    for (const label of ['never', 'broken', 'a', 'b']) void run(task(label));
    await settleAll();
    expect(ends).toEqual(['never E_GPU_REFUSED', 'broken E_GPU_REFUSED']);
    expect(labels()).toEqual([]);
    const askedSoFar = asked.length;
    clock.advance(50);
    await settleAll();
    expect(asked.length).toBe(askedSoFar + 1);
    open = true;
    scheduler.reconsider();
    await finishAll(gpu);
    expect(labels()).toEqual(['a', 'b']);
    expect(clock.pendingTimers).toBe(0);
  });

  test('lets other clients pass one that the rule makes wait', async () => {
    const { gpu, run, labels } = await makeScheduler({
      admit: ({ client }, { inFlight }) => (client === 'shy' && inFlight > 0 ? 'wait' : 'run'),
    });
    void run(task('a'));
    await settleAll();
    void run(task('shy1', { client: 'shy', priority: 5 }));
    void run(task('b'));
    await settleAll();
    expect(labels()).toEqual(['a', 'b']);
    await finishAll(gpu);
    expect(labels()).toEqual(['a', 'b', 'shy1']);
  });

  test('learns what bytes take, and tells rules and callers', async () => {
    const told: (number | undefined)[] = [];
    const { gpu, clock, scheduler, run } = await makeScheduler({
      admit: ({ analysis }, { backlogMs }) => {
        told.push(analysis.expectedMs, backlogMs);
        return 'run';
      },
    });
    expect(scheduler.analyze({ bytesRead: 1, bytesWritten: 0, passes: 1 }).expectedMs).toBeUndefined();
    void run(task('a'));
    await settleAll();
    clock.advance(4);
    await finishAll(gpu);
    expect(scheduler.stats()).toMatchObject({ bytesPerSecond: 25_000, busyMs: 4, busyBy: 'program' });
    expect(scheduler.analyze({ bytesRead: 100, bytesWritten: 100, passes: 1 }).expectedMs).toBe(8);
    void run(task('b'));
    void run(task('c'));
    await finishAll(gpu);
    expect(told).toEqual([undefined, undefined, 4, 0, 4, 4]);
  });

  test('finds the size of batches while it works, for each queue', async () => {
    const { gpu, clock, scheduler, run } = await makeScheduler({
      batch: 'measure',
      maxInFlight: 1,
      maxQueued: 4096,
    });
    for (let count = 0; count < 600; count += 1) {
      void run(task(`c${count}`));
      void run(task(`r${count}`, { queue: 'render' }));
    }
    while (scheduler.stats().compute.queued + scheduler.stats().render.queued > 0) {
      await settleAll();
      const batch = gpu.log.at(-1) ?? [];
      // Submissions cost 8 ms; those of compute get slow above 4.
      clock.advance(
        8 + batch.length + (batch[0]?.startsWith('c') && batch.length > 4 ? 8 * batch.length : 0),
      );
      gpu.finish();
    }
    await finishAll(gpu);
    const { compute, render } = scheduler.stats();
    expect([compute.batchSettled, compute.batchSize]).toEqual([true, 4]);
    expect([render.batchSettled, render.batchSize]).toEqual([true, 32]);
  });

  test('counts waits', async () => {
    const { gpu, clock, scheduler, run } = await makeScheduler({ maxInFlight: 1 });
    for (const label of ['a', 'b', 'c']) void run(task(label));
    for (const ms of [0, 10, 30]) {
      await settleAll();
      clock.advance(ms);
      gpu.finish(1);
    }
    await finishAll(gpu);
    expect(scheduler.stats().compute.waitMs).toEqual({ p50: 0, p95: 10, p99: 10, max: 10 });
  });
});
