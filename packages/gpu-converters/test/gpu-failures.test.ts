// What can go wrong on a GPU, one by one, on a real device: each is a coded error, and what is documented goes on.
import { createBufferPool } from '@framerail/buffer-pool';
import type { Lease } from '@framerail/lifecycle';
import { BT709, frameLayout, SRGB } from '@framerail/media-types';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { create } from 'webgpu';
import { requireProgram } from '../../../scripts/testing/require.js';
import { generator } from '../src/contract/random-numbers.js';
import {
  createFrameProcessor,
  createGpuContext,
  createGpuScheduler,
  createReadbackRing,
  createReferenceBackend,
  createWebgpuBackend,
  type GpuContext,
  type GpuTask,
  planConversion,
  type ReadbackRing,
  type ReadbackSlot,
} from '../src/index.js';
import { coded, numberedFrame, watchedPool } from './frames.js';

const MiB = 1 << 20;
const STORAGE_AND_COPY = 0x80 | 0x4 | 0x8;
const BYTES = 4096;

/** Adds a number to every word: what it writes is not what was there. */
const ADD = {
  label: 'add',
  code: `
    @group(0) @binding(0) var<storage, read> from_words: array<u32>;
    @group(0) @binding(1) var<storage, read_write> to_words: array<u32>;
    @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
      if (id.x < arrayLength(&to_words)) { to_words[id.x] = from_words[id.x] + 7u; }
    }`,
};

const plan = planConversion(
  { layout: frameLayout({ format: 'RGBA', width: 64, height: 32 }), color: SRGB },
  { layout: frameLayout({ format: 'NV12', width: 64, height: 32 }), color: BT709 },
);

// Kept for as long as the test's process: collecting it crashes.
let instance: GPU;

