import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createBufferPool } from '@framerail/buffer-pool';
import { createManualClock, type Lease } from '@framerail/lifecycle';
import { describe, expect, test } from 'vitest';
import {
  createGpuContext,
  createReadbackRing,
  type ReadbackRing,
  type ReadbackRingOptions,
  type ReadbackSlot,
} from '../src/index.js';
import { FakeGpu, mapDirectly, settleAll } from './fake-gpu.js';
import { coded } from './frames.js';

const SLOT_BYTES = 64;
const TIMEOUT_MS = 1000;

async function make(options: Partial<ReadbackRingOptions> = {}, gpu = new FakeGpu()) {
  const clock = createManualClock();
  const ring = await createReadbackRing({
    device: gpu.device,
    slots: 3,
    bytes: SLOT_BYTES,
    timeoutMs: TIMEOUT_MS,
    mapBuffer: mapDirectly,
    clock,
    ...options,
  });
  return { gpu, clock, ring };
}

/** Fills a buffer with a number and has it copied into the slot; `finish` is left to the test. */
function submit(gpu: FakeGpu, slot: ReadbackSlot, value: number, byteLength = SLOT_BYTES): void {
  const source = gpu.device.createBuffer({ size: SLOT_BYTES, usage: 0x4 });
  (source as unknown as { memory: Uint8Array }).memory.fill(value);
  const encoder = gpu.device.createCommandEncoder();
  slot.copy(encoder, { source, byteLength });
  gpu.device.queue.submit([encoder.finish()]);
}

/** A result that is read. */
async function result(gpu: FakeGpu, ring: ReadbackRing, value: number): Promise<Lease> {
  const slot = await ring.acquire();
  submit(gpu, slot, value);
  gpu.finish();
  return slot.read();
}

/** What a promise has come to by now. */
async function stateOf(promise: Promise<unknown>): Promise<unknown> {
  await settleAll();
  return Promise.race([
    promise.then(
      () => 'done',
      (error) => error.code ?? error,
    ),
    settleAll().then(() => 'waits'),
  ]);
}

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
    await expect(make(options)).rejects.toEqual(coded(code));
  });

  test('is not made with a device and a context, or one that is gone', async () => {
    const gpu = new FakeGpu();
    const context = await createGpuContext({ device: gpu.device, maxBytes: 1000 });
    await expect(make({ device: gpu.device, context })).rejects.toEqual(coded('E_INVALID_ARGUMENT', 'both'));
    context.dispose();
    await expect(make({ device: undefined, context })).rejects.toEqual(coded('E_CLOSED'));
    gpu.lose();
    await settleAll();
    await expect(make({}, gpu)).rejects.toEqual(coded('E_GPU_DEVICE_LOST'));
  });

  test('is not made without memory, and leaves none behind', async () => {
    const gpu = new FakeGpu();
    const context = await createGpuContext({ device: gpu.device, maxBytes: 3 * SLOT_BYTES - 1 });
    await expect(make({ device: undefined, context }, gpu)).rejects.toEqual(coded('E_GPU_BUDGET'));
    gpu.nextBuffer = 'out-of-memory';
    await expect(make({}, gpu)).rejects.toEqual(coded('E_GPU_OUT_OF_MEMORY', '3 slots of 64 bytes'));
    expect([gpu.alive.size, context.stats().bytes]).toEqual([0, 0]);
  });

  test('lends mapped memory without copying it', async () => {
    const { gpu, ring } = await make();
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
    const { gpu, ring } = await make();
    const lease = await result(gpu, ring, 5);
    const other = lease.retain();
    lease.release();
    expect(other.bytes[0]).toBe(5);
    expect(ring.stats().lent).toBe(1);
    other[Symbol.dispose]();
    expect(ring.stats()).toMatchObject({ lent: 0, free: 3 });
  });

  test('has outputs for shaders where that is asked for', async () => {
    const { gpu, ring } = await make({ hasOutput: true });
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
    const { gpu, ring } = await make();
    const slot = await ring.acquire();
    const encoder = gpu.device.createCommandEncoder();
    const source = gpu.device.createBuffer({ size: SLOT_BYTES, usage: 0x4 });
    expect(() => slot.copy(encoder, { source, ...copy })).toThrow(coded('E_INVALID_ARGUMENT', name));
    expect(() => slot.copy(encoder)).toThrow(coded('E_INVALID_ARGUMENT', 'source'));
  });

  test('gives results in the order in which they were asked for', async () => {
    const { gpu, ring } = await make();
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
    const { gpu, clock, ring } = await make({ slots: 2 });
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
    const { gpu, ring } = await make({ slots: 1 });
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

  test('does not wait for a GPU that hangs', async () => {
    const { gpu, clock, ring } = await make();
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

  test('copies results when lending would take the last slot, if it may', async () => {
    using pool = createBufferPool({ maxBytes: 1 << 20 });
    const { gpu, ring } = await make({ copies: pool });
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

  test('fails a copy that finds no memory, and has its slot back', async () => {
    using pool = createBufferPool({ maxBytes: SLOT_BYTES - 1 });
    const { gpu, ring } = await make({ copies: pool, slots: 1 });
    await expect(result(gpu, ring, 1)).rejects.toEqual(coded('E_POOL_TOO_LARGE'));
    await settleAll();
    expect(ring.stats()).toMatchObject({ free: 1, failed: 1 });
  });

  test('is resized while it runs: what is out drains, who waits gets a new slot', async () => {
    const gpu = new FakeGpu();
    const context = await createGpuContext({ device: gpu.device, maxBytes: 1000 });
    const { ring } = await make({ device: undefined, context, slots: 2 }, gpu);
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

  test('fails who waits when the device goes; leases that are out stay readable', async () => {
    const { gpu, ring } = await make({ slots: 2 });
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
    const { ring } = await make({ device: undefined, context }, gpu);
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
    const { gpu, ring } = await make();
    const lease = await result(gpu, ring, 4);
    for (const buffer of gpu.alive) buffer.destroy();
    expect(() => lease.bytes).toThrow(coded('E_GPU_DEVICE_LOST'));
    lease.release();
  });

  test('ends when every slot has failed', async () => {
    const { gpu, ring } = await make({ slots: 2 });
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
    const { gpu, ring } = await make({ slots: 2 });
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
    const { gpu, ring, clock } = await make({ slots: 2 });
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
