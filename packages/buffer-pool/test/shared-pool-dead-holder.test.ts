import { createManualClock, type Lease } from '@framerail/lifecycle';
import { expect, test } from 'vitest';
import { attachSharedPool, createSharedPool } from '../src/shared-pool/create-shared-pool.js';
import { settle, watch } from './settled.js';
import { audit } from './shared/audit.js';
import { isLocked, Mortal } from './shared/mortal.js';
import { heard, MIB } from './shared/pools.js';

/** A pool whose bookkeeping is in the hands of a thread that has ended. */
function orphaned() {
  const clock = createManualClock();
  const pool = createSharedPool({ maxBytes: MIB, maxThreads: 4, clock });
  const other = attachSharedPool(pool.handle, { clock });
  const victim = new Mortal(pool.handle, 3);
  const leases = [pool.tryAcquire(MIB / 4), other.tryAcquire(MIB / 4)] as Lease[];
  const ask = { kind: 'ask', priority: 0, canBeAskedBack: false, owner: 'shared' } as const;
  victim.act({ ...ask, bytes: MIB / 4 });
  expect(victim.act({ ...ask, bytes: 5000 }, 12)).toBe(false);
  expect(isLocked(pool.handle)).toBe(true);
  return { clock, pool, other, leases };
}

test('nothing blocks, throws or gets lost while a dead thread has the books; what was asked is done after recovery', async () => {
  const { pool, other, leases } = orphaned();
  expect(pool.tryAcquire(10)).toBeUndefined();
  for (const lease of leases) lease.release();
  expect(() => leases[0]?.bytes).toThrow(/released/);
  expect(pool.trim()).toBe(0);
  const waits = [watch(pool.acquire(MIB / 2)), watch(other.acquire(MIB / 2)), watch(other.acquire(5000))];
  await heard();
  expect(waits.map(({ state }) => state)).toEqual(['pending', 'pending', 'pending']);
  expect(pool.stats().leases).toBeGreaterThanOrEqual(3);
  expect(pool.recover(3)).toBe(1);
  await heard();
  expect(waits.slice(0, 2).map(({ state }) => state)).toEqual(['resolved', 'resolved']);
  expect(pool.stats()).toMatchObject({ leases: 2, waiting: 1, bytesInUse: MIB });
  waits[0]?.value?.release();
  await heard();
  expect(waits[2]?.state).toBe('resolved');
  audit(pool.handle);
});

test('time and signals end waits all the same', async () => {
  const { pool, clock, leases } = orphaned();
  const controller = new AbortController();
  const waits = [
    watch(pool.acquire(10, { timeoutMs: 5 })),
    watch(pool.acquire(10, { signal: controller.signal })),
  ];
  await expect(pool.acquire(0)).rejects.toMatchObject({ code: 'E_INVALID_ARGUMENT' });
  clock.advance(5);
  controller.abort();
  await settle();
  expect(waits.map(({ error }) => error)).toMatchObject([{ code: 'E_TIMEOUT' }, { code: 'E_ABORTED' }]);
  pool.recover(3);
  for (const lease of leases) lease.release();
  await heard();
  expect(pool.stats()).toMatchObject({ leases: 0, waiting: 0 });
  audit(pool.handle);
});

test('requests that were in the line give their places up after recovery, too', async () => {
  const clock = createManualClock();
  const pool = createSharedPool({ maxBytes: MIB, maxThreads: 4, clock });
  const all = pool.tryAcquire(MIB) as Lease;
  const controller = new AbortController();
  const waits = [
    watch(pool.acquire(MIB, { timeoutMs: 5 })),
    watch(pool.acquire(MIB, { signal: controller.signal })),
    watch(pool.acquire(MIB)),
  ];
  const victim = new Mortal(pool.handle, 3);
  victim.act({ kind: 'limit', bytes: 1000 }, 1);
  clock.advance(5);
  controller.abort();
  all.release();
  await settle();
  expect(waits.map(({ state }) => state)).toEqual(['rejected', 'rejected', 'pending']);
  pool.recover(3);
  await heard();
  expect(waits[2]?.state).toBe('resolved');
  expect(pool.stats()).toMatchObject({ leases: 1, waiting: 0, limitBytes: MIB });
  audit(pool.handle);
});

test('close and flush refuse at once or after recovery, and limits come into force', async () => {
  const { pool, other } = orphaned();
  const wait = watch(other.acquire(MIB));
  pool.limit(MIB / 2);
  pool.flush();
  pool.close();
  await expect(other.acquire(1)).rejects.toMatchObject({ code: 'E_POOL_CLOSED' });
  other.recover(3);
  await heard();
  expect(wait.error).toMatchObject({ code: 'E_POOL_CLOSED' });
  expect(pool.stats()).toMatchObject({ limitBytes: MIB / 2, leases: 2, bytesFree: 0, waiting: 0 });
  audit(pool.handle);
});

test('a dead thread that had another one wait for it is recovered when that one is', async () => {
  const { pool, other } = orphaned();
  const second = new Mortal(pool.handle, 2);
  expect(pool.recover(2)).toBe(0);
  expect(() => second.act({ kind: 'flush' })).toThrow(/somebody has the lock/);
  pool.recover(3);
  await heard();
  expect(attachSharedPool(pool.handle, { thread: 2 }).thread).toBe(2);
  expect(other.stats().leases).toBe(2);
  audit(pool.handle);
});

test('a thread that was given up for dead finds its part over, and does no harm', async () => {
  const clock = createManualClock();
  const pool = createSharedPool({ maxBytes: MIB, clock });
  const slow = attachSharedPool(pool.handle, { clock });
  const lease = slow.tryAcquire(5000) as Lease;
  const wait = watch(slow.acquire(MIB));
  await settle();
  expect(pool.recover(slow.thread)).toBe(1);
  await heard();
  expect(wait.error).toMatchObject({ code: 'E_POOL_DETACHED' });
  expect(() => slow.tryAcquire(1)).toThrow(/attach again/);
  await expect(slow.acquire(1)).rejects.toMatchObject({ code: 'E_POOL_DETACHED' });
  expect(() => lease.release()).toThrow(/attach again/);
  const again = attachSharedPool(pool.handle, { clock });
  expect(again.thread).toBe(slow.thread);
  expect(() => slow.tryAcquire(1)).toThrow(/attach again/);
  expect(pool.stats()).toMatchObject({ leases: 0, waiting: 0 });
  slow.detach();
  expect(again.tryAcquire(MIB)?.byteLength).toBe(MIB);
  audit(pool.handle);
});
