// What may happen to an engine.
import fc from 'fast-check';
import { expect } from 'vitest';
import type { NewTask, Settlement, TaskEngine, TaskLease } from '../../../src/engines/task-engine.js';
import { TASK_STATES, type TaskCost, type TaskState } from '../../../src/index.js';
import type { EngineWorld } from './engine-world.js';
import { addToModel } from './model-adding.js';
import type { ModelTask } from './task-model.js';

/** A step of a run: does the same to the engine and to the model, and compares what they say. */
export type EngineCommand = fc.AsyncCommand<EngineWorld, object>;

const LANES = ['a', 'b'] as const;
const OWNERS = ['ann', 'bob'] as const;
const NAMES = ['render', 'proxy'] as const;
const LEASE_MS = 1000;

function command(name: string, given: unknown, run: (world: EngineWorld) => Promise<void>): EngineCommand {
  return {
    check: () => true,
    async run(world) {
      await run(world);
      await world.compare();
    },
    toString: () => `${name}(${JSON.stringify(given)})`,
  };
}

const cost = fc.option(
  fc.record({ cpu: fc.constantFrom(0.2, 0.5, 1), memoryBytes: fc.constantFrom(undefined, 10) }),
  { nil: undefined, freq: 3 },
);

const addition = fc.array(
  fc.record({
    name: fc.constantFrom(...NAMES),
    lane: fc.constantFrom(...LANES),
    group: fc.constantFrom('', 'g', 'h'),
    key: fc.option(fc.constantFrom('k', 'l'), { nil: undefined, freq: 3 }),
    priority: fc.constantFrom(0, 0, 0, 1, -1, 1000),
    reserve: cost as fc.Arbitrary<TaskCost | undefined>,
    maxAttempts: fc.integer({ min: 1, max: 3 }),
    delayMs: fc.constantFrom(0, 0, 0, 500),
    share: fc.constantFrom(1, 1, 0.5, 3),
    after: fc.array(fc.nat(), { maxLength: 2, size: 'small' }),
    afterBatch: fc.array(fc.nat(), { maxLength: 2, size: 'small' }),
    isAlone: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6 },
);

const add = addition.map((tasks) =>
  command('add', tasks, async (world) => {
    const { nowMs, model, engine } = world;
    const specs = tasks.map(
      ({ delayMs, after, afterBatch, isAlone, ...rest }, at): NewTask => ({
        ...rest,
        data: JSON.stringify({ at }),
        notBeforeMs: delayMs === 0 ? 0 : nowMs + delayMs,
        after: isAlone ? [] : after.flatMap((number) => world.pick(number)?.id ?? []),
        afterBatch: isAlone ? [] : afterBatch.map((place) => place % tasks.length),
      }),
    );
    const outcomes = addToModel(model, specs, nowMs);
    if (outcomes === undefined) {
      await expect(engine.add(specs, nowMs)).rejects.toMatchObject({ code: 'E_TASK_CIRCULAR' });
      return;
    }
    const told = await engine.add(specs, nowMs);
    expect(told.map(({ outcome }) => outcome)).toEqual(outcomes.map(({ outcome }) => outcome));
    for (const [at, outcome] of outcomes.entries())
      if (outcome.outcome === 'added') outcome.task.id = told[at]?.id as string;
    expect(told.map(({ id }) => id)).toEqual(outcomes.map((one) => ('task' in one ? one.task.id : one.id)));
  }),
);

const claim = fc
  .record({
    lane: fc.constantFrom(...LANES),
    limit: fc.integer({ min: 1, max: 5 }),
    exceptNames: fc.subarray([...NAMES], { maxLength: 1 }),
    cpu: fc.constantFrom(undefined, undefined, 0.3),
    owner: fc.constantFrom(...OWNERS),
  })
  .map(({ cpu, ...given }) =>
    command('claim', { ...given, cpu }, async (world) => {
      const { model, engine, nowMs } = world;
      const free = cpu === undefined || !engine.limits.filtersByReserve ? undefined : { cpu };
      const request = { ...given, free, nowMs, leaseUntilMs: nowMs + LEASE_MS };
      const claimable = model.claimable(request);
      const claimed = await engine.claim(request);
      const tasks = claimed.map(({ id }) => claimable.find((task) => task.id === id) as ModelTask);
      if (world.options.isExact) expect(tasks).toEqual(claimable.slice(0, given.limit));
      else expect(new Set(tasks).size).toBe(Math.min(given.limit, claimable.length));
      model.claim(tasks, request);
      for (const { id, token } of claimed) world.leases.push({ id, token: token as number });
    }),
  );

const settle = fc
  .array(
    fc.record({
      lease: fc.nat(),
      how: fc.constantFrom('complete', 'complete', 'retry', 'later', 'fail', 'release', 'cancel'),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((given) =>
    command('settle', given, async (world) => {
      const settlements = given.flatMap(({ lease, how }) => settlementOf(world, lease, how) ?? []);
      const expected = settlements.map((settlement) => {
        const task = world.held(settlement);
        if (task === undefined) return 'lost';
        world.model.settle(task, settlement);
        return 'applied';
      });
      expect(await world.engine.settle(settlements)).toEqual(expected);
    }),
  );

function settlementOf(world: EngineWorld, number: number, how: string): Settlement | undefined {
  const lease = world.leases.at(-1 - (number % Math.max(1, Math.min(world.leases.length, 12))));
  if (lease === undefined) return undefined;
  const { nowMs } = world;
  const own = { ...lease, nowMs };
  if (how === 'complete') return { ...own, how, result: JSON.stringify(number) };
  if (how === 'cancel') return { ...own, how };
  if (how === 'release') return { ...own, how, notBeforeMs: number % 2 === 0 ? 0 : nowMs + 300 };
  const attempt = world.held(lease)?.attempts ?? 0;
  const retryAtMs = how === 'fail' ? undefined : how === 'later' ? nowMs + 700 : nowMs;
  return {
    ...own,
    how: 'fail',
    failure: { attempt, atMs: nowMs, code: 'E_TASK_FAILED', message: 'no' },
    retryAtMs,
  };
}

const renew = fc.array(fc.nat(), { maxLength: 4 }).map((numbers) =>
  command('renew', numbers, async (world) => {
    const leases = numbers.flatMap((number) => world.leases[number % Math.max(1, world.leases.length)] ?? []);
    const untilMs = world.nowMs + LEASE_MS;
    const expected = leases.map((lease) => {
      const task = world.held(lease);
      if (task === undefined) return 'lost';
      task.leaseUntilMs = untilMs;
      return task.isCancelRequested ? 'cancel' : 'held';
    });
    expect(await world.engine.renew(leases, untilMs)).toEqual(expected);
    const notes = leases.map((lease: TaskLease) => ({ ...lease, progress: String(untilMs) }));
    for (const note of notes) {
      const task = world.held(note);
      if (task !== undefined) task.progress = note.progress;
    }
    await world.engine.progress(notes);
  }),
);

const expire = fc
  .record({ isDead: fc.boolean(), owner: fc.constantFrom(...OWNERS) })
  .map(({ isDead, owner }) =>
    command('expire', isDead ? owner : '', async (world) => {
      const dead = isDead ? [owner] : [];
      const changed = world.model.expire(world.nowMs, dead);
      expect(await world.engine.expire(world.nowMs, dead)).toBe(changed);
    }),
  );

/** The clock goes on, or is put back. */
const jump = fc.constantFrom(1, 200, 600, 1500, -400, -5000).map((ms) =>
  command('jump', ms, async (world) => {
    world.nowMs += ms;
  }),
);

type OnTasks = (engine: TaskEngine, tasks: readonly ModelTask[], world: EngineWorld) => Promise<void>;

function onTasks(name: string, run: OnTasks): fc.Arbitrary<EngineCommand> {
  return fc.array(fc.nat(), { minLength: 1, maxLength: 4 }).map((numbers) =>
    command(name, numbers, async (world) => {
      const tasks = numbers.flatMap((number) => world.pick(number) ?? []);
      await run(world.engine, tasks, world);
    }),
  );
}

const ids = (tasks: readonly ModelTask[]): string[] => tasks.map(({ id }) => id);

const cancel = onTasks('cancel', async (engine, tasks, { model, nowMs }) => {
  for (const task of tasks) if (!model.gone.has(task)) model.cancel(task, nowMs);
  const states = tasks.map((task) => (model.gone.has(task) ? undefined : task.state));
  expect(await engine.cancel(ids(tasks), nowMs)).toEqual(states);
});

const retry = onTasks('retry', async (engine, tasks, { model, nowMs }) => {
  const revived = model.retry(
    tasks.filter((task) => !model.gone.has(task)),
    nowMs,
  );
  expect(await engine.retry(ids(tasks), nowMs)).toEqual(tasks.map((task) => revived.has(task)));
});

const prioritise = onTasks('prioritise', async (engine, tasks, { model }) => {
  const expected = tasks.map((task) => {
    if (model.gone.has(task) || !['blocked', 'delayed', 'waiting'].includes(task.state)) return false;
    task.priority = 2;
    return true;
  });
  expect(await engine.prioritise(ids(tasks), 2)).toEqual(expected);
});

const pause = fc.record({ lane: fc.constantFrom('a', undefined), isPaused: fc.boolean() }).map((given) =>
  command('pause', given, async ({ engine, model }) => {
    if (given.lane === undefined) model.isPaused = given.isPaused;
    else if (given.isPaused) model.pausedLanes.add(given.lane);
    else model.pausedLanes.delete(given.lane);
    await engine.pause(given.lane, given.isPaused);
    expect(await engine.paused()).toEqual({ all: model.isPaused, lanes: [...model.pausedLanes] });
  }),
);

const prune = fc
  .record({
    states: fc.subarray<TaskState>(['completed', 'failed', 'cancelled'], { minLength: 1 }),
    keep: fc.integer({ min: 0, max: 5 }),
    agoMs: fc.constantFrom(0, 1000, 1e9),
    limit: fc.integer({ min: 0, max: 6 }),
  })
  .map(({ agoMs, ...given }) =>
    command('prune', { ...given, agoMs }, async ({ engine, model, nowMs }) => {
      const request = { ...given, olderThanMs: nowMs - agoMs };
      const dropped = model.prune(request);
      expect(await engine.prune(request)).toBe(dropped);
    }),
  );

const list = fc
  .record({
    states: fc.option(fc.subarray([...TASK_STATES]), { nil: undefined }),
    name: fc.option(fc.constantFrom(...NAMES), { nil: undefined }),
    lane: fc.option(fc.constantFrom(...LANES), { nil: undefined }),
    group: fc.option(fc.constantFrom('', 'g'), { nil: undefined }),
    key: fc.option(fc.constantFrom('k', 'l'), { nil: undefined, freq: 2 }),
    limit: fc.integer({ min: 1, max: 10 }),
    after: fc.nat(),
  })
  .map(({ after, ...query }) =>
    command('list', query, async (world) => {
      const last = after % 2 === 0 ? undefined : world.pick(after);
      const matching = world.model.kept.filter(
        (task) =>
          (query.states?.includes(task.state) ?? true) &&
          (last === undefined || task.seq > last.seq) &&
          (['name', 'lane', 'group', 'key'] as const).every(
            (f) => query[f] === undefined || query[f] === task.spec[f],
          ),
      );
      const page = await world.engine.list({ ...query, afterId: last?.id });
      expect(page.map(({ id }) => id)).toEqual(matching.slice(0, query.limit).map(({ id }) => id));
    }),
  );

/** The process dies, and another one opens the store: nothing that was told is lost. */
const crash = fc.constant(
  command('crash', '', async (world) => {
    const { reopen } = world.options;
    if (reopen !== undefined) world.engine = await reopen(world.engine);
  }),
);

/** Steps as they may come. */
export const engineCommands: readonly fc.Arbitrary<EngineCommand>[] = [
  add,
  add,
  add,
  claim,
  claim,
  claim,
  settle,
  settle,
  settle,
  renew,
  expire,
  expire,
  jump,
  cancel,
  retry,
  prioritise,
  pause,
  prune,
  list,
  crash,
];
