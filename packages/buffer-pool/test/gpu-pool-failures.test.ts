import { describe, expect, test } from 'vitest';
import { createGpuBufferPool } from '../src/index.js';
import { type Fate, fakeDevice } from './gpu/fake-device.js';
import { settle, watch } from './settled.js';

const coded = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });

function setUp(options: { maxBytes?: number; maxFreeBytes?: number } = {}) {
  const device = fakeDevice();
  const pool = createGpuBufferPool({ device, usage: 0x80, maxBytes: 100_000, ...options });
  return { device, pool };
}

/** Fates of the buffers to come, in their order; all that come later are made. */
const fates =
  (...list: Fate[]) =>
  () =>
    list.shift();

describe('a buffer that the device does not make', () => {
  test.each([
    ['GPUValidationError', 'E_GPU_VALIDATION'],
    ['GPUOutOfMemoryError', 'E_GPU_OUT_OF_MEMORY'],
    ['GPUInternalError', 'E_GPU_INTERNAL'],
  ] as const)('is no lease, after a second try (%s)', async (fate, code) => {
    const { device, pool } = setUp();
    device.fate = () => fate;
    await expect(pool.acquire(4096)).rejects.toEqual(coded(code, 'on purpose'));
    expect(device.buffers).toHaveLength(2);
    expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0, bytesFree: 0 });
    device.fate = () => undefined;
    const lease = await pool.acquire(4096);
    expect(lease.buffer).toBe(device.buffers[2]);
    lease.release();
    pool.close();
  });

  test('is made good by giving back what lies unused', async () => {
    const { device, pool } = setUp();
    const other = await pool.acquire(50_000);
    other.release();
    device.fate = fates('GPUOutOfMemoryError');
    const lease = await pool.acquire(4096);
    expect(lease.buffer).toBe(device.buffers[2]);
    expect(device.buffers[0]?.destroyed).toBe(1);
    lease.release();
    pool.close();
  });

  test('is told by a lease that was there before it was known', async () => {
    const { device, pool } = setUp();
    device.fate = fates('GPUOutOfMemoryError');
    const lease = pool.tryAcquire(4096);
    const shared = lease?.retain();
    expect(lease?.buffer).toBe(device.buffers[0]);
    await settle();
    expect(() => lease?.buffer).toThrow(coded('E_GPU_OUT_OF_MEMORY'));
    expect(() => shared?.buffer).toThrow(coded('E_GPU_OUT_OF_MEMORY'));
    lease?.release();
    shared?.release();
    expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0, bytesFree: 0 });
    const next = pool.tryAcquire(4096);
    expect(next?.buffer).toBe(device.buffers[1]);
    next?.release();
    pool.close();
  });

  test('is not lent again though it came back before it was known', async () => {
    const { device, pool } = setUp();
    device.fate = fates('GPUOutOfMemoryError', 'GPUOutOfMemoryError');
    for (const acquire of [() => pool.acquire(4096), () => pool.tryAcquire(4096)]) {
      pool.tryAcquire(4096)?.release();
      expect(pool.stats().bytesFree).toBe(4096);
      await settle();
      const lease = await acquire();
      expect(lease?.buffer).toBe(device.buffers.at(-1));
      lease?.release();
      pool.trim();
    }
    expect(device.buffers).toHaveLength(4);
    pool.close();
  });

  test('lets the next in the line have a try', async () => {
    const { device, pool } = setUp({ maxBytes: 4096, maxFreeBytes: 0 });
    const held = await pool.acquire(4096);
    const asked = [watch(pool.acquire(4096)), watch(pool.acquire(4096))] as const;
    device.fate = fates('GPUValidationError');
    held.release();
    await settle();
    expect(asked[0].error).toEqual(coded('E_GPU_VALIDATION'));
    expect(asked[1].value?.buffer).toBe(device.buffers[2]);
    asked[1].value?.release();
    expect(pool.stats()).toMatchObject({ leases: 0, waiting: 0, bytesInUse: 0, bytesFree: 0 });
    pool.close();
  });

  test('is coded when the call itself throws', async () => {
    const { device, pool } = setUp();
    device.throws = new TypeError('no overload matched');
    await expect(pool.acquire(4096)).rejects.toEqual(coded('E_GPU_VALIDATION', 'no overload'));
    expect(() => pool.tryAcquire(4096)).toThrow(coded('E_GPU_VALIDATION'));
    expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0 });
    expect(device.openScopes).toBe(0);
    pool.close();
  });
});

describe('a device that is lost', () => {
  test('ends every wait, every request to come, and the reading of leases', async () => {
    const { device, pool } = setUp({ maxBytes: 8192 });
    const lease = await pool.acquire(4096);
    const free = await pool.acquire(4096);
    const waiting = watch(pool.acquire(8192));
    free.release();
    await device.lose({ reason: 'unknown', message: 'a driver update' });
    expect(waiting.error).toEqual(coded('E_GPU_DEVICE_LOST', 'a driver update'));
    await expect(pool.acquire(1)).rejects.toEqual(coded('E_GPU_DEVICE_LOST'));
    expect(() => pool.tryAcquire(1)).toThrow(coded('E_GPU_DEVICE_LOST'));
    expect(() => lease.buffer).toThrow(coded('E_GPU_DEVICE_LOST'));
    expect(pool.stats()).toMatchObject({ bytesFree: 0, waiting: 0, leases: 1 });
    lease.release();
    expect(pool.stats()).toMatchObject({ bytesInUse: 0, bytesFree: 0, leases: 0 });
    pool.close();
  });

  test('ends a request whose buffer is being made', async () => {
    const { device, pool } = setUp();
    let tell = (): void => {};
    device.telling = new Promise((resolve) => {
      tell = resolve;
    });
    const asked = watch(pool.acquire(4096));
    await settle();
    await device.lose();
    tell();
    await settle();
    expect(asked.error).toEqual(coded('E_GPU_DEVICE_LOST'));
    expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0 });
  });

  test('is noticed by the first request to a pool that was made too late', async () => {
    const device = fakeDevice();
    await device.lose({ reason: 'destroyed' });
    using pool = createGpuBufferPool({ device, usage: 0x80, maxBytes: 100_000 });
    await expect(pool.acquire(1)).rejects.toEqual(coded('E_GPU_DEVICE_LOST', 'destroyed'));
    expect(pool.stats().leases).toBe(0);
  });

  test('is noticed where `lost` itself fails', async () => {
    const lost = Promise.reject(new Error('gone with the page'));
    const device = { ...fakeDevice(), lost };
    using pool = createGpuBufferPool({ device, usage: 0x80, maxBytes: 100_000 });
    await settle();
    await expect(pool.acquire(1)).rejects.toEqual(coded('E_GPU_DEVICE_LOST', 'gone with the page'));
  });

  test('is of no interest to a pool that was closed', async () => {
    const { device, pool } = setUp();
    const lease = await pool.acquire(4096);
    pool.close();
    await expect(pool.acquire(1)).rejects.toEqual(coded('E_POOL_CLOSED'));
    await device.lose();
    lease.release();
    expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0, bytesFree: 0 });
  });
});
