import { createManualClock } from '@framerail/lifecycle';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { IDLE_STEP_MS } from '../src/blocks/idle-spans.js';
import { createBufferPool } from '../src/index.js';

const coded = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });

afterEach(() => {
  vi.useRealTimers();
});

describe('trim', () => {
  test('frees what its request means, enough of it and not a block more than that takes', () => {
    const loan = fc.record({
      size: fc.integer({ min: 1, max: 60_000 }),
      priority: fc.integer({ min: -2, max: 2 }),
      afterMs: fc.nat(50),
    });
    const request = fc.record(
      { bytes: fc.nat(200_000), idleMs: fc.nat(300), maxPriority: fc.integer({ min: -3, max: 3 }) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.array(loan, { maxLength: 20 }),
        fc.array(request, { maxLength: 4 }),
        (loans, requests) => {
          const clock = createManualClock();
          using pool = createBufferPool({ maxBytes: 4_000_000, clock });
          const leases = loans.map(({ size, priority }) => pool.tryAcquire(size, { priority }));
          const free = loans.map(({ priority, afterMs }, index) => {
            clock.advance(afterMs);
            const before = pool.stats().bytesFree;
            leases[index]?.release();
            return { bytes: pool.stats().bytesFree - before, priority, sinceMs: clock.now() };
          });
          for (const { bytes = Number.MAX_VALUE, idleMs = 0, maxPriority = 1000 } of requests) {
            const meant = free.filter(
              (block) => block.priority <= maxPriority && clock.now() - block.sinceMs >= idleMs,
            );
            const given = pool.trim({ bytes, idleMs, maxPriority });
            const all = meant.reduce((sum, block) => sum + block.bytes, 0);
            expect(given).toBeGreaterThanOrEqual(Math.min(bytes, all));
            expect(given).toBeLessThanOrEqual(all);
            // Of those it means, the largest first, and the oldest of these.
            const order = meant.toSorted((a, b) => b.bytes - a.bytes || free.indexOf(a) - free.indexOf(b));
            let freed = 0;
            for (const block of order) {
              if (freed >= bytes) break;
              freed += block.bytes;
              free.splice(free.indexOf(block), 1);
            }
            expect(given).toBe(freed);
            expect(pool.stats().bytesFree).toBe(free.reduce((sum, block) => sum + block.bytes, 0));
          }
        },
      ),
      { seed: 86, numRuns: 1000 },
    );
  });

  test.each([
    { bytes: -1 },
    { bytes: Number.NaN },
    { idleMs: -1 },
    { idleMs: Number.POSITIVE_INFINITY },
    { maxPriority: Number.NaN },
    { level: 'urgent' as 'high' },
  ])('%o is refused', (request) => {
    using pool = createBufferPool({ maxBytes: 4096 });
    expect(() => pool.trim(request)).toThrow(coded('E_INVALID_ARGUMENT', Object.keys(request)[0]));
  });

  test('leaves what was used a moment ago, on the system’s clock too', () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
    using pool = createBufferPool({ maxBytes: 8192 });
    const first = pool.tryAcquire(4096);
    const second = pool.tryAcquire(4096);
    first?.release();
    // A loop that is busy for long runs no timers, and memory that came free in it could be in use a moment ago.
    expect(pool.trim({ idleMs: 1 })).toBe(0);
    vi.advanceTimersByTime(1000);
    second?.release();
    expect(pool.trim({ idleMs: 1000 })).toBe(0);
    expect(pool.trim({ idleMs: 1000 - IDLE_STEP_MS })).toBe(4096);
    vi.advanceTimersByTime(IDLE_STEP_MS + 500);
    expect(pool.trim({ idleMs: 501 })).toBe(0);
    expect(pool.trim({ idleMs: 500 })).toBe(4096);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('idle expiry', () => {
  test('gives back what has been free for so long, each block at its time', () => {
    const clock = createManualClock();
    using pool = createBufferPool({ maxBytes: 3 * 4096, idleExpiryMs: 1000, clock });
    const leases = [pool.tryAcquire(1), pool.tryAcquire(1), pool.tryAcquire(1)];
    expect(clock.pendingTimers).toBe(0);
    for (const lease of leases) {
      lease?.release();
      clock.advance(300);
    }
    const free: number[] = [];
    for (let step = 0; step < 10; step += 1) {
      free.push(pool.stats().bytesFree / 4096);
      clock.advance(100);
    }
    // Free since 0, 300 and 600; the first look is at 900.
    expect(free).toEqual([3, 2, 2, 2, 1, 1, 1, 0, 0, 0]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('counts from the last use', () => {
    const clock = createManualClock();
    using pool = createBufferPool({ maxBytes: 4096, idleExpiryMs: 1000, clock });
    for (let round = 0; round < 30; round += 1) {
      pool.tryAcquire(1)?.release();
      clock.advance(100);
    }
    expect(pool.stats()).toMatchObject({ misses: 1, hits: 29, bytesFree: 4096 });
    clock.advance(900);
    expect(pool.stats().bytesFree).toBe(0);
  });

  test('has no timer when nothing is free for long, and none after close', () => {
    const clock = createManualClock();
    const pool = createBufferPool({ maxBytes: 8192, idleExpiryMs: 1000, clock });
    const lease = pool.tryAcquire(1);
    pool.tryAcquire(1)?.release();
    expect(clock.pendingTimers).toBe(1);
    pool.trim();
    expect(clock.pendingTimers).toBe(0);
    pool.tryAcquire(1)?.release();
    pool.flush();
    expect(clock.pendingTimers).toBe(0);
    pool.tryAcquire(1)?.release();
    const again = pool.tryAcquire(1);
    clock.advance(1000);
    expect(clock.pendingTimers).toBe(0);
    again?.release();
    expect(clock.pendingTimers).toBe(1);
    pool.close();
    lease?.release();
    expect(clock.pendingTimers).toBe(0);
  });

  test('works on the system’s clock, a step later at most, and leaves no timer', () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
    using pool = createBufferPool({ maxBytes: 4096, idleExpiryMs: 1000 });
    pool.tryAcquire(1)?.release();
    vi.advanceTimersByTime(999);
    expect(pool.stats().bytesFree).toBe(4096);
    vi.advanceTimersByTime(1 + IDLE_STEP_MS);
    expect(pool.stats().bytesFree).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])(
    'after %s ms is refused',
    (idleExpiryMs) => {
      expect(() => createBufferPool({ maxBytes: 1, idleExpiryMs })).toThrow(
        coded('E_INVALID_ARGUMENT', 'idleExpiryMs'),
      );
    },
  );
});
