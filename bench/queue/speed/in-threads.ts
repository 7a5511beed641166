// Tasks in worker threads: beside piscina, which keeps nothing of them.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { memory } from '@framerail/task-queue';
import { threads } from '@framerail/task-queue/threads';
import { Piscina } from 'piscina';
import type { BenchContext, BenchOutcome } from '../../contract.ts';
import { alternate } from '../../measure.ts';
import { doTasks } from './framerail.ts';
import { perTask } from './per-task.ts';

const WORKERS = 2;
const TASKS = 10_000;

/** Two threads each. */
export async function measureThreads(
  { log, rounds, quick }: BenchContext,
  folder: string,
  program: string | undefined,
): Promise<BenchOutcome> {
  const tasks = quick ? 200 : TASKS;
  const ours = join(folder, 'ours.mjs');
  await writeFile(ours, 'export default { handlers: { noop: async () => {} }, resources: [] };\n');
  const theirs = join(folder, 'theirs.mjs');
  await writeFile(theirs, 'export default async () => {};\n');
  await using runner = threads({ module: ours, workers: WORKERS, program });
  await runner.warm();
  const pool = new Piscina({ filename: theirs, minThreads: WORKERS, maxThreads: WORKERS });
  try {
    const timings = await alternate(
      {
        framerail: () => doTasks(memory(), tasks, 'results', runner),
        piscina: () => Promise.all(Array.from({ length: tasks }, () => pool.run(undefined))),
      },
      { rounds },
    );
    log('threads: done');
    return { results: [perTask('threads/results', timings, 'framerail', tasks)], claims: [] };
  } finally {
    await pool.destroy();
  }
}
