import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { createGpuBufferPool, type GpuLease } from '../src/index.js';
import { bufferProbe, openDevice, readBuffer, USAGE, watchErrors } from './gpu/real-device.js';

const coded = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });
const COPIED = USAGE.COPY_SRC | USAGE.COPY_DST;
const MIB = 1 << 20;

describe.runIf(requireProgram('webgpu'))('a pool on a real device', () => {
  let device: GPUDevice;
  let errors: readonly string[];
  beforeEach(async () => {
    device = await openDevice();
    errors = watchErrors(device).errors;
  });
  afterEach(() => {
    device.destroy();
    expect(errors).toEqual([]);
  });

  test('what is on loan stays apart, whatever is acquired and released around it', async () => {
    const { fill, isFilledWith } = bufferProbe(device);
    const step = fc.record({ bytes: fc.integer({ min: 1, max: 400_000 }), release: fc.nat() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        using pool = createGpuBufferPool({ device, usage: COPIED, maxBytes: MIB, leakDetection: 'full' });
        const held: { lease: GpuLease; mark: number }[] = [];
        const giveBack = async (at: number): Promise<void> => {
          const [one] = held.splice(at, 1);
          if (one === undefined) return;
          expect(await isFilledWith(one.lease.buffer, one.mark)).toBe(true);
          one.lease.release();
        };
        for (const [index, { bytes, release }] of steps.entries()) {
          const lease =
            index % 2 === 0
              ? pool.tryAcquire(bytes)
              : await pool.acquire(bytes, { timeoutMs: 0 }).catch(() => undefined);
          if (lease === undefined) await giveBack(release % (held.length + 1));
          else {
            expect(lease.buffer.size).toBeGreaterThanOrEqual(bytes);
            const mark = (index % 255) + 1;
            await fill(lease.buffer, mark);
            held.push({ lease, mark });
          }
          const { bytesInUse, bytesFree, leases } = pool.stats();
          expect(bytesInUse + bytesFree).toBeLessThanOrEqual(MIB);
          expect(leases).toBe(held.length);
        }
        while (held.length > 0) await giveBack(0);
        expect(pool.stats().bytesInUse).toBe(0);
      }),
      { numRuns: 15 },
    );
  });

  test('readback: a copy is mapped, read, released mapped, and lent again', async () => {
    using pool = createGpuBufferPool({ device, usage: USAGE.MAP_READ | USAGE.COPY_DST, maxBytes: MIB });
    const seen = new Set<GPUBuffer>();
    for (let turn = 1; turn <= 5; turn += 1) {
      using lease = await pool.acquire(40_000);
      seen.add(lease.buffer);
      device.queue.writeBuffer(lease.buffer, 0, new Uint8Array(40_000).fill(turn));
      await lease.buffer.mapAsync(1);
      expect(new Uint8Array(lease.buffer.getMappedRange())[39_999]).toBe(turn);
    }
    expect(seen.size).toBe(1);
    expect(pool.stats()).toMatchObject({ hits: 4, misses: 1 });
  });

  test('a buffer may be released while the GPU is still to use it', async () => {
    using pool = createGpuBufferPool({ device, usage: COPIED, maxBytes: MIB });
    const target = device.createBuffer({ size: 4096, usage: COPIED });
    {
      using lease = await pool.acquire(4096);
      device.queue.writeBuffer(lease.buffer, 0, new Uint8Array(4096).fill(3));
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(lease.buffer, 0, target, 0, 4096);
      device.queue.submit([encoder.finish()]);
    }
    {
      using lease = await pool.acquire(4096);
      device.queue.writeBuffer(lease.buffer, 0, new Uint8Array(4096).fill(4));
    }
    pool.trim();
    expect((await readBuffer(device, target)).every((byte) => byte === 3)).toBe(true);
    target.destroy();
  });

  test('the device never sees what it could not make', async () => {
    const { maxBufferSize } = device.limits;
    using pool = createGpuBufferPool({ device, usage: COPIED, maxBytes: 4 * maxBufferSize });
    await expect(pool.acquire(maxBufferSize + 1)).rejects.toEqual(coded('E_GPU_LIMIT', 'requiredLimits'));
  });

  test('a usage that no device has is a coded error', async () => {
    using pool = createGpuBufferPool({ device, usage: USAGE.MAP_READ | USAGE.MAP_WRITE, maxBytes: MIB });
    await expect(pool.acquire(4096)).rejects.toEqual(coded('E_GPU_VALIDATION'));
    const lease = pool.tryAcquire(4096);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(() => lease?.buffer).toThrow(coded('E_GPU_VALIDATION'));
    lease?.release();
    expect(pool.stats()).toMatchObject({ leases: 0, bytesFree: 0 });
  });

  test('a destroyed device is a coded error for everybody', async () => {
    using pool = createGpuBufferPool({ device, usage: COPIED, maxBytes: 8192 });
    const lease = await pool.acquire(8192);
    const waiting = pool.acquire(4096).catch((error: unknown) => error);
    device.destroy();
    expect(await waiting).toEqual(coded('E_GPU_DEVICE_LOST', 'destroyed'));
    expect(() => lease.buffer).toThrow(coded('E_GPU_DEVICE_LOST'));
    lease.release();
    await expect(pool.acquire(1)).rejects.toEqual(coded('E_GPU_DEVICE_LOST'));
  });
});
