import { createManualClock, type Lease } from '@framerail/lifecycle';
import {
  createReadbackRing,
  type ReadbackRing,
  type ReadbackRingOptions,
  type ReadbackSlot,
} from '../src/index.js';
import { FakeGpu, mapDirectly, settleAll } from './fake-gpu.js';

/** Room of a slot. */
export const SLOT_BYTES = 64;
/** How long is waited. */
export const TIMEOUT_MS = 1000;

/** A ring of three slots on a device that finishes when it is told to. */
export async function makeRing(options: Partial<ReadbackRingOptions> = {}, gpu = new FakeGpu()) {
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
export function submit(gpu: FakeGpu, slot: ReadbackSlot, value: number, byteLength = SLOT_BYTES): void {
  const source = gpu.device.createBuffer({ size: SLOT_BYTES, usage: 0x4 });
  (source as unknown as { memory: Uint8Array }).memory.fill(value);
  const encoder = gpu.device.createCommandEncoder();
  slot.copy(encoder, { source, byteLength });
  gpu.device.queue.submit([encoder.finish()]);
}

/** A result that is read. */
export async function result(gpu: FakeGpu, ring: ReadbackRing, value: number): Promise<Lease> {
  const slot = await ring.acquire();
  submit(gpu, slot, value);
  gpu.finish();
  return slot.read();
}

/** What a promise has come to by now. */
export async function stateOf(promise: Promise<unknown>): Promise<unknown> {
  await settleAll();
  return Promise.race([
    promise.then(
      () => 'done',
      (error) => error.code ?? error,
    ),
    settleAll().then(() => 'waits'),
  ]);
}
