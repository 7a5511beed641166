import { describe, expect, test } from 'vitest';
import { create } from 'webgpu';
import { requireProgram } from '../../../scripts/testing/require.js';
import { createGpuContext, type GpuContext, openGpuDevice } from '../src/index.js';
import { coded } from './frames.js';

const USAGE = { storage: 0x80, readback: 0x9 };
const MiB = 1 << 20;
// Kept for as long as the test's process: collecting it crashes.
let instance: GPU;
const buffer = (size: number, label = 'a test buffer') => ({ size, usage: USAGE.storage, label });

describe.runIf(requireProgram('webgpu'))('a GPU context on a real device', () => {
  test('has room for 8K, a clock, and says what it is', async () => {
    using context = await createGpuContext({ maxBytes: MiB });
    expect(context.device.limits.maxBufferSize).toBeGreaterThanOrEqual(8192 * 4320 * 8);
    expect(context.hasTimestamps).toBe(true);
    expect(context.ownsDevice).toBe(true);
    expect(Object.keys(context.adapterInfo)).toEqual(['vendor', 'architecture', 'device', 'description']);
  });

  test("gives the caller's device back as it was", async () => {
    using gpu = await openGpuDevice();
    const own = Object.getOwnPropertyNames(gpu.device);
    const context = await createGpuContext({ device: gpu.device, maxBytes: MiB });
    const made = await context.allocateBuffer(buffer(1024));
    expect(context.adapterInfo).toEqual(gpu.adapterInfo);
    context.dispose();
    expect(Object.getOwnPropertyNames(gpu.device)).toEqual(own);
    expect(made.mapState).toBe('unmapped');
    gpu.device.pushErrorScope('validation');
    gpu.device.createBuffer(buffer(1024)).destroy();
    expect(await gpu.device.popErrorScope()).toBeNull();
  });

  test('is told when the memory of the GPU is at its end', async () => {
    // With the adapter's own limit SwiftShader refuses the first buffer; a smaller one it would take from the machine.
    instance ??= create([]);
    const adapter = (await instance.requestAdapter()) as GPUAdapter;
    const size = adapter.limits.maxBufferSize;
    const device = await adapter.requestDevice({ requiredLimits: { maxBufferSize: size } });
    using context = await createGpuContext({ device, maxBytes: 2 ** 50 });
    const fill = async (): Promise<void> => {
      for (let count = 0; count < 4096; count += 1) await context.allocateBuffer(buffer(size));
    };
    const refused = await fill().catch((error: unknown) => error);
    expect(refused).toEqual(coded('E_GPU_OUT_OF_MEMORY', 'a test buffer'));
    expect(context.stats().bytes % size).toBe(0);
    context.dispose();
    device.destroy();
  });

  test('rebuilds after a loss', async () => {
    using context = await createGpuContext({ maxBytes: MiB });
    const first = context.device;
    first.destroy();
    const second = await context.ready();
    expect(second).not.toBe(first);
    const made = await context.allocateBuffer(buffer(64));
    expect(made.size).toBe(64);
  });

  test('compiles real shaders once, and says what is wrong with others', async () => {
    using context = await createGpuContext({ maxBytes: MiB });
    const source = { label: 'nothing', code: '@compute @workgroup_size(1) fn main() {}' };
    expect(await context.pipeline(source)).toBe(await context.pipeline(source));
    const broken = { label: 'broken', code: '@compute @workgroup_size(1)\nfn main() { let a = b; }' };
    await expect(context.pipeline(broken)).rejects.toEqual(coded('E_GPU_SHADER', 'line 2, column'));
  });

  test('can have timestamps that are not rounded', async () => {
    const precise = await createGpuContext({ maxBytes: MiB, timestampQuantization: false });
    const stamps = await takeStamps(precise);
    precise.dispose();
    expect(stamps.some((stamp) => stamp % 65_536n !== 0n)).toBe(true);
    using rounded = await createGpuContext({ maxBytes: MiB });
    expect((await takeStamps(rounded)).every((stamp) => stamp % 65_536n === 0n)).toBe(true);
  });
});

/** Some times by the GPU's clock, in nanoseconds. */
async function takeStamps({ device }: GpuContext): Promise<bigint[]> {
  const querySet = device.createQuerySet({ type: 'timestamp', count: 8 });
  const resolved = device.createBuffer({ size: 64, usage: 0x200 | 0x4 });
  const report = device.createBuffer({ size: 64, usage: USAGE.readback });
  const encoder = device.createCommandEncoder();
  for (let index = 0; index < 8; index += 2) {
    const timestampWrites = { querySet, beginningOfPassWriteIndex: index, endOfPassWriteIndex: index + 1 };
    encoder.beginComputePass({ timestampWrites }).end();
  }
  encoder.resolveQuerySet(querySet, 0, 8, resolved, 0);
  encoder.copyBufferToBuffer(resolved, 0, report, 0, 64);
  device.queue.submit([encoder.finish()]);
  await report.mapAsync(1);
  const stamps = [...new BigUint64Array(report.getMappedRange().slice(0))];
  report.unmap();
  return stamps;
}
