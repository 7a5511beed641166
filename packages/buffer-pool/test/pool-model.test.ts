import { createManualClock, type Lease, type ManualClock } from '@framerail/lifecycle';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BufferPool, createBufferPool } from '../src/index.js';
import { settle, type Watched, watch } from './settled.js';

const MAX_BYTES = 40_000;
const MAX_FREE_BYTES = 16_000;

/** Classes by enumeration, to be independent of the pool's arithmetic. */
const CLASSES = [0, 1, 2, 3, 4].flatMap((octave) =>
  [4, 5, 6, 7].map((quarter) => quarter * 1024 * 2 ** octave),
);
function classOf(byteLength: number): number {
  const found = CLASSES.find((bytes) => bytes >= byteLength) ?? Number.POSITIVE_INFINITY;
  return found > MAX_BYTES ? byteLength : found;
}

interface ModelRequest {
  readonly id: number;
  readonly byteLength: number;
  readonly priority: number;
  readonly sinceMs: number;
  readonly deadlineMs: number;
  state: 'waiting' | 'granted' | 'E_TIMEOUT' | 'E_ABORTED' | 'E_POOL_CLOSED';
  holders: number;
}

/** The simplest pool that could be right: numbers and a list. */
interface Model {
  requests: ModelRequest[];
  nowMs: number;
  closed: boolean;
}

/** A second of waiting is worth as much as 1 of priority. */
const rank = ({ priority, sinceMs }: ModelRequest): number => 1000 * priority - sinceMs;

interface Held {
  readonly id: number;
  readonly lease: Lease;
}

/** The pool under test, and what came of each request. */
interface Real {
  readonly pool: BufferPool;
  readonly clock: ManualClock;
  readonly requests: Map<number, { watched: Watched<Lease>; controller: AbortController; seen: boolean }>;
  readonly held: Held[];
}

const inUse = (model: Model): number =>
  model.requests.reduce((sum, one) => sum + (one.holders > 0 ? classOf(one.byteLength) : 0), 0);

function serve(model: Model): void {
  for (;;) {
    const next = model.requests
      .filter(({ state }) => state === 'waiting')
      .sort((a, b) => rank(b) - rank(a) || a.id - b.id)[0];
    if (next === undefined || inUse(model) + classOf(next.byteLength) > MAX_BYTES) return;
    next.state = 'granted';
    next.holders = 1;
  }
}

/** Compares the pool with the model and looks for leases that overlap. */
async function check(model: Model, real: Real): Promise<void> {
  await settle();
  for (const { id, byteLength, state } of model.requests) {
    const one = real.requests.get(id);
    if (one === undefined) continue;
    const { watched } = one;
    const actual =
      watched.state === 'pending'
        ? 'waiting'
        : watched.state === 'resolved'
          ? 'granted'
          : (watched.error as { code: string }).code;
    expect(`request ${id}: ${actual}`).toBe(`request ${id}: ${state}`);
    if (state === 'granted' && !one.seen) {
      one.seen = true;
      const lease = watched.value as Lease;
      expect(lease.bytes.byteLength).toBe(byteLength);
      lease.bytes.fill(id % 251);
      real.held.push({ id, lease });
    }
  }
  for (const { id, lease } of real.held) {
    expect(lease.bytes[0]).toBe(id % 251);
    expect(lease.bytes.at(-1)).toBe(id % 251);
  }
  const stats = real.pool.stats();
  expect(stats.bytesInUse).toBe(inUse(model));
  expect(stats.bytesInUse + stats.bytesFree).toBeLessThanOrEqual(MAX_BYTES);
  expect(stats.peakBytes).toBeLessThanOrEqual(MAX_BYTES);
  expect(stats.bytesFree).toBeLessThanOrEqual(MAX_FREE_BYTES);
  expect(stats.waiting).toBe(model.requests.filter(({ state }) => state === 'waiting').length);
  expect(stats.leases).toBe(model.requests.filter(({ holders }) => holders > 0).length);
  expect(stats.classes.reduce((sum, one) => sum + one.classBytes * one.lent, 0)).toBe(stats.bytesInUse);
  expect(stats.classes.reduce((sum, one) => sum + one.classBytes * one.free, 0)).toBe(stats.bytesFree);
}

type Command = fc.AsyncCommand<Model, Real>;
const command = (
  name: string,
  can: (model: Model) => boolean,
  run: (model: Model, real: Real) => void,
): Command => ({
  toString: () => name,
  check: can,
  async run(model, real) {
    run(model, real);
    await check(model, real);
  },
});

const acquire = (byteLength: number, priority: number, timeoutMs: number) =>
  command(
    `acquire(${byteLength}, priority ${priority}, ${timeoutMs} ms)`,
    ({ closed }) => !closed,
    (model, real) => {
      const id = model.requests.length + 1;
      const controller = new AbortController();
      model.requests.push({
        id,
        byteLength,
        priority,
        sinceMs: model.nowMs,
        deadlineMs: model.nowMs + timeoutMs,
        state: 'waiting',
        holders: 0,
      });
      serve(model);
      const promise = real.pool.acquire(byteLength, { priority, timeoutMs, signal: controller.signal });
      real.requests.set(id, { watched: watch(promise), controller, seen: false });
    },
  );

