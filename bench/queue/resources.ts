// What warm resources save: tasks that need something that takes 500 ms to load, sharing it or loading it each for itself, in workers
// of every kind.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createQueue, inProcess, memory, type TaskRunner } from '@framerail/task-queue';
import { children } from '@framerail/task-queue/children';
import { threads } from '@framerail/task-queue/threads';
import type { BenchContext, BenchOutcome } from '../contract.ts';
import { bundlePrograms } from './programs.ts';
import handlers from './resources/handlers.ts';

/** What the issue asks for. */
const LEAST_SAVED = 0.8;

/** Workers, and tasks that need the resource. */
const SIZES = [
  { workers: 1, tasks: 10 },
  { workers: 2, tasks: 40 },
] as const;
const QUICK_SIZES = [
  { workers: 1, tasks: 3 },
  { workers: 2, tasks: 6 },
] as const;

/** What came of the tasks of one kind. */
interface Loading {
  /** Milliseconds that the tasks waited for loads, all together. */
  readonly waitedMs: number;
  /** Milliseconds from the first one's adding to the last one's end. */
  readonly wholeMs: number;
  /** Loads of the shared resource. */
  readonly loads: number;
}

/** Each kind of worker in each size. */
export async function measureResources({ log, quick }: BenchContext): Promise<BenchOutcome> {
  const outcome: BenchOutcome = { results: [], claims: [] };
  const folder = await mkdtemp(join(tmpdir(), 'framerail-bench-resources-'));
  try {
    const { resourceHandlers: module, worker: program } = await bundlePrograms(folder);
    const runners: Record<string, (workers: number) => TaskRunner> = {
      threads: (workers) => threads({ module, workers, program }),
      children: (workers) => children({ module, workers, program }),
      // It is one worker, however many tasks it does at once.
      process: () => inProcess(handlers),
    };
    for (const [kind, newRunner] of Object.entries(runners)) {
      for (const { workers, tasks } of quick ? QUICK_SIZES : SIZES) {
        if (kind === 'process' && workers > 1) continue;
        const warm = await loadingOf(newRunner(workers), workers, tasks, 'warm');
        const cold = await loadingOf(newRunner(workers), workers, tasks, 'cold');
        addTo(outcome, `${kind}-${workers}-workers-${tasks}-tasks`, workers, warm, cold);
      }
      log(`${kind}: done`);
    }
    return outcome;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function loadingOf(
  runner: TaskRunner,
  workers: number,
  tasks: number,
  kind: 'warm' | 'cold',
): Promise<Loading> {
  await using _runner = runner;
  await runner.warm();
  await using queue = createQueue({ engine: memory(), slots: workers });
  queue.define(kind, runner);
  queue.define('beside', runner);
  const startMs = performance.now();
  const added = Array.from({ length: tasks }, () => [{ name: kind }, { name: 'beside' }]).flat();
  const waits = await Promise.all(
    (await queue.addBulk(added)).map(({ result }) => result as Promise<number>),
  );
  const wholeMs = performance.now() - startMs;
  return {
    waitedMs: waits.reduce((sum, ms) => sum + ms, 0),
    wholeMs,
    loads: runner.resources.stats().reduce((sum, { loads }) => sum + loads, 0),
  };
}

function addTo(
  { results, claims }: BenchOutcome,
  id: string,
  workers: number,
  warm: Loading,
  cold: Loading,
): void {
  results.push(
    { id: `${id}/waited`, unit: 'ms', value: warm.waitedMs, peers: { 'each-for-itself': cold.waitedMs } },
    { id: `${id}/whole`, unit: 'ms', value: warm.wholeMs, peers: { 'each-for-itself': cold.wholeMs } },
  );
  claims.push(
    { id: `${id}/loads-per-worker`, value: warm.loads / workers, unit: 'loads', op: '<=', limit: 1 },
    {
      id: `${id}/loading-saved`,
      value: 1 - warm.waitedMs / cold.waitedMs,
      unit: 'ratio',
      op: '>=',
      limit: LEAST_SAVED,
    },
  );
}
