// Tasks that survive the process and the machine's power: in a file beside plainjob's in a file, both synced at each
// transaction, and BullMQ's in a Redis of its own that syncs each write. Then plainjob's as it comes, and ours alike: what was
// acknowledged survives the process, and not the machine's power.
import { join } from 'node:path';
import { sqlite } from '@framerail/task-queue/sqlite';
import type { BenchContext, BenchOutcome } from '../../contract.ts';
import { alternate, type Contender } from '../../measure.ts';
import { openBullmq } from './bullmq.ts';
import { doTasks } from './framerail.ts';
import { atLeast, perTask } from './per-task.ts';
import { doByPlainjob } from './plainjob.ts';

/** What the issue asks for, in tasks a second. */
const LIMIT = 15_000;
const TASKS = 20_000;
/** The peers do a part of them, and their time is taken for all: one transaction or one message a task takes long. */
const PEER_PART = 10;

/** In one call, and in a call each. */
export async function measureDurable(
  { log, rounds, quick }: BenchContext,
  folder: string,
  program: string | undefined,
): Promise<BenchOutcome> {
  const outcome: BenchOutcome = { results: [], claims: [] };
  const tasks = quick ? 500 : TASKS;
  let round = 0;
  const path = (name: string): string => {
    round += 1;
    return join(folder, `${name}-${round}.db`);
  };
  await using bullmq = await openBullmq();
  if (bullmq === undefined) log('BullMQ is left out: there is no redis-server');
  for (const way of ['bulk', 'add'] as const) {
    const part = tasks / PEER_PART;
    const contenders: Record<string, Contender> = {
      framerail: () => doTasks(sqlite({ path: path('framerail'), program }), tasks, way),
      plainjob: async () => (await doByPlainjob(path('plainjob'), part, way, 'FULL')) * PEER_PART,
      ...(bullmq === undefined ? {} : { bullmq: async () => (await bullmq.run(part, way)) * PEER_PART }),
    };
    const timings = await alternate(contenders, { rounds });
    outcome.results.push(perTask(`durable/${way}`, timings, 'framerail', tasks));
    if (way === 'bulk')
      outcome.claims.push(atLeast('sqlite/durable-tasks-per-second', timings, 'framerail', tasks, LIMIT));
  }
  const quicker = await alternate(
    {
      framerail: () =>
        doTasks(sqlite({ path: path('framerail'), program, durability: 'normal' }), tasks, 'bulk'),
      plainjob: () => doByPlainjob(path('plainjob'), tasks, 'bulk', 'NORMAL'),
    },
    { rounds },
  );
  outcome.results.push(perTask('file/bulk', quicker, 'framerail', tasks));
  log('durable: done');
  return outcome;
}
