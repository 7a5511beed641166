// What 10,000 tasks that are added in bulk cost the event loop: how late a timer is meanwhile, by
// the clock, and by the processor time of the program's own that kept it: on a machine that others use, an idle program's timers are late too.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createQueue, memory, type TaskEngine } from '@framerail/task-queue';
import { type SqliteOptions, sqlite } from '@framerail/task-queue/sqlite';
import type { BenchContext, BenchOutcome } from '../contract.ts';
import { median } from '../measure.ts';
import { type Lateness, watchLateness } from './bulk/lateness.ts';
import { quantile } from './clients/session.ts';

const TASKS = 10_000;
const LIMIT_MS = 5;

/** Part `bulk`. @param sqliteOptions - for runs from sources, in which the thread's program isn't beside the engine */
export async function measureBulk(
  { rounds, quick, log }: BenchContext,
  sqliteOptions: Partial<SqliteOptions> = {},
): Promise<BenchOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'framerail-bench-queue-'));
  let last = 0;
  const file = (options: Partial<SqliteOptions>): TaskEngine => {
    last += 1;
    return sqlite({ path: join(folder, `${last}.db`), ...options });
  };
  const contenders: Record<string, () => Promise<Lateness>> = {
    idle: async () => {
      const watch = watchLateness();
      await new Promise((resolve) => setTimeout(resolve, 300));
      return watch.stop();
    },
    memory: () => latenessOf(memory({ maxTasks: 1_000_000 }), false),
    'memory-doing': () => latenessOf(memory({ maxTasks: 1_000_000 }), true),
    sqlite: () => latenessOf(file(sqliteOptions), false),
    'sqlite-doing': () => latenessOf(file(sqliteOptions), true),
    'sqlite-without-thread': () => latenessOf(file({ thread: false }), false),
  };
  try {
    const seen = new Map<string, Seen>(Object.keys(contenders).map((name) => [name, { wall: [], own: [] }]));
    for (let round = -1; round < (quick ? 1 : rounds); round += 1) {
      for (const [name, contender] of Object.entries(contenders)) {
        const { wallMs, ownMs } = await contender();
        const [wall, own] = [quantile(wallMs, 0.99), quantile(ownMs, 0.99)];
        log(
          `${name}: ${wallMs.length} timers, p99 ${wall.toFixed(2)} ms by the clock, ${own.toFixed(2)} ms of its own`,
        );
        // The first round warms up.
        if (round < 0) continue;
        seen.get(name)?.wall.push(wall);
        seen.get(name)?.own.push(own);
      }
    }
    return outcomeOf(seen);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Quantiles of rounds. */
interface Seen {
  readonly wall: number[];
  readonly own: number[];
}

function outcomeOf(seen: ReadonlyMap<string, Seen>): BenchOutcome {
  const wallOf = (name: string): number => median(seen.get(name)?.wall ?? []);
  const ownOf = (name: string): number => median(seen.get(name)?.own ?? []);
  const outcome: BenchOutcome = { results: [], claims: [] };
  for (const name of ['memory', 'memory-doing', 'sqlite', 'sqlite-doing']) {
    const others = ['idle', ...(name === 'sqlite' ? ['sqlite-without-thread'] : [])];
    const peers = (of: (other: string) => number) =>
      Object.fromEntries(others.map((other) => [other, of(other)]));
    outcome.results.push(
      { id: `${name}/loop-p99`, unit: 'ms', value: wallOf(name), peers: peers(wallOf) },
      { id: `${name}/loop-p99-own`, unit: 'ms', value: ownOf(name), peers: peers(ownOf) },
    );
    outcome.claims.push(
      { id: `${name}/loop-p99`, value: wallOf(name), unit: 'ms', op: '<=', limit: LIMIT_MS },
      { id: `${name}/loop-p99-own`, value: ownOf(name), unit: 'ms', op: '<=', limit: LIMIT_MS },
    );
  }
  return outcome;
}

/** How late timers were while tasks were added, and where `isDoing` done, by handlers that do nothing. */
async function latenessOf(engine: TaskEngine, isDoing: boolean): Promise<Lateness> {
  await using queue = createQueue({ engine });
  await queue.open();
  if (isDoing) queue.define('bulk', async () => null);
  const tasks = Array.from({ length: TASKS }, (_, at) => ({
    name: 'bulk',
    data: { source: `clips/${at}.mov`, width: 1920, height: 1080, tags: ['proxy', 'h264'] },
    group: `g${at % 7}`,
  }));
  const watch = watchLateness();
  await queue.addBulk(tasks);
  if (isDoing) await queue.drain();
  return watch.stop();
}
