import { createManualClock, type Lease } from '@framerail/lifecycle';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBufferPool } from '../src/index.js';
import { rankOf, WaitingLine } from '../src/waiting/waiting-line.js';
import { settle, watch } from './settled.js';

const coded = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });

describe('the line', () => {
  test('is in order of rank, and of age within a rank, whoever comes and goes', () => {
    const step = fc.record({
      rank: fc.integer({ min: -3, max: 3 }),
      leaves: fc.option(fc.nat(20), { freq: 3 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const line = new WaitingLine<{ rank: number; id: number }>();
        const all: { rank: number; id: number }[] = [];
        for (const [id, { rank, leaves }] of steps.entries()) {
          const waiter = { rank, id };
          line.add(waiter);
          all.push(waiter);
          if (leaves === null) continue;
          const [leaver] = all.splice(leaves % all.length, 1);
          expect(line.remove(leaver as { rank: number; id: number })).toBe(true);
          expect(line.remove(leaver as { rank: number; id: number })).toBe(false);
        }
        const expected = all.toSorted((a, b) => b.rank - a.rank || a.id - b.id);
        expect(line.length).toBe(all.length);
        expect([...line]).toEqual(expected);
        expect(line.head).toBe(expected[0]);
        expect(line.removeAll()).toEqual(expected);
        expect(line.length).toBe(0);
      }),
      { seed: 82, numRuns: 2000 },
    );
  });

  test('age makes up for priority: who waits comes before all who come `agingMs` later for each step of priority', () => {
    const priority = fc.integer({ min: -1000, max: 1000 });
    fc.assert(
      fc.property(
        priority,
        priority,
        fc.integer({ min: 1, max: 5000 }),
        fc.nat(10_000),
        (mine, other, agingMs, now) => {
          const later = now + Math.max(0, other - mine) * agingMs;
          expect(rankOf(mine, now, agingMs)).toBeGreaterThanOrEqual(rankOf(other, later, agingMs));
        },
      ),
      { seed: 83, numRuns: 2000 },
    );
  });
});

describe('a pool', () => {
  test('serves those who wait by priority and age', async () => {
    const arrival = fc.record({ afterMs: fc.nat(300), priority: fc.integer({ min: -3, max: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(arrival, { minLength: 1, maxLength: 25 }), async (arrivals) => {
        const clock = createManualClock();
        using pool = createBufferPool({ maxBytes: 4096, agingMs: 100, clock });
        let held = await pool.acquire(1);
        const served: number[] = [];
        const ranks = arrivals.map(({ afterMs, priority }, id) => {
          clock.advance(afterMs);
          void pool.acquire(1, { priority }).then((lease) => {
            served.push(id);
            held = lease;
          });
          return { id, rank: 100 * priority - clock.now() };
        });
        for (let round = 0; round < arrivals.length; round += 1) {
          clock.advance(40);
          held.release();
          await settle();
        }
        held.release();
        expect(served).toEqual(ranks.toSorted((a, b) => b.rank - a.rank || a.id - b.id).map(({ id }) => id));
      }),
      { seed: 84, numRuns: 150 },
    );
  });

  test('starves nobody: a stream of important requests overtakes one for so long and no longer', async () => {
    const clock = createManualClock();
    using pool = createBufferPool({ maxBytes: 4096, agingMs: 10, clock });
    const live: Lease[] = [await pool.acquire(1)];
    const patient = watch(pool.acquire(1, { priority: -20 }));
    let waitedMs = 0;
    for (; patient.state === 'pending' && waitedMs < 10_000; waitedMs += 1) {
      void pool.acquire(1, { priority: 20 }).then(
        (lease) => live.push(lease),
        () => {},
      );
      clock.advance(1);
      live.shift()?.release();
      await settle();
    }
    // 40 steps of priority at 10 ms each.
    expect(waitedMs).toBe(401);
    pool.flush();
    patient.value?.release();
  });

  test('lets no small request pass a large one', async () => {
    using pool = createBufferPool({ maxBytes: 16_384 });
    const leases = await Promise.all([pool.acquire(4096), pool.acquire(4096)]);
    const large = watch(pool.acquire(16_384));
    const small = watch(pool.acquire(4096));
    expect(pool.tryAcquire(4096)).toBeUndefined();
    leases[0]?.release();
    await settle();
    expect([large.state, small.state]).toEqual(['pending', 'pending']);
    leases[1]?.release();
    await settle();
    expect([large.state, small.state]).toEqual(['resolved', 'pending']);
    large.value?.release();
    await settle();
    small.value?.release();
  });

  test('lets a request of a higher priority pass', async () => {
    using pool = createBufferPool({ maxBytes: 8192 });
    const lease = await pool.acquire(4096);
    const large = watch(pool.acquire(8192));
    expect(pool.tryAcquire(1)).toBeUndefined();
    const urgent = pool.tryAcquire(1, { priority: 1 });
    expect(urgent).toBeDefined();
    urgent?.release();
    lease.release();
    await settle();
    large.value?.release();
  });

  test('counts who waits, at most and for how long', async () => {
    const clock = createManualClock();
    using pool = createBufferPool({ maxBytes: 4096, maxWaiters: 2, clock });
    const lease = await pool.acquire(1);
    const first = watch(pool.acquire(1, { timeoutMs: 30 }));
    const second = watch(pool.acquire(1, { timeoutMs: Number.POSITIVE_INFINITY }));
    await expect(pool.acquire(1)).rejects.toThrow(coded('E_POOL_BUSY', '2 requests'));
    expect(pool.stats()).toMatchObject({ waiting: 2, waits: 2, peakWaiting: 2 });
    clock.advance(30);
    await settle();
    expect(first.error).toEqual(coded('E_TIMEOUT', 'within 30 ms'));
    clock.advance(10);
    lease.release();
    await settle();
    second.value?.release();
    expect(pool.stats()).toMatchObject({
      waiting: 0,
      waits: 2,
      peakWaiting: 2,
      waitedMs: 70,
      longestWaitMs: 40,
    });
    expect(clock.pendingTimers).toBe(0);
  });

  test('waits longer than a timer lasts', async () => {
    using pool = createBufferPool({ maxBytes: 4096 });
    const lease = await pool.acquire(1);
    const waiting = watch(pool.acquire(1, { timeoutMs: 1e12 }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(waiting.state).toBe('pending');
    lease.release();
    await settle();
    waiting.value?.release();
  });

  test('flush and close reject those who wait, however many', async () => {
    using pool = createBufferPool({ maxBytes: 4096 });
    const lease = await pool.acquire(1);
    const flushed = Array.from({ length: 500 }, () => watch(pool.acquire(1)));
    pool.flush();
    const closed = Array.from({ length: 500 }, () => watch(pool.acquire(1)));
    pool.close();
    await settle();
    for (const { error } of flushed) expect(error).toEqual(coded('E_POOL_CLOSED', 'flushed'));
    for (const { error } of closed) expect(error).toEqual(coded('E_POOL_CLOSED', 'closed'));
    lease.release();
    expect(pool.stats()).toMatchObject({ waiting: 0, bytesInUse: 0, bytesFree: 0 });
  });
});
