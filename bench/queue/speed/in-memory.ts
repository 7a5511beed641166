// Tasks in memory: beside p-queue, which keeps functions and nothing of them when they are done.
import { memory } from '@framerail/task-queue';
import PQueue from 'p-queue';
import type { BenchContext, BenchOutcome } from '../../contract.ts';
import { alternate } from '../../measure.ts';
import { CONCURRENCY, doTasks, type Way } from './framerail.ts';
import { atLeast, perTask } from './per-task.ts';
import { notingProcessor } from './processor.ts';

/** What the issue asks for, in tasks a second. */
const LIMIT = 200_000;
const TASKS = 100_000;
const WARMUP = 2;

/** Each way of adding after the other. */
export async function measureMemory({ log, rounds, quick }: BenchContext): Promise<BenchOutcome> {
  const outcome: BenchOutcome = { results: [], claims: [] };
  const tasks = quick ? 1000 : TASKS;
  for (const way of ['bulk', 'add', 'results'] as const) {
    const { noting, processorMs } = notingProcessor(
      { framerail: () => doTasks(memory(), tasks, way), 'p-queue': () => doByPQueue(tasks, way) },
      WARMUP,
    );
    const timings = await alternate(noting, { rounds, warmup: WARMUP });
    const processorUs = (name: keyof typeof noting): number => (processorMs(name) * 1000) / tasks;
    outcome.results.push(perTask(`memory/${way}`, timings, 'framerail', tasks), {
      id: `memory/${way}/processor`,
      unit: 'us/task',
      value: processorUs('framerail'),
      peers: { 'p-queue': processorUs('p-queue') },
    });
    if (way === 'bulk')
      outcome.claims.push(atLeast('memory/tasks-per-second', timings, 'framerail', tasks, LIMIT));
  }
  log('memory: done');
  return outcome;
}

async function doByPQueue(tasks: number, way: Way): Promise<number> {
  const queue = new PQueue({ concurrency: CONCURRENCY });
  const noop = async (): Promise<void> => {};
  const startMs = performance.now();
  if (way === 'bulk') void queue.addAll(Array.from({ length: tasks }, () => noop));
  else {
    const results = Array.from({ length: tasks }, () => queue.add(noop));
    if (way === 'results') await Promise.all(results);
  }
  await queue.onIdle();
  return performance.now() - startMs;
}
