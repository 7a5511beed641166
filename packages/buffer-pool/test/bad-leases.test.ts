import type { Lease } from '@framerail/lifecycle';
import { describe, expect, test } from 'vitest';
import { type BufferPool, createBufferPool } from '../src/index.js';
import { fateOf } from './model/fate.js';
import { settle, watch } from './settled.js';

const released = expect.objectContaining({ code: 'E_LEASE_RELEASED' });

describe.each(['off', 'sampled', 'full'] as const)('released leases, leak detection %s', (leakDetection) => {
  const USES: [string, (lease: Lease) => unknown][] = [
    ['read', (lease) => lease.bytes],
    ['retained', (lease) => lease.retain()],
    ['released', (lease) => lease.release()],
    ['disposed of', (lease) => lease[Symbol.dispose]()],
  ];

  test.each(USES)('can not be %s, and nothing changes', async (_, use) => {
    using pool = createBufferPool({ maxBytes: 20_000, leakDetection });
    const lease = await pool.acquire(5000);
    using other = await pool.acquire(5000);
    lease.release();
    const before = pool.stats();
    expect(() => use(lease)).toThrow(released);
    expect(() => use(lease)).toThrow(released);
    expect(pool.stats()).toEqual(before);
    expect(other.bytes.byteLength).toBe(5000);
    expect(lease.byteLength).toBe(5000);
  });

  test.each(USES)('can not be %s while another holder goes on', async (_, use) => {
    using pool = createBufferPool({ maxBytes: 20_000, leakDetection });
    const lease = await pool.acquire(5000);
    const shared = lease.retain();
    lease.release();
    expect(() => use(lease)).toThrow(released);
    expect(shared.bytes.fill(7)[4999]).toBe(7);
    expect(pool.stats()).toMatchObject({ leases: 1, bytesInUse: 5120 });
    shared.release();
    expect(pool.stats().leases).toBe(0);
  });

  test('stay refused though their memory is lent again thousands of times', async () => {
    using pool = createBufferPool({ maxBytes: 5120, leakDetection });
    const old = await pool.acquire(5000);
    old.release();
    for (let round = 0; round < 8000; round += 1) {
      const lease = pool.tryAcquire(5000) as Lease;
      expect(lease === old).toBe(false);
      lease.release();
    }
    using last = await pool.acquire(5000);
    expect(() => old.bytes).toThrow(released);
    expect(() => old.release()).toThrow(released);
    expect(last.bytes.byteLength).toBe(5000);
  });
});

test('a double release names both places with full leak detection', async () => {
  using pool = createBufferPool({ maxBytes: 5120, leakDetection: 'full' });
  const lease = await pool.acquire(1);
  function theFirstPlace(): void {
    lease.release();
  }
  function theSecondPlace(): void {
    lease.release();
  }
  theFirstPlace();
  expect(theSecondPlace).toThrow(/theFirstPlace[\s\S]*theSecondPlace/);
});

describe('foreign leases', () => {
  test('a method that is called on something else is refused and frees nothing', async () => {
    using pool = createBufferPool({ maxBytes: 20_000 });
    const lease = await pool.acquire(5000);
    const { release, retain } = lease;
    for (const other of [
      undefined,
      null,
      {},
      { byteLength: 5000 },
      Object.create(lease),
      structuredClone({ ...lease }),
    ]) {
      expect(() => release.call(other as Lease)).toThrow();
      expect(() => retain.call(other as Lease)).toThrow();
    }
    expect(lease.bytes.byteLength).toBe(5000);
    lease.release();
    expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0, bytesFree: 5120 });
  });

  test('leases of two pools go back where they came from', async () => {
    using one = createBufferPool({ maxBytes: 20_000 });
    using two = createBufferPool({ maxBytes: 20_000 });
    const first = await one.acquire(5000);
    const second = await two.acquire(5000);
    const { release } = first;
    release.call(second);
    expect(one.stats().leases).toBe(1);
    expect(two.stats().leases).toBe(0);
    first.release();
  });

  test('nothing that is written to a lease or its statistics changes the pool', async () => {
    using pool = createBufferPool({ maxBytes: 20_000 });
    const lease = await pool.acquire(5000);
    expect(() => Object.assign(lease, { bytes: new Uint8Array(1) })).toThrow();
    expect(() => Object.assign(pool.stats(), { bytesInUse: 0 })).toThrow();
    expect(() => (pool.stats().classes as unknown[]).push(1)).toThrow();
    expect(() => (pool.stats().owners as unknown[]).push(1)).toThrow();
    lease.release();
    expect(pool.stats()).toMatchObject({ bytesInUse: 0, bytesFree: 5120 });
  });
});

