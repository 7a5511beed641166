import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createBufferPool } from '@framerail/buffer-pool';
import { describe, expect, test } from 'vitest';
import { createGpuContext } from '../src/index.js';
import { FakeGpu, settleAll } from './fake-gpu.js';
import { makeRing, result, SLOT_BYTES, submit, TIMEOUT_MS } from './fake-readback.js';
import { coded } from './frames.js';

describe('a readback ring, when things go wrong', () => {
  test('does not wait for a GPU that hangs', async () => {
    const { gpu, clock, ring } = await makeRing();
    const slot = await ring.acquire();
    submit(gpu, slot, 1);
    const reading = slot.read();
    await settleAll();
    clock.advance(TIMEOUT_MS);
    await expect(reading).rejects.toEqual(coded('E_READBACK_TIMEOUT', 'to finish a copy within 1000 ms'));
    await expect(reading).rejects.toMatchObject({ details: { waitedFor: 'gpu' } });
    const closing = ring.close();
    gpu.lose();
    await closing;
  });

  test('fails a copy that finds no memory, and has its slot back', async () => {
    using pool = createBufferPool({ maxBytes: SLOT_BYTES - 1 });
    const { gpu, ring } = await makeRing({ copies: pool, slots: 1 });
    await expect(result(gpu, ring, 1)).rejects.toEqual(coded('E_POOL_TOO_LARGE'));
    await settleAll();
    expect(ring.stats()).toMatchObject({ free: 1, failed: 1 });
  });

  test('fails who waits when the device goes; leases that are out stay readable', async () => {
    const { gpu, ring } = await makeRing({ slots: 2 });
    const lease = await result(gpu, ring, 4);
    const slot = await ring.acquire();
    submit(gpu, slot, 5);
    const reading = slot.read();
    const waiting = ring.acquire();
    gpu.device.destroy();
    await expect(reading).rejects.toEqual(coded('E_GPU_DEVICE_LOST'));
    await expect(waiting).rejects.toEqual(coded('E_GPU_DEVICE_LOST'));
    await expect(ring.acquire()).rejects.toEqual(coded('E_GPU_DEVICE_LOST'));
    await expect(ring.resize({ slots: 1 })).rejects.toEqual(coded('E_GPU_DEVICE_LOST'));
    expect(lease.bytes).toEqual(new Uint8Array(SLOT_BYTES).fill(4));
    expect(gpu.isLost).toBe(false);
    await ring.close();
    lease.release();
    expect(gpu.isLost).toBe(true);
  });

  test('keeps leases readable when its context is disposed', async () => {
    const gpu = new FakeGpu();
    const context = await createGpuContext({ open: async () => gpu.handle(), maxBytes: 1000 });
    const { ring } = await makeRing({ device: undefined, context }, gpu);
    const lease = await result(gpu, ring, 4);
    context.dispose();
    await expect(ring.acquire()).rejects.toEqual(coded('E_GPU_DEVICE_LOST', 'context was disposed'));
    expect(lease.bytes).toEqual(new Uint8Array(SLOT_BYTES).fill(4));
    expect(gpu.isLost).toBe(false);
    lease.release();
    expect(gpu.isLost).toBe(true);
    expect(context.stats()).toMatchObject({ bytes: 0, buffers: 0 });
  });

  test('gives an error, not empty memory, when the device was destroyed behind its back', async () => {
    const { gpu, ring } = await makeRing();
    const lease = await result(gpu, ring, 4);
    for (const buffer of gpu.alive) buffer.destroy();
    expect(() => lease.bytes).toThrow(coded('E_GPU_DEVICE_LOST'));
    lease.release();
  });

  test('ends when every slot has failed', async () => {
    const { gpu, ring } = await makeRing({ slots: 2 });
    const slots = [await ring.acquire(), await ring.acquire()];
    const waiting = ring.acquire();
    for (const slot of slots) {
      slot.readback.destroy();
      await expect(slot.read()).rejects.toEqual(coded('E_GPU_INTERNAL', 'gave no frame back'));
    }
    await expect(waiting).rejects.toEqual(coded('E_GPU_INTERNAL', 'failed in every readback slot'));
    expect(gpu.alive.size).toBe(0);
  });

  test('is closed: who waits is refused, what is read comes, what is lent stays until it is released', async () => {
    const { gpu, ring } = await makeRing({ slots: 2 });
    const lease = await result(gpu, ring, 1);
    const slot = await ring.acquire();
    submit(gpu, slot, 2);
    const reading = slot.read();
    const waiting = ring.acquire();
    const closing = ring.close();
    await expect(waiting).rejects.toEqual(coded('E_CLOSED'));
    gpu.finish();
    await closing;
    const other = await reading;
    expect([lease.bytes[0], other.bytes[0]]).toEqual([1, 2]);
    other.release();
    lease.release();
    await ring.close();
    expect([...gpu.alive].filter(({ label }) => label.includes('readback'))).toEqual([]);
  });

  test('counts leases that were dropped without having been released', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const { gpu, ring, clock } = await makeRing({ slots: 2 });
    const drop = async (): Promise<void> => {
      await result(gpu, ring, 1);
    };
    await drop();
    const kept = await result(gpu, ring, 2);
    await expect
      .poll(async () => {
        collect();
        await settleAll();
        return ring.stats().lost;
      })
      .toBe(1);
    const waiting = ring.acquire();
    clock.advance(TIMEOUT_MS);
    await expect(waiting).rejects.toEqual(coded('E_READBACK_TIMEOUT', '1 were dropped without'));
    kept.release();
    expect(ring.stats()).toMatchObject({ lost: 1, free: 1, lent: 1 });
  });
});
