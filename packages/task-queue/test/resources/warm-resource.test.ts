import { createManualClock } from '@framerail/lifecycle';
import { expect, test, vi } from 'vitest';
import { defineResource, inProcess, type TaskContext } from '../../src/index.js';
import { runOf } from '../workers/task-run.js';

/** What a test settles when it likes. */
function door<T>() {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  return { promise, open: resolve, slam: reject };
}

/** A runner of tasks that take a resource and wait; loads and disposals end when the test says so. */
function setUp(options: { idleMs?: number; disposal?: Promise<void> } = {}) {
  const clock = createManualClock();
  const loads: { open(value: string): void; slam(error: unknown): void; signal: AbortSignal }[] = [];
  const disposed: string[] = [];
  let holds = 0;
  const resource = defineResource('model', {
    load({ signal }) {
      const { promise, open, slam } = door<string>();
      loads.push({ open, slam, signal });
      return promise;
    },
    async dispose(value) {
      disposed.push(value);
      await options.disposal;
    },
    bytes: (value) => value.length,
    ...(options.idleMs === undefined ? {} : { idleMs: options.idleMs }),
  });
  const runner = inProcess(undefined, { clock });
  runner.define('use', async ({ resource: get, signal }: TaskContext) => {
    const value = await get(resource);
    if (signal.aborted) throw signal.reason;
    return value;
  });
  /** Holds the resource until it is told to let go. */
  const hold = () => {
    const [held, release] = [door<void>(), door<void>()];
    const name = `hold ${++holds}`;
    runner.define(name, async ({ resource: get }: TaskContext) => {
      const value = await get(resource);
      held.open();
      await release.promise;
      return value;
    });
    const controller = new AbortController();
    const result = runner.run(runOf(name, null, { signal: controller.signal }));
    result.catch(() => {});
    return { held: held.promise, release: () => release.open(), result, controller };
  };
  const stats = () => runner.resources.stats()[0];
  return { clock, loads, disposed, runner, hold, stats };
}

const turns = () => new Promise((resolve) => setImmediate(resolve));

test('all who come while it is loaded wait for one load, and share it', async () => {
  const { loads, hold, stats, runner } = setUp();
  const users = [hold(), hold(), hold()];
  await turns();
  expect(loads).toHaveLength(1);
  loads[0]?.open('abc');
  await Promise.all(users.map(({ held }) => held));
  expect(stats()).toMatchObject({ loaded: 1, holders: 3, bytes: 3, loads: 1 });
  expect(runner.resources.trim()).toBe(0);
  for (const { release } of users) release();
  expect(await Promise.all(users.map(({ result }) => result))).toEqual(['"abc"', '"abc"', '"abc"']);
  expect(stats()).toMatchObject({ loaded: 1, holders: 0 });
  await runner.close();
});

test('a task that is aborted ends its own wait, not that of others; the load ends with the last', async () => {
  const { loads, hold, runner } = setUp();
  const [first, second] = [hold(), hold()];
  await turns();
  first.controller.abort(new Error('not wanted'));
  await expect(first.result).rejects.toMatchObject({ code: 'E_ABORTED', cause: { message: 'not wanted' } });
  expect(loads[0]?.signal.aborted).toBe(false);
  second.controller.abort();
  await expect(second.result).rejects.toMatchObject({ code: 'E_ABORTED' });
  expect(loads[0]?.signal.aborted).toBe(true);
  // Who comes then waits for the load to end, and has another one: that the first was given up is not its failure.
  const third = hold();
  await turns();
  expect(loads).toHaveLength(1);
  loads[0]?.slam(loads[0].signal.reason);
  await turns();
  expect(loads).toHaveLength(2);
  loads[1]?.open('second');
  await third.held;
  third.release();
  expect(await third.result).toBe('"second"');
  await runner.close();
});

test('a load that nobody waited for any more is kept if it succeeds all the same', async () => {
  const { clock, loads, disposed, hold, stats, runner } = setUp({ idleMs: 1000 });
  const only = hold();
  await turns();
  only.controller.abort();
  await only.result.catch(() => {});
  loads[0]?.open('late');
  await turns();
  expect(stats()).toMatchObject({ loaded: 1, holders: 0, loads: 1 });
  clock.advance(999);
  expect(await runner.run(runOf('use'))).toBe('"late"');
  clock.advance(1000);
  expect(disposed).toEqual(['late']);
  // Also where nobody comes at all.
  const gone = hold();
  await turns();
  gone.controller.abort();
  await gone.result.catch(() => {});
  loads[1]?.open('later');
  await turns();
  clock.advance(1000);
  expect(disposed).toEqual(['late', 'later']);
  await runner.close();
});

