import type { Lease } from '@framerail/lifecycle';
import { describe, expect, test } from 'vitest';
import { createBufferPool, type LeakDetection } from '../src/index.js';
import { PoolLease } from '../src/leases/pool-lease.js';

const coded = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });

function pooled(lease: Lease | undefined): PoolLease {
  if (!(lease instanceof PoolLease)) throw new TypeError('Expected a lease of a pool');
  return lease;
}

describe.each<LeakDetection>(['off', 'sampled', 'full'])('sending memory away, %s', (leakDetection) => {
  test('ends the lease, leaves the bytes lent, and brings them home once', async () => {
    using pool = createBufferPool({ maxBytes: 8192, leakDetection });
    const lease = pooled(await pool.acquire(5000));
    lease.bytes.fill(7);
    const away = lease.sendAway();
    expect(away).toMatchObject({ byteLength: 5000 });
    expect(away.memory.byteLength).toBe(5120);
    expect(() => lease.bytes).toThrow(coded('E_LEASE_RELEASED'));
    expect(() => lease.release()).toThrow(coded('E_LEASE_RELEASED'));
    expect(() => lease.sendAway()).toThrow(coded('E_LEASE_RELEASED', 'Sending away'));
    expect(pool.stats()).toMatchObject({ leases: 1, bytesInUse: 5120, bytesFree: 0 });
    away.comeHome(away.memory);
    away.comeHome(away.memory);
    away.giveUp();
    expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0, bytesFree: 5120, bytesWasted: 0 });
  });

  test('memory that comes back under another buffer is lent from there', async () => {
    using pool = createBufferPool({ maxBytes: 8192, leakDetection });
    const away = pooled(await pool.acquire(5000)).sendAway();
    const moved = structuredClone(away.memory, { transfer: [away.memory.buffer as ArrayBuffer] });
    moved.fill(9);
    away.comeHome(moved);
    using lease = await pool.acquire(5000);
    expect(pool.stats()).toMatchObject({ hits: 1, misses: 1 });
    expect(lease.bytes.buffer).toBe(moved.buffer);
    expect(lease.bytes.byteLength).toBe(5000);
    expect(lease.bytes[0]).toBe(9);
  });

  test.each([
    ['too short', () => new Uint8Array(100)],
    ['empty', () => new Uint8Array(0)],
    ['no memory at all', () => undefined as unknown as Uint8Array],
  ])('what comes back %s is not lent, and its bytes are free again', async (_, made) => {
    using pool = createBufferPool({ maxBytes: 8192, leakDetection });
    const away = pooled(await pool.acquire(8192)).sendAway();
    const waiting = pool.acquire(8192);
    away.comeHome(made());
    using lease = await waiting;
    expect(lease.bytes.buffer).not.toBe(away.memory.buffer);
    expect(pool.stats()).toMatchObject({ leases: 1, bytesInUse: 8192, bytesFree: 0 });
  });

  test('memory that is given up serves those who wait with other memory', async () => {
    using pool = createBufferPool({ maxBytes: 8192, leakDetection });
    const away = pooled(await pool.acquire(8192)).sendAway();
    const waiting = pool.acquire(8192);
    away.giveUp();
    away.comeHome(away.memory);
    using lease = await waiting;
    lease.bytes.fill(1);
    expect(away.memory.every((byte) => byte === 0)).toBe(true);
    expect(pool.stats()).toMatchObject({ leases: 1, bytesInUse: 8192 });
  });

  test('a lease whose memory has other holders is not sent', async () => {
    using pool = createBufferPool({ maxBytes: 8192, leakDetection });
    const lease = pooled(await pool.acquire(5000));
    const other = pooled(lease.retain());
    expect(() => lease.sendAway()).toThrow(coded('E_LEASE_SHARED', '1 other'));
    lease.bytes.fill(1);
    lease.release();
    other.sendAway().comeHome(new Uint8Array(5120));
    expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0 });
  });

  test('memory that comes home to a closed pool goes', async () => {
    const pool = createBufferPool({ maxBytes: 8192, leakDetection });
    const away = pooled(await pool.acquire(5000)).sendAway();
    pool.close();
    away.comeHome(away.memory);
    expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0, bytesFree: 0 });
  });
});