describe('memory that a borrower took apart', () => {
  test('a lease whose memory was transferred away costs no budget once it is released', async () => {
    using pool = createBufferPool({ maxBytes: 5120 });
    const lease = await pool.acquire(5000);
    structuredClone(lease.bytes.buffer, { transfer: [lease.bytes.buffer as ArrayBuffer] });
    lease.release();
    expect(pool.stats()).toMatchObject({ bytesInUse: 0, bytesFree: 0, leases: 0 });
    using next = await pool.acquire(5000);
    expect(next.bytes.byteLength).toBe(5000);
  });

  test('free memory that was transferred away is not lent', async () => {
    using pool = createBufferPool({ maxBytes: 5120 });
    const lease = await pool.acquire(5000);
    const { buffer } = lease.bytes;
    lease.release();
    structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
    using next = await pool.acquire(5000);
    expect(next.bytes.byteLength).toBe(5000);
    expect(pool.stats()).toMatchObject({ bytesInUse: 5120, leases: 1 });
  });
});

describe('closed pools', () => {
  const closed = expect.objectContaining({ code: 'E_POOL_CLOSED' });

  async function closedPool(): Promise<{ pool: BufferPool; lease: Lease }> {
    const pool = createBufferPool({ maxBytes: 20_000 });
    const lease = await pool.acquire(5000);
    (await pool.acquire(5000)).release();
    pool.close();
    return { pool, lease };
  }

  test('lend nothing', async () => {
    const { pool, lease } = await closedPool();
    await expect(pool.acquire(1)).rejects.toThrow(closed);
    await expect(pool.acquire(1, { timeoutMs: 0 })).rejects.toThrow(closed);
    expect(() => pool.tryAcquire(1)).toThrow(closed);
    lease.release();
    await expect(pool.acquire(1)).rejects.toThrow(closed);
  });

  test('take back what is on loan, which stays whole until then', async () => {
    const { pool, lease } = await closedPool();
    expect(pool.stats()).toMatchObject({ leases: 1, bytesInUse: 5120, bytesFree: 0 });
    const shared = lease.retain();
    lease.release();
    expect(shared.bytes.fill(1)[4999]).toBe(1);
    shared.release();
    expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0, bytesFree: 0 });
    expect(() => shared.release()).toThrow(released);
  });

  test.each<[string, (pool: BufferPool) => unknown]>([
    ['close', (pool) => pool.close()],
    ['dispose', (pool) => pool[Symbol.dispose]()],
    ['flush', (pool) => pool.flush()],
    ['trim', (pool) => pool.trim()],
    ['trim with filters', (pool) => pool.trim({ bytes: 5, idleMs: 0, maxPriority: 0, level: 'critical' })],
    ['limit', (pool) => pool.limit(0)],
    ['stats', (pool) => pool.stats()],
    ['on', (pool) => pool.on('lost', () => {})()],
  ])('stand %s, any number of times', async (_, call) => {
    const { pool, lease } = await closedPool();
    call(pool);
    call(pool);
    lease.release();
    call(pool);
    expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0, bytesFree: 0, waiting: 0 });
  });

  test('refuse everybody who waited, in whatever order it comes', async () => {
    const pool = createBufferPool({ maxBytes: 5120 });
    const lease = await pool.acquire(5000);
    const waiting = [1, 2, 3].map((bytes) => watch(pool.acquire(bytes)));
    pool.close();
    lease.release();
    await settle();
    for (const one of waiting) expect(one.error).toEqual(closed);
  });

  test('a flushed pool goes on', async () => {
    const pool = createBufferPool({ maxBytes: 5120 });
    const lease = await pool.acquire(5000);
    const waiting = pool.acquire(1);
    pool.flush();
    expect(await fateOf(waiting)).toBe('E_POOL_CLOSED');
    const next = watch(pool.acquire(5000));
    lease.release();
    await settle();
    next.value?.release();
    expect(next.state).toBe('resolved');
    pool.close();
  });
});
