// The life of a pool's workers: their ages, their deaths between tasks, what becomes of them when the process ends.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createManualClock } from '@framerail/lifecycle';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { children } from '../../src/children.js';
import { threads } from '../../src/threads.js';
import { isAlive } from './processes.js';
import { runOf } from './task-run.js';
import { type WorkerFiles, workerFiles } from './worker-files.js';

let files: WorkerFiles;
let module = '';

beforeAll(async () => {
  files = await workerFiles();
  module = await files.bundle('rough-handlers');
});

afterAll(() => files[Symbol.asyncDispose]());

test('no worker is started before there is work, and as few as do', async () => {
  await using runner = threads({ module, ...files.program, workers: 4 });
  expect(runner.stats()).toMatchObject({ workers: 0, started: 0 });
  for (let task = 0; task < 5; task += 1) await runner.run(runOf('echo'));
  expect(runner.stats()).toMatchObject({ workers: 1, started: 1 });
  await Promise.all(Array.from({ length: 20 }, () => runner.run(runOf('echo'))));
  expect(runner.stats()).toMatchObject({ workers: 4, started: 4 });
});

test('workers are replaced for their age, between tasks', async () => {
  const clock = createManualClock();
  await using runner = threads({ module, ...files.program, workers: 1, maxAgeMs: 1000, clock });
  await runner.run(runOf('echo'));
  clock.advance(999);
  await runner.run(runOf('echo'));
  expect(runner.stats()).toMatchObject({ started: 1, recycled: 0 });
  clock.advance(1);
  await runner.run(runOf('echo'));
  expect(runner.stats()).toMatchObject({ started: 2, recycled: 1, crashed: 0 });
});

test('a process that is killed while it has nothing to do fails no task', async () => {
  await using runner = children({ module, ...files.program, workers: 1 });
  const pid = Number(await runner.run(runOf('pid')));
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => runner.stats()).toMatchObject({ workers: 0, crashed: 1 });
  expect(Number(await runner.run(runOf('pid')))).not.toBe(pid);
});

test('whichever processes are killed whenever, each task ends once: with its result, or as crashed', async () => {
  await using runner = children({ module, ...files.program, workers: 3 });
  const pids: number[] = [];
  const onProgress = (pid: unknown): void => void pids.push(pid as number);
  const step = fc.record({ napMs: fc.nat(15), turns: fc.nat(20), isKill: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 20 }), async (steps) => {
      const ends: string[] = [];
      const runs: Promise<void>[] = [];
      for (const [at, { napMs, turns, isKill }] of steps.entries()) {
        const run = runner.run(runOf('nap', napMs, { onProgress })).then(
          () => void ends.push(`${at} completed`),
          ({ code }) => void ends.push(`${at} ${code}`),
        );
        runs.push(run);
        for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        const pid = pids.at(-1);
        if (isKill && pid !== undefined && isAlive(pid)) process.kill(pid, 'SIGKILL');
      }
      await Promise.all(runs);
      expect(ends).toHaveLength(steps.length);
      for (const end of ends) expect(end).toMatch(/ (completed|E_TASK_CRASHED|E_TASK_MODULE)$/);
      expect(new Set(ends.map((end) => end.split(' ')[0])).size).toBe(steps.length);
      // It goes on.
      let isWell = false;
      for (let attempt = 0; attempt < 4 && !isWell; attempt += 1)
        isWell = await runner.run(runOf('echo', 1)).then(
          (text) => text === '1',
          () => false,
        );
      expect(isWell).toBe(true);
    }),
    { numRuns: 15 },
  );
  expect(runner.stats()).toMatchObject({ running: 0, waiting: 0 });
  expect(runner.stats().crashed).toBeGreaterThan(0);
});

/** Starts a program with a pool, as a process of its own. */
async function startProgram(
  scenario: string,
  kind: string,
): Promise<ChildProcessByStdio<null, Readable, null>> {
  const path = await files.bundle('pool-program');
  const args = [path, scenario, kind, module, files.ownProgram];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

test('idle workers don’t keep a program alive', async () => {
  for (const kind of ['threads', 'children']) {
    const program = await startProgram('idle', kind);
    let said = '';
    program.stdout.on('data', (text) => {
      said += text;
    });
    const [code] = await once(program, 'close');
    expect([code, said]).toEqual([0, 'done\n']);
  }
});

test('processes end with the program that started them, although their handlers are busy for ever, and what these started too', async () => {
  const program = await startProgram('orphans', 'children');
  const pids: number[] = [];
  for await (const line of createInterface({ input: program.stdout })) {
    pids.push(Number(line));
    if (pids.length === 4) program.kill('SIGKILL');
  }
  // Two of one handler, its process and its program; one each of the others.
  expect(new Set(pids).size).toBe(4);
  await expect.poll(() => pids.filter(isAlive), { timeout: 20_000 }).toEqual([]);
});