const tryAcquire = (byteLength: number) =>
  command(
    `tryAcquire(${byteLength})`,
    ({ closed }) => !closed,
    (model, real) => {
      const blocked = model.requests.some((one) => one.state === 'waiting' && rank(one) >= -model.nowMs);
      const lease = real.pool.tryAcquire(byteLength);
      expect(lease !== undefined).toBe(!blocked && inUse(model) + classOf(byteLength) <= MAX_BYTES);
      if (lease === undefined) return;
      const id = model.requests.length + 1;
      model.requests.push({
        id,
        byteLength,
        priority: 0,
        sinceMs: 0,
        deadlineMs: 0,
        state: 'granted',
        holders: 1,
      });
      lease.bytes.fill(id % 251);
      real.held.push({ id, lease });
    },
  );

const release = (which: number) =>
  command(
    `release(${which})`,
    (model) => inUse(model) > 0,
    (model, real) => {
      const [held] = real.held.splice(which % real.held.length, 1);
      if (held === undefined) throw new Error('The model holds a lease that the pool did not give');
      held.lease.release();
      expect(() => held.lease.bytes).toThrow(expect.objectContaining({ code: 'E_LEASE_RELEASED' }));
      expect(() => held.lease.release()).toThrow(expect.objectContaining({ code: 'E_LEASE_RELEASED' }));
      const request = model.requests.find(({ id }) => id === held.id) as ModelRequest;
      request.holders -= 1;
      serve(model);
    },
  );

const retain = (which: number) =>
  command(
    `retain(${which})`,
    (model) => inUse(model) > 0,
    (model, real) => {
      const held = real.held[which % real.held.length] as Held;
      real.held.push({ id: held.id, lease: held.lease.retain() });
      (model.requests.find(({ id }) => id === held.id) as ModelRequest).holders += 1;
    },
  );

const abort = (which: number) =>
  command(
    `abort(${which})`,
    ({ requests }) => requests.length > 0,
    (model, real) => {
      const request = model.requests[which % model.requests.length] as ModelRequest;
      real.requests.get(request.id)?.controller.abort();
      if (request.state === 'waiting') request.state = 'E_ABORTED';
      serve(model);
    },
  );

const advance = (byMs: number) =>
  command(
    `advance(${byMs} ms)`,
    () => true,
    (model, real) => {
      // Timers run in order of their time, and each makes room for whoever stands behind.
      const due = model.requests
        .filter(({ state, deadlineMs }) => state === 'waiting' && deadlineMs <= model.nowMs + byMs)
        .sort((a, b) => a.deadlineMs - b.deadlineMs || a.id - b.id);
      for (const request of due) {
        if (request.state === 'waiting') request.state = 'E_TIMEOUT';
        serve(model);
      }
      model.nowMs += byMs;
      real.clock.advance(byMs);
    },
  );

const trim = (bytes: number) =>
  command(
    `trim(${bytes})`,
    () => true,
    (_, real) => {
      const before = real.pool.stats();
      const given = real.pool.trim({ bytes });
      expect(given).toBe(before.bytesFree - real.pool.stats().bytesFree);
      expect(given).toBeGreaterThanOrEqual(Math.min(bytes, before.bytesFree));
    },
  );

const refuse = (model: Model): void => {
  for (const request of model.requests) if (request.state === 'waiting') request.state = 'E_POOL_CLOSED';
};
const flush = () =>
  command(
    'flush()',
    () => true,
    (model, real) => {
      refuse(model);
      real.pool.flush();
      expect(real.pool.stats().bytesFree).toBe(0);
    },
  );
const close = () =>
  command(
    'close()',
    () => true,
    (model, real) => {
      refuse(model);
      model.closed = true;
      real.pool.close();
      expect(real.pool.stats().bytesFree).toBe(0);
    },
  );

test('a pool does what the model says, whatever is interleaved', async () => {
  const size = fc.oneof(
    fc.integer({ min: 1, max: MAX_BYTES }),
    fc.constantFrom(1, 4096, 4097, 8192, 20_480, MAX_BYTES),
  );
  const which = fc.nat(20);
  const commands = fc.commands<Model, Real, false>(
    [
      fc
        .tuple(size, fc.integer({ min: -1, max: 2 }), fc.integer({ min: 1, max: 50 }))
        .map((given) => acquire(...given)),
      fc.tuple(size, fc.constant(0), fc.constant(1000)).map((given) => acquire(...given)),
      size.map(tryAcquire),
      which.map(release),
      which.map(release),
      which.map(retain),
      which.map(abort),
      fc.integer({ min: 0, max: 40 }).map(advance),
      fc.nat(MAX_BYTES).map(trim),
      fc.constant(flush()),
      fc.constant(close()),
    ] as fc.Arbitrary<fc.AsyncCommand<Model, Real, false>>[],
    { maxCommands: 120, size: '+2' },
  );
  await fc.assert(
    fc.asyncProperty(commands, async (sequence) => {
      const clock = createManualClock();
      const pool = createBufferPool({ maxBytes: MAX_BYTES, maxFreeBytes: MAX_FREE_BYTES, clock });
      const real: Real = { pool, clock, requests: new Map(), held: [] };
      await fc.asyncModelRun(() => ({ model: { requests: [], nowMs: 0, closed: false }, real }), sequence);
      // Nothing is lost: what is given back now is all that was lent.
      pool.close();
      for (const { lease } of real.held) lease.release();
      await settle();
      for (const { watched } of real.requests.values()) {
        if (watched.state === 'resolved' && !real.held.some(({ lease }) => lease === watched.value)) continue;
        expect(watched.state).not.toBe('pending');
      }
      expect(pool.stats()).toMatchObject({
        bytesInUse: 0,
        bytesFree: 0,
        bytesWasted: 0,
        leases: 0,
        waiting: 0,
      });
      expect(clock.pendingTimers).toBe(0);
    }),
    { seed: 20_240_601, numRuns: 1500 },
  );
});
