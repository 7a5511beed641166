import { createBufferPool } from '@framerail/buffer-pool';
import type { Lease } from '@framerail/lifecycle';
import { describe, expect, test } from 'vitest';
import { createGpuContext, type ReadbackSlot } from '../src/index.js';
import { FakeGpu, settleAll } from './fake-gpu.js';
import { makeRing, result, SLOT_BYTES, stateOf, submit } from './fake-readback.js';
import { coded } from './frames.js';

describe('a readback ring', () => {
  test.each<[string, object, string]>([
    ['no slots', { slots: 0 }, 'E_INVALID_ARGUMENT'],
    ['65 slots', { slots: 65 }, 'E_INVALID_ARGUMENT'],
    ['endless slots', { slots: Number.POSITIVE_INFINITY }, 'E_UNBOUNDED'],
    ['no bytes', { bytes: 0 }, 'E_INVALID_ARGUMENT'],
    ['no limit of time', { timeoutMs: undefined }, 'E_INVALID_ARGUMENT'],
    ['more time than timers count', { timeoutMs: 2 ** 31 }, 'E_INVALID_ARGUMENT'],
    ['no device', { device: undefined }, 'E_INVALID_ARGUMENT'],
    ['an empty label', { label: '' }, 'E_INVALID_ARGUMENT'],
  ])('is not made with %s', async (_, options, code) => {
    await expect(makeRing(options)).rejects.toEqual(coded(code));
  });

  test('is not made with a device and a context, or one that is gone', async () => {
    const gpu = new FakeGpu();
    const context = await createGpuContext({ device: gpu.device, maxBytes: 1000 });
    await expect(makeRing({ device: gpu.device, context })).rejects.toEqual(
      coded('E_INVALID_ARGUMENT', 'both'),
    );
    context.dispose();
    await expect(makeRing({ device: undefined, context })).rejects.toEqual(coded('E_CLOSED'));
    gpu.lose();
    await settleAll();
    await expect(makeRing({}, gpu)).rejects.toEqual(coded('E_GPU_DEVICE_LOST'));
  });

  test('is not made without memory, and leaves none behind', async () => {
    const gpu = new FakeGpu();
    const context = await createGpuContext({ device: gpu.device, maxBytes: 3 * SLOT_BYTES - 1 });
    await expect(makeRing({ device: undefined, context }, gpu)).rejects.toEqual(coded('E_GPU_BUDGET'));
    gpu.nextBuffer = 'out-of-memory';
    await expect(makeRing({}, gpu)).rejects.toEqual(coded('E_GPU_OUT_OF_MEMORY', '3 slots of 64 bytes'));
    expect([gpu.alive.size, context.stats().bytes]).toEqual([0, 0]);
  });

  test('lends mapped memory without copying it', async () => {
    const { gpu, ring } = await makeRing();
    const slot = await ring.acquire();
    submit(gpu, slot, 7, 61);
    const { readback } = slot;
    const reading = slot.read();
    expect(await stateOf(reading)).toBe('waits');
    gpu.finish();
    const lease = await reading;
    expect(lease.bytes).toEqual(new Uint8Array(61).fill(7));
    expect(lease.byteLength).toBe(61);
    expect(lease.bytes.buffer).toBe(readback.getMappedRange());
    const { bytes } = lease;
    lease.release();
    expect(bytes.byteLength).toBe(0);
    expect(readback.mapState).toBe('unmapped');
    expect(() => lease.bytes).toThrow(coded('E_LEASE_RELEASED'));
    expect(() => lease.release()).toThrow(coded('E_LEASE_RELEASED'));
    expect(() => lease.retain()).toThrow(coded('E_LEASE_RELEASED'));
  });

  test('keeps memory as long as one of its holders does', async () => {
    const { gpu, ring } = await makeRing();
    const lease = await result(gpu, ring, 5);
    const other = lease.retain();
    lease.release();
    expect(other.bytes[0]).toBe(5);
    expect(ring.stats().lent).toBe(1);
    other[Symbol.dispose]();
    expect(ring.stats()).toMatchObject({ lent: 0, free: 3 });
  });

  test('has outputs for shaders where that is asked for', async () => {
    const { gpu, ring } = await makeRing({ hasOutput: true });
    using slot = await ring.acquire();
    const encoder = gpu.device.createCommandEncoder();
    (slot.output as unknown as { memory: Uint8Array }).memory.fill(3);
    slot.copy(encoder);
    gpu.device.queue.submit([encoder.finish()]);
    gpu.finish();
    using lease = await slot.read();
    expect(lease.bytes).toEqual(new Uint8Array(SLOT_BYTES).fill(3));
    expect(slot.release.bind(slot)).not.toThrow();
    expect(() => slot.readback).toThrow(coded('E_LEASE_RELEASED'));
  });

  test.each<[string, object]>([
    ['byteLength', { byteLength: SLOT_BYTES + 1 }],
    ['byteLength', { byteLength: 0 }],
    ['byteLength', { byteLength: 1.5 }],
    ['sourceOffset', { sourceOffset: 2, byteLength: 4 }],
    ['sourceOffset', { sourceOffset: -4, byteLength: 4 }],
    ['sourceOffset', { sourceOffset: 4 }],
  ])('refuses a copy whose %s does not fit: %o', async (name, copy) => {
    const { gpu, ring } = await makeRing();
    const slot = await ring.acquire();
    const encoder = gpu.device.createCommandEncoder();
    const source = gpu.device.createBuffer({ size: SLOT_BYTES, usage: 0x4 });
    expect(() => slot.copy(encoder, { source, ...copy })).toThrow(coded('E_INVALID_ARGUMENT', name));
    expect(() => slot.copy(encoder)).toThrow(coded('E_INVALID_ARGUMENT', 'source'));
  });

  test('gives results in the order in which they were asked for', async () => {
    const { gpu, ring } = await makeRing();
    const slots = await Promise.all([1, 2, 3].map(() => ring.acquire()));
    slots.forEach((slot, index) => {
      submit(gpu, slot, index);
    });
    // Asked for in another order than they were submitted in.
    const order: number[] = [];
    const reads = [2, 0, 1].map(async (index) => {
      const lease = await (slots[index] as ReadbackSlot).read();
      order.push(lease.bytes[0] as number);
      lease.release();
    });
    gpu.finish();
    await Promise.all(reads);
    expect(order).toEqual([2, 0, 1]);
  });

  test('makes callers wait, in their order, and says for whom after a while', async () => {
    const { gpu, clock, ring } = await makeRing({ slots: 2 });
    const first = await result(gpu, ring, 1);
    clock.advance(250);
    const second = await result(gpu, ring, 2);
    const waiting = [ring.acquire(), ring.acquire({ timeoutMs: 500 })];
    expect(ring.stats()).toMatchObject({ waiting: 2, lent: 2, free: 0, oldestLeaseMs: 250 });
    clock.advance(500);
    await expect(waiting[1]).rejects.toEqual(
      coded(
        'E_READBACK_TIMEOUT',
        'within 500 ms but received none: of 2 slots 2 are lent, the oldest for 750 ms, 0 are being read',
      ),
    );
    await expect(waiting[1]).rejects.toMatchObject({
      details: { waitedFor: 'slot', leasesOut: 2, leaseAgesMs: [750, 500], slots: 2, reading: 0, lost: 0 },
    });
    second.release();
    const slot = await waiting[0];
    slot?.release();
    first.release();
    expect(clock.pendingTimers).toBe(0);
    await expect(ring.acquire({ timeoutMs: -1 })).rejects.toEqual(coded('E_INVALID_ARGUMENT'));
  });

  test('lets callers give up: who waits for a slot, and who waits for the GPU', async () => {
    const { gpu, ring } = await makeRing({ slots: 1 });
    const slot = await ring.acquire();
    const [early, late] = [new AbortController(), new AbortController()];
    const waiting = ring.acquire({ signal: early.signal });
    early.abort();
    await expect(waiting).rejects.toEqual(coded('E_ABORTED'));
    await expect(ring.acquire({ signal: early.signal })).rejects.toEqual(coded('E_ABORTED'));
    submit(gpu, slot, 1);
    const reading = slot.read({ signal: late.signal });
    late.abort();
    await expect(reading).rejects.toEqual(coded('E_ABORTED'));
    const next = ring.acquire();
    // The GPU still writes into the slot.
    expect(await stateOf(next)).toBe('waits');
    gpu.finish();
    const again = await next;
    submit(gpu, again, 2);
    gpu.finish();
    using lease = await again.read();
    expect(lease.bytes[0]).toBe(2);
    expect(ring.stats()).toMatchObject({ failed: 1, read: 1 });
  });

  test('copies results when lending would take the last slot, if it may', async () => {
    using pool = createBufferPool({ maxBytes: 1 << 20 });
    const { gpu, ring } = await makeRing({ copies: pool });
    const leases: Lease[] = [];
    for (let value = 1; value <= 20; value += 1) leases.push(await result(gpu, ring, value));
    expect(ring.stats()).toMatchObject({ read: 2, copied: 18, lent: 2, free: 1 });
    leases.forEach((lease, index) => {
      expect(lease.bytes).toEqual(new Uint8Array(SLOT_BYTES).fill(index + 1));
      lease.release();
    });
    expect(pool.stats().leases).toBe(0);
    expect(ring.stats()).toMatchObject({ lent: 0, free: 3 });
  });

  test('is resized while it runs: what is out drains, who waits gets a new slot', async () => {
    const gpu = new FakeGpu();
    const context = await createGpuContext({ device: gpu.device, maxBytes: 1000 });
    const { ring } = await makeRing({ device: undefined, context, slots: 2 }, gpu);
    const lease = await result(gpu, ring, 9);
    const taken = await ring.acquire();
    submit(gpu, taken, 8);
    const waiting = ring.acquire();
    await ring.resize({ slots: 3, bytes: 100 });
    expect(ring.bytes).toBe(100);
    const slot = await waiting;
    expect(ring.stats()).toMatchObject({ slots: 3, free: 2, taken: 1, draining: 2 });
    expect(lease.bytes[0]).toBe(9);
    const reading = taken.read();
    gpu.finish();
    const other = await reading;
    expect(other.bytes[0]).toBe(8);
    expect(context.stats().bytes).toBe(2 * SLOT_BYTES + 300);
    other.release();
    lease.release();
    expect(ring.stats()).toMatchObject({ slots: 3, draining: 0 });
    expect(context.stats().bytes).toBe(300);
    slot.release();
    await expect(ring.resize({ bytes: 10_000 })).rejects.toEqual(coded('E_GPU_BUDGET'));
    await expect(ring.resize({ slots: 0 })).rejects.toEqual(coded('E_INVALID_ARGUMENT'));
    expect(ring.stats()).toMatchObject({ slots: 3, free: 3 });
    await Promise.all([ring.resize({ slots: 1 }), ring.resize({ slots: 2, bytes: 10 })]);
    expect(ring.stats()).toMatchObject({ slots: 2, free: 2 });
    expect(ring.bytes).toBe(12);
    await ring.close();
    await expect(ring.resize({ slots: 1 })).rejects.toEqual(coded('E_CLOSED'));
    expect(context.stats()).toMatchObject({ bytes: 0, buffers: 0 });
  });
});
