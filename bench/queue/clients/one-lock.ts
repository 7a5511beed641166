// What the queue is measured against: the same store behind one global lock. Each client's call, and each step of a worker,
// takes the lock, makes its one call to the store, and gives the lock back.
import type { TaskEngine, TaskLease, TaskRecord } from '@framerail/task-queue';
import type { End, QueuePort } from './queue-port.ts';
import type { Begun } from './session.ts';

const OWNER = 'one-lock';
const LEASE_MS = 3_600_000;

/** A store behind a lock, with workers. */
export interface OneLock extends AsyncDisposable {
  readonly port: QueuePort;
  readonly begun: Begun;
}

/** Opens the store and starts workers. */
export async function oneLock(engine: TaskEngine, slots: number): Promise<OneLock> {
  await engine.open();
  const lock = makeLock();
  const begun: Begun = new Map();
  const watched = new Map<string, Watched>();
  const state = { isOver: false };
  const work = { engine, lock, begun, watched, state };
  const workers = runWorkers(work, slots);
  return {
    port: portOf(work),
    begun,
    async [Symbol.asyncDispose]() {
      state.isOver = true;
      await workers;
      await engine.close();
    },
  };
}

type Lock = <T>(call: () => Promise<T>) => Promise<T>;

/** Those who look after a task. */
interface Watched {
  values: number;
  readonly ended: Promise<End>;
  end(end: End): void;
}

interface Work {
  readonly engine: TaskEngine;
  readonly lock: Lock;
  readonly begun: Begun;
  readonly watched: Map<string, Watched>;
  readonly state: { isOver: boolean };
}

function makeLock(): Lock {
  let last: Promise<unknown> = Promise.resolve();
  return (call) => {
    const turn = last.then(call);
    last = turn.catch(() => {});
    return turn;
  };
}

function watchedOf({ watched }: Work, id: string): Watched {
  const known = watched.get(id);
  if (known !== undefined) return known;
  const { promise, resolve } = Promise.withResolvers<End>();
  const made: Watched = { values: 0, ended: promise, end: resolve };
  watched.set(id, made);
  return made;
}

/** Hands tasks to slots that are free, as many as there are in one call; looks again after a few milliseconds when there are none. */
async function runWorkers(work: Work, slots: number): Promise<void> {
  const { engine, lock, begun, state } = work;
  const running = new Set<Promise<void>>();
  while (!state.isOver) {
    if (running.size >= slots) {
      await Promise.race(running);
      continue;
    }
    const nowMs = Date.now();
    const request = { lane: 'default', exceptNames: [], free: undefined, owner: OWNER, nowMs };
    const limit = slots - running.size;
    const tasks = await lock(() => engine.claim({ ...request, limit, leaseUntilMs: nowMs + LEASE_MS }));
    for (const task of tasks) {
      begun.set(task.id, (begun.get(task.id) ?? 0) + 1);
      const doing = doTask(work, task).finally(() => running.delete(doing));
      running.add(doing);
    }
    if (tasks.length === 0) await rest(5);
  }
  await Promise.all(running);
}

async function doTask(work: Work, { id, token, data }: TaskRecord): Promise<void> {
  const { engine, lock } = work;
  const lease: TaskLease = { id, token: token as number };
  const { ms } = JSON.parse(data) as { ms: number };
  const watched = watchedOf(work, id);
  for (const stage of ['read', 'work', 'write']) {
    await lock(() => engine.progress([{ ...lease, progress: JSON.stringify({ stage }) }]));
    watched.values += 1;
    await rest(ms / 3);
  }
  const [answer] = await lock(() => engine.renew([lease], Date.now() + LEASE_MS));
  const how =
    answer === 'cancel' ? ({ how: 'cancel' } as const) : ({ how: 'complete', result: 'null' } as const);
  await lock(() => engine.settle([{ ...lease, nowMs: Date.now(), ...how }]));
  // A cancel may have come between the two steps.
  const [record] = await lock(() => engine.get([id]));
  watched.end(record?.state as End);
}

function portOf(work: Work): QueuePort {
  const { engine, lock } = work;
  const common = {
    lane: 'default',
    key: undefined,
    priority: 0,
    reserve: undefined,
    maxAttempts: 1,
    notBeforeMs: 0,
  };
  return {
    async add(client, ms) {
      const task = { ...common, name: 'work', group: client, data: JSON.stringify({ ms }) };
      const [outcome] = await lock(() =>
        engine.add([{ ...task, after: [], afterBatch: [], share: 1 }], Date.now()),
      );
      return outcome?.id ?? '';
    },
    status: async (id) => (await lock(() => engine.get([id])))[0]?.state ?? 'unknown',
    list: async (client) => (await lock(() => engine.list({ group: client, limit: 20 }))).map(({ id }) => id),
    async count() {
      const groups = await lock(() => engine.counts());
      return groups.flatMap(({ counts }) => Object.values(counts)).reduce((sum, one) => sum + one, 0);
    },
    async cancel(id) {
      const [before] = await lock(() => engine.get([id]));
      const [state] = await lock(() => engine.cancel([id], Date.now()));
      if (state === 'cancelled' && before?.state !== 'active') watchedOf(work, id).end('cancelled');
      return state ?? 'unknown';
    },
    async watch(id) {
      const watched = watchedOf(work, id);
      await watched.ended;
      return watched.values;
    },
    end: (id) => watchedOf(work, id).ended,
    async states() {
      const states = new Map<string, string>();
      for (let afterId: string | undefined; ; ) {
        const page = await lock(() => engine.list({ limit: 1000, afterId }));
        for (const { id, state } of page) states.set(id, state);
        afterId = page.at(-1)?.id;
        if (page.length < 1000) return states;
      }
    },
  };
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
