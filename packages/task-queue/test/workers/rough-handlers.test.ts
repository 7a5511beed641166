// What happens to workers in real life, to threads and to processes.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { children } from '../../src/children.js';
import type { PoolOptions } from '../../src/threads.js';
import { threads } from '../../src/threads.js';
import { isAlive } from './processes.js';
import { runOf } from './task-run.js';
import { type WorkerFiles, workerFiles } from './worker-files.js';

const MIB = 2 ** 20;
let files: WorkerFiles;
let module = '';

beforeAll(async () => {
  files = await workerFiles();
  module = await files.bundle('rough-handlers');
});

afterAll(() => files[Symbol.asyncDispose]());

type Made = Partial<PoolOptions>;
const startThreads = (options: Made = {}) => threads({ module, ...files.program, workers: 1, ...options });
const startChildren = (options: Made = {}) => children({ module, ...files.program, workers: 1, ...options });

/** A run that is aborted as soon as its handler told of itself. */
function abortedRun(name: string, seen: (progress: unknown) => void = () => {}) {
  const controller = new AbortController();
  return runOf(name, null, {
    signal: controller.signal,
    onProgress(progress) {
      seen(progress);
      controller.abort(new Error('enough'));
    },
  });
}

for (const [kind, start] of [
  ['threads', startThreads],
  ['child processes', startChildren],
] as const)
  describe(`in ${kind}`, () => {
    test('a worker that exits fails its task alone', async () => {
      await using runner = start({ workers: 2 });
      const others = Array.from({ length: 20 }, (_, at) => runner.run(runOf('echo', at)));
      await expect(runner.run(runOf('exit', 3))).rejects.toMatchObject({
        code: 'E_TASK_CRASHED',
        details: { reason: 'exit', exitCode: 3, name: 'exit' },
      });
      expect(await Promise.all(others)).toEqual(Array.from({ length: 20 }, (_, at) => `${at}`));
      // Ending in peace in the middle of a task is no better.
      await expect(runner.run(runOf('exit', 0))).rejects.toMatchObject({ code: 'E_TASK_CRASHED' });
      expect(await runner.run(runOf('echo', 1))).toBe('1');
      expect(runner.stats()).toMatchObject({ crashed: 2, running: 0, waiting: 0 });
    });

    test('an error outside of the handler ends the worker, and is told', async () => {
      await using runner = start();
      const error = await runner.run(runOf('uncaught')).catch((thrown: Error) => thrown);
      expect(error).toMatchObject({
        code: 'E_TASK_CRASHED',
        message: expect.stringMatching(/out of nowhere/),
      });
    });

    test('handlers that hang are ended, endless loops too', async () => {
      await using runner = start({ graceMs: 30 });
      for (const name of ['hang', 'loop'])
        await expect(runner.run(abortedRun(name))).rejects.toMatchObject({
          code: 'E_TASK_ENDED',
          cause: { message: 'enough' },
        });
      expect(await runner.run(runOf('echo', 1))).toBe('1');
    });

    test('a worker that takes too much memory is ended, for its heap or for buffers outside of it', async () => {
      await using runner = start({ maxMemoryBytes: 100 * MIB });
      for (const name of ['heap', 'buffers'])
        await expect(runner.run(runOf(name))).rejects.toMatchObject({
          code: 'E_TASK_CRASHED',
          details: { reason: 'memory' },
        });
      expect(await runner.run(runOf('echo', 1))).toBe('1');
    });

    test('progress that floods is thinned out, and its stages kept', async () => {
      await using runner = start();
      const told: unknown[] = [];
      await runner.run(runOf('chatter', null, { onProgress: (progress) => void told.push(progress) }));
      expect(told.length).toBeLessThan(100);
      expect(told.slice(-20)).toEqual(Array.from({ length: 20 }, (_, at) => ({ stage: `stage ${at}` })));
    });

    test('workers are replaced after so many tasks, with what they had loaded', async () => {
      await using runner = start({ maxTasksPerWorker: 3 });
      for (let task = 0; task < 7; task += 1) await runner.run(runOf('slow'));
      expect(runner.stats()).toMatchObject({ started: 3, recycled: 2, crashed: 0 });
      await expect
        .poll(() => runner.resources.stats()[0])
        .toMatchObject({ loads: 3, loaded: 1, disposals: 2 });
      expect(runner.resources.bytes).toBe(1000);
    });

    test('the module may be CommonJS, or TypeScript', async () => {
      const commonJs = await files.bundle('rough-handlers', 'cjs');
      const typed = new URL('typed-handlers.ts', import.meta.url);
      for (const [option, name] of [
        [commonJs, 'echo'],
        [typed, 'double'],
      ] as const) {
        await using runner = start({ module: option });
        expect(await runner.run(runOf(name, 21))).toBe(name === 'echo' ? '21' : '42');
        expect(runner.names).toContain(name);
      }
    });

    test('a module that can’t be loaded, has no handlers or takes too long fails each task with the reason', async () => {
      for (const [source, message] of [
        ['missing-file', /could not be loaded/],
        ['broken', /could not be loaded: broken on purpose/],
        ['empty', /export made by defineHandlers .* exports something/],
        ['ending', /ended before it was ready: exit code 9/],
      ] as const) {
        await using runner = start({ module: new URL(`modules/${source}.mjs`, import.meta.url) });
        const error = { code: 'E_TASK_MODULE', message: expect.stringMatching(message) };
        const [first, second] = [runner.run(runOf('echo')), runner.run(runOf('echo'))];
        await expect(first).rejects.toMatchObject(error);
        await expect(second).rejects.toMatchObject(error);
        await expect(runner.warm()).rejects.toMatchObject(error);
      }
      await using runner = start({
        module: new URL('modules/endless.mjs', import.meta.url),
        startTimeoutMs: 300,
      });
      await expect(runner.run(runOf('echo'))).rejects.toMatchObject({
        code: 'E_TASK_MODULE',
        details: { startTimeoutMs: 300 },
      });
    });

    test('a task that waits for a worker can be taken out of the line', async () => {
      await using runner = start({ graceMs: 30 });
      const controller = new AbortController();
      const hanging = runner.run(abortedRun('hang'));
      const waiting = runner.run(runOf('echo', 1, { signal: controller.signal }));
      controller.abort(new Error('not wanted'));
      await expect(waiting).rejects.toMatchObject({ code: 'E_ABORTED', cause: { message: 'not wanted' } });
      await expect(hanging).rejects.toMatchObject({ code: 'E_TASK_ENDED' });
    });

    test('refuses options that make no sense', () => {
      for (const [options, name] of [
        [{ module: './relative.mjs' }, /module/],
        [{ module: new URL('https://example.com/a.js') }, /module/],
        [{ workers: 0 }, /workers/],
        [{ maxMemoryBytes: 1000 }, /maxMemoryBytes/],
        [{ maxTasksPerWorker: 0.5 }, /maxTasksPerWorker/],
        [{ maxAgeMs: -1 }, /maxAgeMs/],
        [{ graceMs: Number.NaN }, /graceMs/],
        [{ startTimeoutMs: 0 }, /startTimeoutMs/],
        [{ program: '/no/such/program.mjs' }, /program/],
      ] as const)
        expect(() => start(options as Made)).toThrow(name);
    });
  });

test('a process that a signal ends leaves its last words', async () => {
  await using runner = startChildren();
  for (const signal of ['SIGSEGV', 'SIGKILL', 'SIGABRT'])
    await expect(runner.run(runOf('kill', signal))).rejects.toMatchObject({
      code: 'E_TASK_CRASHED',
      message: expect.stringMatching(/famous last words/),
      details: { reason: 'signal', signal, exitCode: null },
    });
});

test('the programs that a handler started end with its process', async () => {
  await using runner = startChildren({ graceMs: 30 });
  let pid = 0;
  const run = abortedRun('program', (progress) => {
    ({ pid } = progress as { pid: number });
  });
  await expect(runner.run(run)).rejects.toMatchObject({ code: 'E_TASK_ENDED' });
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
});

test('processes don’t hand on that they are workers, and get the environment they are given', async () => {
  await using runner = children({ module, ...files.program, workers: 1, env: { FRAMERAIL_TEST: 'set' } });
  expect(JSON.parse(await runner.run(runOf('arguments')))).toEqual({ argv: [], env: 'set' });
});
