import { create } from 'webgpu';
import type { MemoryProbe } from '../../src/testing.js';

/** Bits of `GPUBufferUsage`. */
export const USAGE = { MAP_READ: 0x1, MAP_WRITE: 0x2, COPY_SRC: 0x4, COPY_DST: 0x8, STORAGE: 0x80 } as const;

// Kept for as long as the process: collecting it crashes.
let instance: GPU | undefined;

/** Opens a device of npm's webgpu; the caller destroys it. */
export async function openDevice(limits: { maxBufferSize?: number | 'most' } = {}): Promise<GPUDevice> {
  instance ??= create([]);
  const adapter = await instance.requestAdapter();
  if (adapter === null) throw new Error('Expected an adapter but there is none');
  const { maxBufferSize } = limits;
  if (maxBufferSize === undefined) return adapter.requestDevice();
  const wanted = maxBufferSize === 'most' ? adapter.limits.maxBufferSize : maxBufferSize;
  return adapter.requestDevice({ requiredLimits: { maxBufferSize: wanted } });
}

/** Looks into buffers with usages `COPY_SRC` and `COPY_DST`. */
export function bufferProbe(device: GPUDevice): MemoryProbe<GPUBuffer> {
  return {
    granularityBytes: 4,
    byteLength: (buffer) => buffer.size,
    fill(buffer, value) {
      device.queue.writeBuffer(buffer, 0, new Uint8Array(buffer.size).fill(value));
    },
    async isFilledWith(buffer, value) {
      const bytes = await readBuffer(device, buffer);
      return bytes.every((byte) => byte === value);
    },
  };
}

/** A copy of a buffer's bytes. */
export async function readBuffer(device: GPUDevice, buffer: GPUBuffer): Promise<Uint8Array> {
  const readback = device.createBuffer({ size: buffer.size, usage: USAGE.MAP_READ | USAGE.COPY_DST });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, readback, 0, buffer.size);
  device.queue.submit([encoder.finish()]);
  await readback.mapAsync(1);
  const bytes = new Uint8Array(readback.getMappedRange()).slice();
  readback.destroy();
  return bytes;
}

/** Errors that a device tells nobody in particular. */
export function watchErrors(device: GPUDevice): { readonly errors: string[] } {
  const errors: string[] = [];
  device.addEventListener('uncapturederror', (event) => errors.push(event.error.message));
  return { errors };
}