test('is disposed of when it was idle for long enough, counted from its last use', async () => {
  const { clock, loads, disposed, hold, stats, runner } = setUp({ idleMs: 1000 });
  const first = hold();
  await turns();
  loads[0]?.open('a');
  await first.held;
  clock.advance(5000);
  expect(disposed).toEqual([]);
  first.release();
  await first.result;
  clock.advance(999);
  expect(await runner.run(runOf('use'))).toBe('"a"');
  clock.advance(999);
  expect(disposed).toEqual([]);
  clock.advance(1);
  expect(disposed).toEqual(['a']);
  expect(stats()).toMatchObject({ loaded: 0, bytes: 0, disposals: 1 });
  await runner.close();
  expect(disposed).toEqual(['a']);
});

test('idleMs 0 keeps nothing, Infinity keeps it for good', async () => {
  for (const [idleMs, kept] of [
    [0, 0],
    [Number.POSITIVE_INFINITY, 1],
  ] as const) {
    const { clock, loads, runner, stats, disposed } = setUp({ idleMs });
    const run = runner.run(runOf('use'));
    await turns();
    loads[0]?.open('x');
    await run;
    clock.advance(1e12);
    expect(stats()?.loaded).toBe(kept);
    await runner.close();
    expect(disposed).toEqual(['x']);
  }
});

test('is not loaded again before its disposal has ended', async () => {
  const disposal = door<void>();
  const { loads, hold, runner } = setUp({ disposal: disposal.promise });
  const first = hold();
  await turns();
  loads[0]?.open('a');
  await first.held;
  first.release();
  await first.result;
  expect(runner.resources.trim()).toBe(1);
  const second = hold();
  await turns();
  expect(loads).toHaveLength(1);
  disposal.open();
  await turns();
  expect(loads).toHaveLength(2);
  loads[1]?.open('b');
  await second.held;
  second.release();
  await runner.close();
});

test('under pressure what was used longest ago goes first, and no more than is wanted', async () => {
  const clock = createManualClock();
  const disposed: string[] = [];
  const make = (name: string, bytes: number) =>
    defineResource(name, { load: () => name, dispose: () => void disposed.push(name), bytes });
  const resources = [make('large', 1000), make('small', 10), make('other', 100)];
  const runner = inProcess({ handlers: {}, resources }, { clock });
  runner.define('use', async ({ data, resource }: TaskContext<string>) => resource(data));
  for (const name of ['small', 'large', 'other']) {
    await runner.run(runOf('use', name));
    clock.advance(10);
  }
  expect(runner.resources.bytes).toBe(1110);
  expect(runner.resources.trim({ bytes: 11 })).toBe(1010);
  expect(disposed).toEqual(['small', 'large']);
  await runner.run(runOf('use', 'small'));
  expect(runner.resources.trim({ idleMs: 10 })).toBe(100);
  expect(runner.resources.bytes).toBe(10);
  await runner.close();
});

test('a disposal that fails is a warning, and no task’s failure', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const bad = defineResource('bad', {
    load: () => 1,
    dispose() {
      throw new Error('stuck');
    },
    idleMs: 0,
  });
  const runner = inProcess();
  runner.define('use', async ({ resource }: TaskContext) => resource(bad));
  expect(await runner.run(runOf('use'))).toBe('1');
  await runner.close();
  expect(String(warn.mock.calls[0]?.[0])).toMatch(/bad failed: Error: stuck/);
  warn.mockRestore();
});

test('bytes that are no number fail the load', async () => {
  const odd = defineResource('odd', { load: () => 1, bytes: () => Number.NaN });
  const runner = inProcess();
  runner.define('use', async ({ resource }: TaskContext) => resource(odd));
  await expect(runner.run(runOf('use'))).rejects.toMatchObject({
    code: 'E_TASK_RESOURCE',
    message: expect.stringMatching(/number of bytes/),
  });
  await runner.close();
});

test('closing ends loads that are under way, and leaves what is held until it is let go', async () => {
  const { loads, disposed, hold, runner } = setUp();
  const first = hold();
  await turns();
  loads[0]?.open('held');
  await first.held;
  await runner.close();
  expect(disposed).toEqual([]);
  first.release();
  await turns();
  expect(disposed).toEqual(['held']);
  const other = setUp();
  const waiting = other.hold();
  await turns();
  const closed = other.runner.close();
  expect(other.loads[0]?.signal.aborted).toBe(true);
  other.loads[0]?.slam(new Error('given up'));
  await closed;
  await expect(waiting.result).rejects.toMatchObject({ code: 'E_QUEUE_CLOSED' });
});

test('two resources of one name, and what is no resource, are refused', () => {
  const [one, other] = [defineResource('same', { load: () => 1 }), defineResource('same', { load: () => 2 })];
  const runner = inProcess();
  runner.provide(one);
  runner.provide(one);
  expect(() => runner.provide(other)).toThrow(/name of its own/);
  expect(() => defineResource('', { load: () => 1 })).toThrow(/name/);
  for (const options of [
    {},
    { load: 1 },
    { load() {}, dispose: 1 },
    { load() {}, bytes: -1 },
    { load() {}, idleMs: '1' },
  ])
    expect(() => defineResource('a', options as never)).toThrow(/Expected/);
});
