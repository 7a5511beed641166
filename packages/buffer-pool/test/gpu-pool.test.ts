import { createManualClock } from '@framerail/lifecycle';
import { describe, expect, test } from 'vitest';
import { createGpuBufferPool, type GpuBufferPoolOptions } from '../src/index.js';
import { type FakeDevice, fakeDevice } from './gpu/fake-device.js';
import { settle, watch } from './settled.js';

const coded = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });
const STORAGE = 0x80;
const MAP_READ = 0x1 | 0x8;

function poolOn(device: FakeDevice, options: Partial<GpuBufferPoolOptions> = {}) {
  return createGpuBufferPool({ device, usage: STORAGE, maxBytes: 100_000, ...options });
}

describe('a pool of buffers', () => {
  test('lends the same buffer again', async () => {
    const device = fakeDevice();
    using pool = poolOn(device);
    const first = await pool.acquire(5000);
    const { buffer } = first;
    expect(buffer.size).toBe(5120);
    expect(first.byteLength).toBe(5000);
    first.release();
    const second = pool.tryAcquire(5100);
    expect(second?.buffer).toBe(buffer);
    second?.release();
    expect(pool.stats()).toMatchObject({ allocator: 'gpu', hits: 1, misses: 1, bytesFree: 5120, leases: 0 });
    expect(pool.name).toBe('gpu buffers');
  });

  test('a lease counts its holders, and shows nothing after the last release', async () => {
    using pool = poolOn(fakeDevice(), { leakDetection: 'full' });
    const first = await pool.acquire(100);
    const second = first.retain();
    const { buffer } = first;
    first.release();
    expect(() => first.buffer).toThrow(coded('E_LEASE_RELEASED'));
    expect(() => first.retain()).toThrow(coded('E_LEASE_RELEASED'));
    expect(() => first.release()).toThrow(coded('E_LEASE_RELEASED', 'gpu-pool.test.ts'));
    expect(second.buffer).toBe(buffer);
    expect(pool.stats().leases).toBe(1);
    second[Symbol.dispose]();
    expect(pool.stats()).toMatchObject({ leases: 0, bytesInUse: 0 });
  });

  test('destroys what is trimmed, and what comes back after close', async () => {
    const device = fakeDevice();
    const pool = poolOn(device);
    const leases = [await pool.acquire(4096), await pool.acquire(4096), await pool.acquire(4096)] as const;
    leases[0].release();
    expect(pool.trim()).toBe(4096);
    expect(device.buffers.map(({ destroyed }) => destroyed)).toEqual([1, 0, 0]);
    leases[1].release();
    pool.flush();
    expect(device.buffers.map(({ destroyed }) => destroyed)).toEqual([1, 1, 0]);
    pool.close();
    expect(leases[2].buffer).toBe(device.buffers[2]);
    leases[2].release();
    expect(device.buffers.map(({ destroyed }) => destroyed)).toEqual([1, 1, 1]);
    await expect(pool.acquire(1)).rejects.toEqual(coded('E_POOL_CLOSED'));
    expect(() => pool.tryAcquire(1)).toThrow(coded('E_POOL_CLOSED'));
    pool.close();
  });

  test('waits within the budget, times out, aborts, is limited', async () => {
    const clock = createManualClock();
    using pool = poolOn(fakeDevice(), { maxBytes: 8192, clock });
    const held = await pool.acquire(8192);
    const [late, aborted, patient] = [new AbortController(), new AbortController(), new AbortController()];
    const timedOut = watch(pool.acquire(4096, { timeoutMs: 50, signal: late.signal }));
    const left = watch(pool.acquire(4096, { signal: aborted.signal }));
    const served = watch(pool.acquire(4096, { signal: patient.signal, priority: -5 }));
    expect(pool.tryAcquire(4096)).toBeUndefined();
    clock.advance(50);
    aborted.abort();
    await settle();
    expect(timedOut.error).toEqual(coded('E_TIMEOUT'));
    expect(left.error).toEqual(coded('E_ABORTED'));
    held.release();
    await settle();
    expect(served.value?.buffer.size).toBe(4096);
    pool.limit(4096);
    expect(pool.tryAcquire(4096)).toBeUndefined();
    served.value?.release();
    expect(pool.stats()).toMatchObject({ leases: 0, limitBytes: 4096 });
  });

  test('a borrower who stops waiting while a buffer is made gets none, and the buffer stays', async () => {
    const device = fakeDevice();
    let tell = (): void => {};
    device.telling = new Promise((resolve) => {
      tell = resolve;
    });
    using pool = poolOn(device);
    const controller = new AbortController();
    const asked = watch(pool.acquire(4096, { signal: controller.signal }));
    await settle();
    expect(asked.state).toBe('pending');
    controller.abort();
    tell();
    await settle();
    expect(asked.error).toEqual(coded('E_ABORTED'));
    expect(pool.stats()).toMatchObject({ leases: 0, bytesFree: 4096 });
  });

  test('unmaps before lending what came back mapped, or about to be', async () => {
    const device = fakeDevice();
    using pool = poolOn(device, { usage: MAP_READ });
    for (const state of ['mapped', 'pending'] as const) {
      const lease = await pool.acquire(4096);
      const [buffer] = device.buffers;
      if (buffer !== undefined) buffer.mapState = state;
      lease.release();
      using next = await pool.acquire(4096);
      expect(next.buffer).toBe(buffer);
      expect(next.buffer.mapState).toBe('unmapped');
    }
  });

  test('counts by owner, asks leases back, and lets unused buffers go after a while', async () => {
    const clock = createManualClock();
    const device = fakeDevice();
    using pool = poolOn(device, { maxBytes: 8192, clock, idleExpiryMs: 1000 });
    const asked: string[] = [];
    const first = await pool.acquire(8192, {
      owner: 'thumbnails',
      priority: -10,
      onReclaim: ({ reason }) => {
        asked.push(reason);
        first.release();
      },
    });
    const second = await pool.acquire(4096, { owner: 'frames' });
    expect(asked).toEqual(['waiting']);
    expect(device.buffers.map(({ destroyed }) => destroyed)).toEqual([1, 0]);
    expect(pool.stats().owners).toContainEqual(
      expect.objectContaining({ owner: 'frames', bytesInUse: 4096 }),
    );
    second.release();
    await clock.advance(5000);
    expect(pool.stats()).toMatchObject({ bytesFree: 0, reclaims: 1 });
    expect(device.buffers[1]?.destroyed).toBe(1);
  });

  test('leases of frames have the size of the frame to the page', async () => {
    const { frameLayout } = await import('@framerail/media-types');
    const layout = frameLayout({ format: 'NV12', width: 1920, height: 1080 });
    using pool = poolOn(fakeDevice(), { maxBytes: 1 << 24 });
    using lease = pool.tryAcquire(layout.byteLength, { layout });
    expect(lease?.buffer.size).toBe(Math.ceil(layout.byteLength / 4096) * 4096);
  });
});

