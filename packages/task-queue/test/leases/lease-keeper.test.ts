import { createManualClock } from '@framerail/lifecycle';
import { expect, test } from 'vitest';
import { createLeaseKeeper, type TaskLease } from '../../src/index.js';
import { workerFiles } from '../workers/worker-files.js';

type Outcome = 'held' | 'cancel' | 'lost';

/** An engine that renews as it is told, and a keeper by a clock that stands still. */
function keep(outcomeOf: (lease: TaskLease, round: number) => Outcome = () => 'held') {
  const clock = createManualClock();
  const rounds: { leases: readonly TaskLease[]; leaseUntilMs: number }[] = [];
  const keeper = createLeaseKeeper({
    engine: {
      async renew(leases, leaseUntilMs) {
        rounds.push({ leases, leaseUntilMs });
        return leases.map((lease) => outcomeOf(lease, rounds.length));
      },
    },
    leaseMs: 3000,
    clock,
    wallClock: () => 1_000_000 + clock.now(),
  });
  const heard: unknown[] = [];
  for (const name of ['lost', 'cancel', 'trouble'] as const)
    keeper.on(name, (event) => heard.push([name, event]));
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { keeper, clock, rounds, heard, pass };
}

test('renews each third of the time what is held, and nothing else', async () => {
  const { keeper, rounds, pass } = keep();
  expect(keeper.kind).toBe('timer');
  await pass(10_000);
  keeper.hold([
    { id: 'a', token: 1 },
    { id: 'b', token: 1 },
  ]);
  await pass(999);
  expect(rounds).toEqual([]);
  await pass(1);
  expect(rounds[0]?.leases).toEqual([
    { id: 'a', token: 1 },
    { id: 'b', token: 1 },
  ]);
  expect(rounds[0]?.leaseUntilMs).toBe(1_000_000 + 11_000 + 3000);
  keeper.drop([{ id: 'a', token: 1 }]);
  await pass(1000);
  expect(rounds[1]?.leases).toEqual([{ id: 'b', token: 1 }]);
  keeper.drop([{ id: 'b', token: 1 }]);
  await pass(5000);
  expect(rounds).toHaveLength(2);
  keeper.hold([{ id: 'c', token: 1 }]);
  await pass(1000);
  expect(rounds).toHaveLength(3);
  await keeper.close();
});

test('tells of lost leases, and once of cancelled ones', async () => {
  const { keeper, heard, rounds, pass } = keep(({ id }) =>
    id === 'lost' ? 'lost' : id === 'off' ? 'cancel' : 'held',
  );
  keeper.hold([
    { id: 'lost', token: 4 },
    { id: 'off', token: 2 },
    { id: 'held', token: 1 },
  ]);
  await pass(1000);
  await pass(1000);
  expect(heard).toEqual([
    ['lost', { id: 'lost', token: 4 }],
    ['cancel', { id: 'off', token: 2 }],
  ]);
  expect(rounds[1]?.leases.map(({ id }) => id)).toEqual(['off', 'held']);
  expect(keeper.size).toBe(2);
  await keeper.close();
});

test('a lease that was dropped, or replaced by a later one, while it was renewed is no news', async () => {
  const { keeper, heard, pass } = keep(() => {
    keeper.drop([{ id: 'a', token: 1 }]);
    keeper.hold([{ id: 'b', token: 2 }]);
    return 'lost';
  });
  keeper.hold([
    { id: 'a', token: 1 },
    { id: 'b', token: 1 },
  ]);
  await pass(1000);
  expect(heard).toEqual([]);
  // The later token isn't dropped by the earlier one's name.
  keeper.drop([{ id: 'b', token: 1 }]);
  expect(keeper.size).toBe(1);
  await keeper.close();
});

test('tells of a store that is away, and tries again before the leases run out', async () => {
  const { keeper, heard, rounds, pass } = keep((_, round) => {
    if (round <= 3) throw new Error('away');
    return 'held';
  });
  keeper.hold([{ id: 'a', token: 1 }]);
  await pass(1000);
  for (let more = 0; more < 3; more += 1) await pass(250);
  expect(rounds).toHaveLength(4);
  expect(heard).toHaveLength(3);
  expect(heard[0]).toEqual(['trouble', new Error('away')]);
  await pass(999);
  expect(rounds).toHaveLength(4);
  await keeper.close();
});

test('many leases are renewed in batches', async () => {
  const { keeper, rounds, pass } = keep();
  keeper.hold(Array.from({ length: 1201 }, (_, at) => ({ id: `${at}`, token: 1 })));
  await pass(1000);
  expect(rounds.map(({ leases }) => leases.length)).toEqual([500, 500, 201]);
  await keeper.close();
});

