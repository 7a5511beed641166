// A hundred clients that add, watch, cancel and ask at once while tasks run: what they wait for an answer, and how many
// queries they get answered, beside the same store behind one global lock.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createQueue, memory, type TaskEngine } from '@framerail/task-queue';
import { type SqliteOptions, sqlite } from '@framerail/task-queue/sqlite';
import type { BenchContext, BenchOutcome } from '../contract.ts';
import { median } from '../measure.ts';
import { httpPort } from './clients/http-port.ts';
import { inTurn } from './clients/in-turn.ts';
import { oneLock } from './clients/one-lock.ts';
import { inProcessPort } from './clients/queue-port.ts';
import { startServer } from './clients/server-process.ts';
import {
  type Begun,
  defineWork,
  runSession,
  type SessionOptions,
  type SessionOutcome,
} from './clients/session.ts';

const CLIENTS = 100;
const MINUTE_MS = 60_000;
/** Milliseconds between the calls of a client that isn't a test of throughput: 5,000 calls a second of all. */
const REST_MS = 20;
/** Of clients over HTTP: 2,000 calls a second of all. */
const HTTP_REST_MS = 50;
/** Tasks that run at once: they wait rather than compute. */
const SLOTS = 32;
const KEEP = { count: 1_000_000 };

/** Part `clients`. @param sqliteOptions - for runs from sources, in which the thread's program isn't beside the engine */
export async function measureClients(
  context: BenchContext,
  sqliteOptions: Partial<SqliteOptions> = {},
): Promise<BenchOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'framerail-bench-queue-'));
  let last = 0;
  const file = (): TaskEngine => {
    last += 1;
    return sqlite({ path: join(folder, `${last}.db`), ...sqliteOptions });
  };
  try {
    const outcome: BenchOutcome = { results: [], claims: [] };
    for (const [name, engine] of Object.entries({
      memory: () => memory({ maxTasks: 1_000_000 }),
      sqlite: file,
    }))
      await measureMinute(context, name, engine, outcome);
    await measureHttp(context, join(folder, 'http.db'), outcome);
    await measureLock(context, file, outcome);
    return outcome;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same minute over HTTP, at the example's server. */
async function measureHttp(
  { seed, quick, log }: BenchContext,
  db: string,
  outcome: BenchOutcome,
): Promise<void> {
  await using server = await startServer(db);
  const begun: Begun = new Map();
  using port = httpPort(server.base, begun);
  const ms = quick ? 1000 : MINUTE_MS;
  const session = await runSession({ port, clients: CLIENTS, ms, restMs: HTTP_REST_MS, seed }, begun);
  noteMinute('http', session, outcome, log);
}

/** A minute of clients with some rest between their calls: nothing may be lost, and answers come soon. */
async function measureMinute(
  { seed, quick, log }: BenchContext,
  name: string,
  engine: () => TaskEngine,
  outcome: BenchOutcome,
): Promise<void> {
  const ms = quick ? 1000 : MINUTE_MS;
  const session = await runOn(engine(), { clients: CLIENTS, ms, restMs: REST_MS, seed });
  noteMinute(name, session, outcome, log);
}

function noteMinute(
  name: string,
  { queriesPerSecond, statusP99Ms, tasks, wrong }: SessionOutcome,
  { results, claims }: BenchOutcome,
  log: BenchContext['log'],
): void {
  log(`${name}: ${tasks} tasks of ${CLIENTS} clients, ${wrong.length} wrong ${wrong.slice(0, 3).join('; ')}`);
  results.push(
    { id: `${name}/status-p99`, unit: 'ms', value: statusP99Ms, peers: {} },
    { id: `${name}/queries`, unit: '1/s', value: queriesPerSecond, peers: {} },
    { id: `${name}/tasks`, unit: 'tasks', value: tasks, peers: {} },
  );
  claims.push(
    { id: `${name}/status-p99`, value: statusP99Ms, unit: 'ms', op: '<=', limit: 10 },
    { id: `${name}/lost-or-wrong`, value: wrong.length, unit: 'tasks', op: '<=', limit: 0 },
  );
}

/**
 * Clients that never rest, in turns with and without the lock. Also measured: our queue over a store whose calls come one after another, which
 * shows how much of the difference is that of questions and changes that are put together.
 */
async function measureLock(
  { seed, rounds, quick, log }: BenchContext,
  engine: () => TaskEngine,
  { results, claims }: BenchOutcome,
): Promise<void> {
  const ms = quick ? 500 : 4000;
  const seen = {
    framerail: [] as number[],
    'one-global-lock': [] as number[],
    'store-in-turn': [] as number[],
  };
  for (let round = 0; round < rounds; round += 1) {
    const options = { clients: CLIENTS, ms, restMs: 0, seed: seed + round };
    const outcomes = {
      framerail: await runOn(engine(), options),
      'store-in-turn': await runOn(inTurn(engine()), options),
      'one-global-lock': await runLocked(engine(), options),
    };
    for (const name of Object.keys(seen) as (keyof typeof seen)[]) {
      const { queriesPerSecond, statusP99Ms, wrong } = outcomes[name];
      seen[name].push(queriesPerSecond);
      log(
        `without rest, ${name}: ${Math.round(queriesPerSecond)} queries/s, status p99 ${statusP99Ms.toFixed(1)} ms, ${wrong.length} wrong ${wrong[0] ?? ''}`,
      );
    }
  }
  const { framerail, ...peers } = seen;
  const ratios = framerail.map((value, round) => value / (peers['one-global-lock'][round] as number));
  results.push({
    id: 'sqlite/queries-without-rest',
    unit: '1/s',
    value: median(framerail),
    peers: Object.fromEntries(Object.entries(peers).map(([name, values]) => [name, median(values)])),
  });
  claims.push({
    id: 'sqlite/queries-vs-one-global-lock',
    value: median(ratios),
    unit: 'ratio',
    op: '>=',
    limit: 4,
  });
}

async function runLocked(engine: TaskEngine, options: Omit<SessionOptions, 'port'>): Promise<SessionOutcome> {
  await using locked = await oneLock(engine, SLOTS);
  return await runSession({ ...options, port: locked.port }, locked.begun);
}

async function runOn(engine: TaskEngine, options: Omit<SessionOptions, 'port'>): Promise<SessionOutcome> {
  await using queue = createQueue({
    engine,
    lanes: { default: { concurrency: SLOTS } },
    slots: SLOTS,
    retention: { completed: KEEP, cancelled: KEEP, failed: KEEP },
  });
  const begun = defineWork(queue);
  return await runSession({ ...options, port: inProcessPort(queue) }, begun);
}