describe.runIf(requireProgram('webgpu'))('on a real device', () => {
  let context: GpuContext;
  beforeEach(async () => {
    context = await createGpuContext({ maxBytes: 64 * MiB });
  });
  afterEach(() => context.dispose());

  const makeRing = (slots: number, more: object = {}): Promise<ReadbackRing> =>
    createReadbackRing({ context, slots, bytes: BYTES, hasOutput: true, timeoutMs: 60_000, ...more });

  /** Random words in a buffer, and what the shader makes of them. */
  async function randomWords(seed: string): Promise<{ buffer: GPUBuffer; expected: Uint32Array }> {
    const words = new Uint32Array(BYTES / 4);
    generator(seed).fill(new Uint8Array(words.buffer));
    const buffer = await context.allocateBuffer({ label: seed, size: BYTES, usage: STORAGE_AND_COPY });
    context.device.queue.writeBuffer(buffer, 0, words);
    return { buffer, expected: words.map((word) => word + 7) };
  }

  function encodeAdd(
    encoder: GPUCommandEncoder,
    pipeline: GPUComputePipeline,
    from: GPUBuffer,
    to: ReadbackSlot,
  ): void {
    const buffers = [from, to.output as GPUBuffer];
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, context.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(BYTES / 4 / 64);
    pass.end();
    to.copy(encoder);
  }

  const wordsOf = ({ bytes }: Lease): Uint32Array =>
    new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);

  test('a ring gives what shaders wrote, in order, while it is resized', async () => {
    const ring = await makeRing(3);
    const pipeline = await context.pipeline(ADD);
    const order: number[] = [];
    const work = Array.from({ length: 24 }, async (_, index) => {
      const { buffer, expected } = await randomWords(`ring ${index}`);
      const slot = await ring.acquire();
      const encoder = context.device.createCommandEncoder();
      encodeAdd(encoder, pipeline, buffer, slot);
      context.device.queue.submit([encoder.finish()]);
      using lease = await slot.read();
      order.push(index);
      expect(wordsOf(lease)).toEqual(expected);
      buffer.destroy();
    });
    await ring.resize({ slots: 5 });
    await ring.resize({ slots: 2, bytes: BYTES });
    await Promise.all(work);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    await ring.close();
    expect(context.stats()).toMatchObject({ bytes: 0, buffers: 0, uncapturedErrors: 0 });
  });

  test('a scheduler gives the same for any size of batches, and finds one', async () => {
    await using scheduler = createGpuScheduler({
      context,
      maxInFlight: 2,
      maxInFlightBytes: MiB,
      batch: { min: 1, max: 8 },
    });
    const ring = await makeRing(24);
    const pipeline = await context.pipeline(ADD);
    const inputs = await Promise.all(Array.from({ length: 24 }, (_, index) => randomWords(`task ${index}`)));
    const sizes = new Set<number>();
    for (let round = 0; round < 12; round += 1) {
      await Promise.all(
        inputs.map(async ({ buffer, expected }, index) => {
          const slot = await ring.acquire();
          const { batchSize, finished } = await scheduler.schedule({
            queue: index % 2 === 0 ? 'render' : 'compute',
            client: `client ${index % 3}`,
            analysis: { bytesRead: 2 * BYTES, bytesWritten: 2 * BYTES, passes: 1 },
            encode: (encoder) => encodeAdd(encoder, pipeline, buffer, slot),
          });
          sizes.add(batchSize);
          using lease = await slot.read();
          expect(wordsOf(lease)).toEqual(expected);
          expect((await finished).gpuMs).toBeGreaterThanOrEqual(0);
        }),
      );
    }
    const { render, compute, bytesPerSecond, busyBy } = scheduler.stats();
    expect([render.submitted, compute.submitted]).toEqual([144, 144]);
    expect(Math.max(...sizes)).toBeGreaterThan(1);
    expect(render.batchSize).toBeLessThanOrEqual(8);
    expect(busyBy).toBe('timestamps');
    expect(bytesPerSecond === undefined || bytesPerSecond > 0).toBe(true);
    await ring.close();
    for (const { buffer } of inputs) buffer.destroy();
  });

  test('a validation error fails its task alone', async () => {
    await using scheduler = createGpuScheduler({
      context,
      maxInFlight: 1,
      maxInFlightBytes: MiB,
      batch: { min: 4, max: 4 },
    });
    const small = await context.allocateBuffer({ size: 16, usage: STORAGE_AND_COPY });
    const large = await context.allocateBuffer({ size: 64, usage: STORAGE_AND_COPY });
    const task = (label: string, bytes: number): GpuTask => ({
      queue: 'compute',
      client: 'one',
      label,
      analysis: { bytesRead: bytes, bytesWritten: bytes, passes: 1 },
      encode: (encoder) => encoder.copyBufferToBuffer(large, 0, small, 0, bytes),
    });
    const outcomes = await Promise.allSettled(
      [16, 64, 8, 16].map((bytes) => scheduler.schedule(task(`copy of ${bytes}`, bytes))),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: coded('E_GPU_VALIDATION', 'refused copy of 64') });
    expect(scheduler.stats().retriedAlone).toBe(4);
    expect(context.stats().uncapturedErrors).toBe(0);
    const finished = outcomes.map((outcome) => outcome.status === 'fulfilled' && outcome.value.finished);
    await Promise.all(finished);
    small.destroy();
    large.destroy();
  });

  test('memory of the GPU that is at its end refuses a ring whole', async () => {
    instance ??= create([]);
    const adapter = (await instance.requestAdapter()) as GPUAdapter;
    const size = adapter.limits.maxBufferSize;
    const device = await adapter.requestDevice({ requiredLimits: { maxBufferSize: size } });
    using large = await createGpuContext({ device, maxBytes: 2 ** 50 });
    const making = createReadbackRing({ context: large, slots: 64, bytes: size, timeoutMs: 1000 });
    await expect(making).rejects.toEqual(coded('E_GPU_OUT_OF_MEMORY', `64 slots of ${size} bytes`));
    expect(large.stats()).toMatchObject({ bytes: 0, buffers: 0 });
    device.destroy();
  });

  test('a shader that does not compile is named with its line', async () => {
    const source = { label: 'broken', code: `${ADD.code}\nfn other() -> u32 { return 1.5; }` };
    await expect(context.pipeline(source)).rejects.toEqual(
      coded('E_GPU_SHADER', 'fn other() -> u32 { return 1.5; }'),
    );
    expect(context.stats()).toMatchObject({ uncapturedErrors: 0, pipelines: { size: 0 } });
  });

  test('a limit that is too small is named with what is needed', async () => {
    const needed = context.device.limits.maxBufferSize + 4;
    using large = await createGpuContext({ device: context.device, maxBytes: 2 ** 50 });
    await expect(large.allocateBuffer({ size: needed, usage: STORAGE_AND_COPY })).rejects.toMatchObject({
      code: 'E_GPU_LIMIT',
      details: { limit: 'maxBufferSize', needed },
    });
  });

  test('a lost device fails tasks and reads, and a processor goes on without it', async () => {
    const pool = watchedPool();
    const { device } = context;
    await using processor = await createFrameProcessor({
      source: plan.source,
      target: plan.target,
      leases: pool,
      device,
      backend: 'webgpu',
      native: false,
    });
    const ring = await makeRing(1);
    const slot = await ring.acquire();
    const waiting = ring.acquire();
    waiting.catch(() => {});
    device.destroy();
    await expect(waiting).rejects.toEqual(coded('E_GPU_DEVICE_LOST'));
    await expect(slot.read()).rejects.toEqual(coded('E_GPU_DEVICE_LOST'));
    await using reference = createReferenceBackend({ plan, leases: pool });
    using frame = await numberedFrame(pool, plan.source, 1);
    using expected = await reference.process(frame);
    using result = await processor.process(await numberedFrame(pool, plan.source, 1));
    expect(result.data).toEqual(expected.data);
    expect(processor.choice.backend).toBe('reference');
  });

  test('mapped buffers that are never released end in an error with their number and age', async () => {
    const backend = await createWebgpuBackend({ plan, context, maxInFlight: 2, timeoutMs: 30 });
    const pool = watchedPool();
    using frame = await numberedFrame(pool, plan.source, 1);
    const kept = [await backend.process(frame), await backend.process(frame)];
    const third = backend.process(frame);
    await expect(third).rejects.toEqual(coded('E_READBACK_TIMEOUT', 'of 2 slots 2 are lent, the oldest for'));
    for (const result of kept) result[Symbol.dispose]();
    (await backend.process(frame))[Symbol.dispose]();
    await backend.close();
  });

  test('mapped buffers that are never released cost memory alone where results may be copied', async () => {
    using pool = createBufferPool({ maxBytes: MiB });
    const ring = await makeRing(2, { copies: pool });
    const pipeline = await context.pipeline(ADD);
    const { buffer, expected } = await randomWords('kept');
    const leases: Lease[] = [];
    for (let count = 0; count < 12; count += 1) {
      const slot = await ring.acquire();
      const encoder = context.device.createCommandEncoder();
      encodeAdd(encoder, pipeline, buffer, slot);
      context.device.queue.submit([encoder.finish()]);
      leases.push(await slot.read());
    }
    expect(leases.every((lease) => wordsOf(lease).every((word, index) => word === expected[index]))).toBe(
      true,
    );
    expect(ring.stats()).toMatchObject({ read: 1, copied: 11, lent: 1, free: 1 });
    for (const lease of leases) lease.release();
    await ring.close();
    buffer.destroy();
  });
});