test('nothing is renewed after close', async () => {
  const { keeper, rounds, pass, clock } = keep();
  keeper.hold([{ id: 'a', token: 1 }]);
  await keeper.close();
  await keeper.close();
  await pass(5000);
  expect(rounds).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});

/** A keeper whose thread renews in shared memory. */
async function threadKeeper(leaseMs: number, maxSilenceMs?: number) {
  const files = await workerFiles();
  const program = await files.bundle('../leases/counting-keeper');
  const cells = new Int32Array(new SharedArrayBuffer(16));
  const keeper = createLeaseKeeper({
    engine: {
      renew: () => Promise.reject(new Error('not from this thread')),
      renewal: { program: new URL(`file://${program}`), settings: { cells: cells.buffer } },
    },
    leaseMs,
    maxSilenceMs,
  });
  const heard = { lost: [] as TaskLease[], cancel: [] as TaskLease[], trouble: [] as unknown[] };
  for (const name of ['lost', 'cancel', 'trouble'] as const)
    keeper.on(name, (event) => heard[name].push(event as never));
  return {
    keeper,
    cells,
    heard,
    /** Blocks this thread until so many rounds of renewals were made; gives whether they were. */
    block(rounds: number, forMs = 20_000): boolean {
      const endMs = performance.now() + forMs;
      for (let seen = Atomics.load(cells, 0); seen < rounds; seen = Atomics.load(cells, 0)) {
        const leftMs = endMs - performance.now();
        if (leftMs <= 0 || Atomics.wait(cells, 0, seen, leftMs) === 'timed-out') return false;
      }
      return true;
    },
    [Symbol.asyncDispose]: async () => {
      await keeper.close();
      await files[Symbol.asyncDispose]();
    },
  };
}

test('a thread renews while the main thread is blocked', async () => {
  await using thread = await threadKeeper(60);
  const { keeper, cells, heard } = thread;
  expect(keeper.kind).toBe('thread');
  keeper.hold([
    { id: 'a', token: 1 },
    { id: 'lost', token: 7 },
    { id: 'cancelled', token: 3 },
  ]);
  expect(thread.block(6)).toBe(true);
  expect(Atomics.load(cells, 2)).toBe(2);
  expect(heard.lost).toEqual([]);
  await expect
    .poll(() => heard)
    .toEqual({
      lost: [{ id: 'lost', token: 7 }],
      cancel: [{ id: 'cancelled', token: 3 }],
      trouble: [],
    });
  expect(keeper.size).toBe(2);
  keeper.drop([
    { id: 'a', token: 1 },
    { id: 'cancelled', token: 3 },
  ]);
  expect(keeper.size).toBe(0);
  await keeper.close();
  expect(Atomics.load(cells, 1)).toBe(1);
});

test('leases of a main thread that hangs are left to run out, and renewed when it comes back', async () => {
  await using thread = await threadKeeper(30, 300);
  thread.keeper.hold([{ id: 'a', token: 1 }]);
  expect(thread.block(2)).toBe(true);
  // Twice as many rounds as fit into the silence that is allowed.
  expect(thread.block(60, 1500)).toBe(false);
  const before = Atomics.load(thread.cells, 0);
  await expect.poll(() => Atomics.load(thread.cells, 0)).toBeGreaterThan(before + 2);
});

test('tells what befalls the thread, and starts another one that keeps the same leases', async () => {
  await using thread = await threadKeeper(60);
  const { keeper, cells, heard } = thread;
  Atomics.store(cells, 3, 1);
  keeper.hold([{ id: 'a', token: 1 }]);
  await expect.poll(() => heard.trouble.length).toBeGreaterThan(1);
  expect(heard.trouble[0]).toMatchObject({ message: 'the store is away', code: 'E_AWAY' });
  Atomics.store(cells, 3, 2);
  const before = Atomics.load(cells, 0);
  await expect.poll(() => Atomics.load(cells, 0)).toBeGreaterThan(before);
  Atomics.store(cells, 3, 0);
  const after = Atomics.load(cells, 0);
  await expect.poll(() => Atomics.load(cells, 0)).toBeGreaterThan(after + 2);
  expect(Atomics.load(cells, 2)).toBe(1);
});

test('refuses times that make no sense', () => {
  const engine = { renew: async () => [] };
  expect(() => createLeaseKeeper({ engine, leaseMs: 0 })).toThrow(/leaseMs/);
  expect(() => createLeaseKeeper({ engine, leaseMs: 100, maxSilenceMs: Number.NaN })).toThrow(/maxSilenceMs/);
});