describe('sizes', () => {
  test.each([0, -4, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60, '4096', null])(
    '%s bytes are refused',
    async (bytes) => {
      const device = fakeDevice();
      using pool = poolOn(device);
      await expect(pool.acquire(bytes as number)).rejects.toEqual(coded('E_INVALID_ARGUMENT', 'byteLength'));
      expect(() => pool.tryAcquire(bytes as number)).toThrow(coded('E_INVALID_ARGUMENT'));
      expect(device.buffers).toEqual([]);
    },
  );

  test('more than the device makes is refused at once, also while others wait', async () => {
    const device = fakeDevice({ maxBufferSize: 10_000 });
    using pool = poolOn(device, { maxBytes: 30_000 });
    const held = await Promise.all([10_000, 10_000].map((bytes) => pool.acquire(bytes)));
    const waiting = watch(pool.acquire(10_000));
    await expect(pool.acquire(10_001)).rejects.toEqual(coded('E_GPU_LIMIT', '10000'));
    expect(() => pool.tryAcquire(10_001)).toThrow(coded('E_GPU_LIMIT'));
    // A class that reaches beyond the limit is cut, and counts whole.
    expect(device.descriptors.map(({ size }) => size)).toEqual([10_000, 10_000]);
    for (const lease of held) lease.release();
    await settle();
    waiting.value?.release();
    expect(pool.stats().peakBytes).toBeLessThanOrEqual(30_000);
  });

  test('buffers never hold more than the budget, though sizes are rounded up', async () => {
    const device = fakeDevice();
    using pool = poolOn(device, { maxBytes: 10_003 });
    expect(pool.stats().maxBytes).toBe(10_000);
    const lease = await pool.acquire(9_999);
    expect(lease.buffer.size).toBe(10_000);
    await expect(pool.acquire(10_001)).rejects.toEqual(coded('E_POOL_TOO_LARGE'));
    lease.release();
  });

  test.each([
    ['options', undefined],
    ['device', { usage: 8, maxBytes: 100 }],
    ['usage', { maxBytes: 100, usage: 0 }],
    ['maxBytes', { usage: 8, maxBytes: 3 }],
    ['maxBytes', { usage: 8, maxBytes: Number.NaN }],
    ['maxFreeBytes', { usage: 8, maxBytes: 100, maxFreeBytes: -1 }],
    ['maxWaiters', { usage: 8, maxBytes: 100, maxWaiters: 0.5 }],
    ['name', { usage: 8, maxBytes: 100, name: '' }],
    ['label', { usage: 8, maxBytes: 100, label: 5 }],
    ['agingMs', { usage: 8, maxBytes: 100, agingMs: 0 }],
    ['idleExpiryMs', { usage: 8, maxBytes: 100, idleExpiryMs: -1 }],
    ['layouts', { usage: 8, maxBytes: 100, layouts: 'NV12' }],
    ['clock', { usage: 8, maxBytes: 100, clock: {} }],
    ['leakDetection', { usage: 8, maxBytes: 100, leakDetection: 'some' }],
  ])('bad %s is refused: %#', (name, options) => {
    const device = name === 'device' || options === undefined ? {} : { device: fakeDevice() };
    expect(() => createGpuBufferPool((options && { ...device, ...options }) as never)).toThrow(
      coded('E_INVALID_ARGUMENT', name),
    );
  });

  test('a budget must be set', () => {
    const options = { device: fakeDevice(), usage: 8 };
    expect(() => createGpuBufferPool(options as never)).toThrow(coded('E_UNBOUNDED', 'maxBytes'));
  });
});
