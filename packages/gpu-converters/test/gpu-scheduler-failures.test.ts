import { describe, expect, test } from 'vitest';
import { createGpuContext, createGpuScheduler } from '../src/index.js';
import { FakeGpu, mapDirectly, settleAll } from './fake-gpu.js';
import { finishAll, makeScheduler, task } from './fake-scheduling.js';
import { coded } from './frames.js';

describe('a GPU scheduler, when things go wrong', () => {
  test('lets the errors of one task not hurt the others of its batch', async () => {
    const { gpu, scheduler, run, ends, labels } = await makeScheduler({
      batch: { min: 8, max: 8 },
      maxInFlight: 8,
    });
    const throwing = task('throws', {
      encode: () => {
        throw new Error('no such pipeline');
      },
    });
    const invalid = task('invalid');
    for (const one of [task('a'), throwing, task('b'), invalid, task('c')]) void run(one);
    await finishAll(gpu);
    expect(labels()).toEqual(['a', 'b', 'c']);
    expect(ends.sort()).toEqual([
      'a done',
      'b done',
      'c done',
      'invalid E_GPU_VALIDATION',
      'throws no such pipeline',
    ]);
    expect(scheduler.stats()).toMatchObject({
      retriedAlone: 4,
      inFlight: 0,
      compute: { submitted: 3, failed: 2 },
    });
  });

  test('says what the GPU had against a task', async () => {
    const { run } = await makeScheduler();
    await expect(run(task('invalid'))).rejects.toEqual(
      coded('E_GPU_VALIDATION', 'refused invalid: an invalid command'),
    );
  });

  test('reports an end that fails to its task alone, at once or later', async () => {
    const { gpu, run, ends } = await makeScheduler({ batch: { min: 3, max: 3 } });
    void run(task('a'));
    void run(task('later', { done: () => Promise.reject(new Error('not mapped')) }));
    const atOnce = (): never => {
      throw new Error('not asked');
    };
    void run(task('at once', { done: atOnce }));
    await finishAll(gpu);
    expect(ends.sort()).toEqual(['a done', 'at once not asked', 'later not mapped']);
  });

  test('fails everything when the device goes, and goes on with another', async () => {
    const gpus = [new FakeGpu(), new FakeGpu()] as const;
    let opened = 0;
    const open = async () => (gpus[opened++] as FakeGpu).handle();
    const context = await createGpuContext({ maxBytes: 1 << 20, open });
    const scheduler = createGpuScheduler({
      context,
      maxInFlight: 1,
      maxInFlightBytes: 1 << 20,
      mapBuffer: mapDirectly,
      timestamps: false,
    });
    const submission = await scheduler.schedule(task('a'));
    const waiting = scheduler.schedule(task('b'));
    waiting.catch(() => {});
    context.device.destroy();
    const tooLate = scheduler.schedule(task('c'));
    tooLate.catch(() => {});
    await expect(submission.finished).rejects.toEqual(coded('E_GPU_DEVICE_LOST'));
    await expect(waiting).rejects.toEqual(coded('E_GPU_DEVICE_LOST'));
    await expect(tooLate).rejects.toEqual(coded('E_GPU_DEVICE_LOST'));
    await context.ready();
    const next = await scheduler.schedule(task('d'));
    gpus[1].finish();
    await next.finished;
    expect(gpus[1].log).toEqual([['d']]);
    expect(scheduler.stats()).toMatchObject({ inFlight: 0 });
    await scheduler.close();
    expect(context.stats()).toMatchObject({ bytes: 0, buffers: 0 });
    context.dispose();
  });

  test('fails a batch whose device goes while it answers', async () => {
    const { gpu, run, scheduler } = await makeScheduler({ batch: { min: 2, max: 2 } });
    const first = run(task('a'));
    const second = run(task('invalid'));
    await Promise.resolve();
    gpu.device.destroy();
    await expect(first).rejects.toEqual(coded('E_GPU_DEVICE_LOST'));
    await expect(second).rejects.toEqual(coded('E_GPU_DEVICE_LOST'));
    await scheduler.close();
  });

  test('sends the tasks of a refused batch away that were given up, or whose scheduler was closed, meanwhile', async () => {
    const one = await makeScheduler({ batch: { min: 3, max: 3 } });
    const controller = new AbortController();
    void one.run(task('a'), controller.signal);
    void one.run(task('invalid'));
    await Promise.resolve();
    controller.abort();
    await finishAll(one.gpu);
    expect(one.ends.sort()).toEqual(['a E_ABORTED', 'invalid E_GPU_VALIDATION']);
    const other = await makeScheduler({ batch: { min: 3, max: 3 } });
    void other.run(task('a'));
    void other.run(task('invalid'));
    await Promise.resolve();
    await other.scheduler.close();
    await settleAll();
    expect(other.ends.sort()).toEqual(['a E_CLOSED', 'invalid E_CLOSED']);
    expect(other.context.stats().buffers).toBe(0);
  });

  test('lets what is in flight finish when it is closed, and refuses the rest', async () => {
    const { gpu, scheduler, run, ends, context } = await makeScheduler({ maxInFlight: 1 });
    void run(task('a'));
    await settleAll();
    void run(task('b'));
    const closing = scheduler.close();
    await settleAll();
    expect(ends).toEqual(['b E_CLOSED']);
    gpu.finish();
    await closing;
    await scheduler.close();
    expect(ends).toEqual(['b E_CLOSED', 'a done']);
    await expect(run(task('c'))).rejects.toEqual(coded('E_CLOSED'));
    expect(context.stats().buffers).toBe(0);
  });

  test('fails when its context is disposed', async () => {
    const { context, scheduler, run } = await makeScheduler();
    const { finished } = await run(task('a'));
    context.dispose();
    await expect(finished).rejects.toEqual(coded('E_GPU_DEVICE_LOST', 'context was disposed'));
    await expect(run(task('b'))).rejects.toEqual(coded('E_GPU_DEVICE_LOST', 'context was disposed'));
    await scheduler.close();
  });
});
