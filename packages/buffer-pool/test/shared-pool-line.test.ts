import type { Lease } from '@framerail/lifecycle';
import { describe, expect, test } from 'vitest';
import { settle, watch } from './settled.js';
import { audit } from './shared/audit.js';
import { codeOf, heard, MIB, pools } from './shared/pools.js';

describe('waiting', () => {
  test('is by priority and age over all threads, and nobody overtakes', async () => {
    const { pool, other, clock } = pools({ agingMs: 10 });
    const all = pool.tryAcquire(MIB) as Lease;
    const names: string[] = [];
    const ask = (own: typeof pool, name: string, priority: number) =>
      own.acquire(MIB, { priority }).then((lease) => {
        names.push(name);
        lease.release();
      });
    const waits = [ask(pool, 'old', 0), ask(other, 'second', 0)];
    clock.advance(30);
    waits.push(ask(other, 'urgent', 2), ask(pool, 'overtakes', 4), ask(other, 'overtakes too', 4));
    await settle();
    expect(pool.stats()).toMatchObject({ waiting: 5, peakWaiting: 5, waits: 5 });
    expect(other.tryAcquire(1, { priority: 3 })).toBeUndefined();
    all.release();
    await Promise.all(waits);
    expect(names).toEqual(['overtakes', 'overtakes too', 'old', 'second', 'urgent']);
    expect(pool.stats()).toMatchObject({ waiting: 0, leases: 0, longestWaitMs: 30 });
    audit(pool.handle);
  });

  test('ends by time, by signal, by flush and by close of another thread', async () => {
    const { pool, other, clock } = pools();
    const all = pool.tryAcquire(MIB) as Lease;
    const late = watch(other.acquire(10, { timeoutMs: 5 }));
    const controller = new AbortController();
    const aborted = watch(pool.acquire(10, { signal: controller.signal }));
    await settle();
    clock.advance(5);
    controller.abort();
    await settle();
    expect([late.error, aborted.error]).toMatchObject([{ code: 'E_TIMEOUT' }, { code: 'E_ABORTED' }]);
    const flushed = [watch(pool.acquire(10)), watch(other.acquire(10))];
    await settle();
    other.flush();
    await heard();
    expect(flushed.map(({ error }) => error)).toMatchObject([
      { code: 'E_POOL_CLOSED' },
      { code: 'E_POOL_CLOSED' },
    ]);
    const closed = [watch(pool.acquire(10)), watch(other.acquire(10))];
    await settle();
    other.close();
    await heard();
    expect(closed.map(({ error }) => error)).toMatchObject([
      { code: 'E_POOL_CLOSED' },
      { code: 'E_POOL_CLOSED' },
    ]);
    expect(codeOf(() => pool.tryAcquire(1))).toBe('E_POOL_CLOSED');
    await expect(other.acquire(1)).rejects.toMatchObject({ code: 'E_POOL_CLOSED' });
    all.bytes.fill(1);
    all.release();
    pool.close();
    expect(pool.stats()).toMatchObject({ leases: 0, waiting: 0 });
    audit(pool.handle);
  });

  test('is bounded, for all threads together', async () => {
    const { pool, other } = pools({ maxWaiters: 2 });
    pool.tryAcquire(MIB);
    const waits = [watch(pool.acquire(1)), watch(other.acquire(1))];
    await expect(other.acquire(1)).rejects.toMatchObject({ code: 'E_POOL_BUSY' });
    await expect(other.acquire(1, { timeoutMs: 0 })).rejects.toMatchObject({ code: 'E_TIMEOUT' });
    other.flush();
    await heard();
    expect(waits.map(({ state }) => state)).toEqual(['rejected', 'rejected']);
  });

  test('an abort after the memory was given, but before it was heard of, gives it back', async () => {
    const { pool, other } = pools();
    const all = pool.tryAcquire(MIB) as Lease;
    const controller = new AbortController();
    const wait = watch(other.acquire(MIB, { signal: controller.signal }));
    await settle();
    all.release();
    controller.abort();
    await settle();
    expect(wait.error).toMatchObject({ code: 'E_ABORTED' });
    expect(pool.stats()).toMatchObject({ leases: 0, waiting: 0 });
    await heard();
    audit(pool.handle);
  });

  test('memory that was given in time counts, though the timer is heard first', async () => {
    const { pool, other, clock } = pools();
    const all = pool.tryAcquire(MIB) as Lease;
    const wait = watch(other.acquire(MIB, { timeoutMs: 10 }));
    await settle();
    all.release();
    clock.advance(10);
    await settle();
    expect(wait.state).toBe('resolved');
  });
});
