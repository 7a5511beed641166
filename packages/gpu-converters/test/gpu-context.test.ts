import { createManualClock } from '@framerail/lifecycle';
import { describe, expect, test } from 'vitest';
import { createGpuContext, type GpuContext } from '../src/index.js';
import { FakeGpu, settleAll } from './fake-gpu.js';
import { coded } from './frames.js';

const USAGE = { storage: 0x80, readback: 0x9 };
const MiB = 1 << 20;
const buffer = (size: number, label = 'a test buffer') => ({ size, usage: USAGE.storage, label });

describe('a GPU context with a device of the caller', () => {
  const make = async (maxBytes = MiB) => {
    const gpu = new FakeGpu();
    return { gpu, context: await createGpuContext({ device: gpu.device, maxBytes }) };
  };

  test('refuses to be without a budget, and options that make no sense', async () => {
    const { device } = new FakeGpu();
    const wrong = (options: object) => createGpuContext({ device, maxBytes: 1, ...options });
    await expect(wrong({ maxBytes: undefined })).rejects.toEqual(coded('E_UNBOUNDED', 'maxBytes'));
    await expect(wrong({ maxBytes: Number.POSITIVE_INFINITY })).rejects.toEqual(coded('E_UNBOUNDED'));
    await expect(wrong({ maxBytes: 0.5 })).rejects.toEqual(coded('E_INVALID_ARGUMENT'));
    await expect(wrong({ maxPipelines: 0 })).rejects.toEqual(coded('E_INVALID_ARGUMENT'));
    await expect(wrong({ maxRebuilds: -1 })).rejects.toEqual(coded('E_INVALID_ARGUMENT'));
    await expect(wrong({ device: {} })).rejects.toEqual(
      coded('E_INVALID_ARGUMENT', 'a GPUDevice for device'),
    );
    const needy = wrong({ requiredFeatures: ['timestamp-query'] });
    await expect(needy).rejects.toEqual(coded('E_INVALID_ARGUMENT', 'one without timestamp-query'));
    await expect(wrong({ signal: AbortSignal.abort() })).rejects.toEqual(coded('E_ABORTED'));
  });

  test('counts every byte, and refuses what is over the budget with the numbers', async () => {
    const { context } = await make(1000);
    const first = context.createBuffer(buffer(600));
    const refusal = coded('E_GPU_BUDGET', 'budget of 1000 bytes but received 500 bytes where 600 are in use');
    expect(() => context.createBuffer(buffer(500))).toThrow(refusal);
    await expect(context.allocateBuffer(buffer(500))).rejects.toMatchObject({
      details: { needed: 500, bytes: 600, maxBytes: 1000 },
    });
    first.destroy();
    first.destroy();
    const second = await context.allocateBuffer(buffer(1000));
    expect(context.stats()).toMatchObject({ bytes: 1000, peakBytes: 1000, buffers: 1 });
    second.destroy();
    expect(context.stats()).toMatchObject({ bytes: 0, buffers: 0 });
  });

  test('counts textures by their texels', async () => {
    const { context } = await make();
    const texture = context.createTexture({
      size: [64, 32],
      format: 'rgba8unorm',
      usage: 0,
      mipLevelCount: 2,
    });
    expect(context.stats()).toMatchObject({ bytes: 64 * 32 * 4 + 32 * 16 * 4, textures: 1 });
    texture.destroy();
    const volume = { width: 4, height: 4, depthOrArrayLayers: 4 };
    context.createTexture({ size: volume, dimension: '3d', format: 'rg16float', usage: 0, mipLevelCount: 2 });
    expect(context.stats().bytes).toBe(4 * (64 + 8));
    const compressed = { size: [4, 4], format: 'bc1-rgba-unorm', usage: 0 } as const;
    expect(() => context.createTexture(compressed)).toThrow(coded('E_INVALID_ARGUMENT', 'bc1-rgba-unorm'));
  });

  test.each([0, -4, 1.5, Number.NaN])('refuses a buffer of %d bytes', async (size) => {
    const { context } = await make();
    expect(() => context.createBuffer(buffer(size))).toThrow(coded('E_INVALID_ARGUMENT', 'a test buffer'));
  });

  test('refuses a buffer over the limit of the device', async () => {
    const { context, gpu } = await make(1 << 30);
    const needed = gpu.limits.maxBufferSize + 1;
    expect(() => context.createBuffer(buffer(needed))).toThrow(coded('E_GPU_LIMIT', 'maxBufferSize'));
    expect(context.stats().bytes).toBe(0);
  });

  test('gives the bytes back of what the GPU refuses', async () => {
    const { context, gpu } = await make();
    gpu.nextBuffer = 'out-of-memory';
    await expect(context.allocateBuffer(buffer(64))).rejects.toEqual(coded('E_GPU_OUT_OF_MEMORY', 'a test'));
    gpu.nextBuffer = 'validation';
    await expect(context.allocateBuffer(buffer(64))).rejects.toEqual(coded('E_GPU_VALIDATION'));
    expect(context.stats()).toMatchObject({ bytes: 0, buffers: 0 });
    expect(gpu.alive.size).toBe(0);
  });

  test('compiles a shader once, and keeps as many as it may', async () => {
    const fake = new FakeGpu();
    const context = await createGpuContext({ device: fake.device, maxBytes: 1, maxPipelines: 2 });
    const source = (code: string) => ({ label: code, code });
    const [one, again] = await Promise.all([context.pipeline(source('a')), context.pipeline(source('a'))]);
    expect(again).toBe(one);
    expect(await context.pipeline({ ...source('a'), entryPoint: 'other' })).not.toBe(one);
    await context.pipeline(source('a'));
    await context.pipeline(source('b'));
    // `other` was not used for longest.
    expect(await context.pipeline(source('a'))).toBe(one);
    expect(context.stats().pipelines).toEqual({ size: 2, maxSize: 2, hits: 3, misses: 3, evictions: 1 });
    expect(fake.compiled).toBe(3);
    await expect(context.pipeline(source('error'))).rejects.toEqual(
      coded('E_GPU_SHADER', 'line 1, column 1'),
    );
    await expect(context.pipeline(source('error'))).rejects.toEqual(coded('E_GPU_SHADER'));
  });

  test('tells of errors that no scope caught', async () => {
    const { context, gpu } = await make();
    const errors: string[] = [];
    const off = context.on('error', ({ error }) => errors.push(error.code));
    gpu.raise('validation', 'somewhere');
    gpu.raise('out-of-memory', 'elsewhere');
    off();
    gpu.raise('validation', 'nobody listens');
    expect(errors).toEqual(['E_GPU_VALIDATION', 'E_GPU_OUT_OF_MEMORY']);
    expect(context.stats().uncapturedErrors).toBe(3);
  });

  test('reports a loss, and makes no other device', async () => {
    const { context, gpu } = await make();
    const lost: unknown[] = [];
    context.on('lost', (event) => lost.push(event));
    context.createBuffer(buffer(64));
    gpu.lose();
    await settleAll();
    expect(lost).toEqual([{ error: coded('E_GPU_DEVICE_LOST'), generation: 1, rebuilding: false }]);
    expect(() => context.device).toThrow(coded('E_GPU_DEVICE_LOST'));
    await expect(context.ready()).rejects.toEqual(coded('E_GPU_DEVICE_LOST'));
    expect(() => context.createBuffer(buffer(64))).toThrow(coded('E_GPU_DEVICE_LOST'));
    expect(context.stats()).toMatchObject({ bytes: 0, buffers: 0 });
    const again = createGpuContext({ device: gpu.device, maxBytes: 1 });
    await expect(again).rejects.toEqual(coded('E_GPU_DEVICE_LOST'));
  });

  test('is not made on a device that went before anybody listened', async () => {
    const gpu = new FakeGpu();
    gpu.lose();
    const making = createGpuContext({ device: gpu.device, maxBytes: 1 });
    await expect(making).rejects.toEqual(coded('E_GPU_DEVICE_LOST'));
  });

  test('destroys what it made, and leaves what it was given', async () => {
    const { context, gpu } = await make();
    const theirs = gpu.device.createBuffer(buffer(32));
    context.createBuffer(buffer(64));
    const mapped = context.createBuffer({ size: 64, usage: USAGE.readback, mappedAtCreation: true });
    context.dispose();
    context.dispose();
    expect([...gpu.alive]).toEqual([theirs]);
    expect((mapped as unknown as { destroyed: boolean }).destroyed).toBe(true);
    expect(gpu.isLost).toBe(false);
    expect(Object.keys(gpu.device)).toContain('destroy');
    expect(() => context.device).toThrow(coded('E_CLOSED'));
    await expect(context.allocateBuffer(buffer(1))).rejects.toEqual(coded('E_CLOSED'));
    await expect(context.pipeline({ label: '', code: '' })).rejects.toEqual(coded('E_CLOSED'));
  });
});

describe('a GPU context with a device of its own', () => {
  async function make(options: { maxRebuilds?: number; failAt?: number[] } = {}) {
    const gpus: FakeGpu[] = [];
    const clock = createManualClock();
    let calls = 0;
    const open = async () => {
      calls += 1;
      if (options.failAt?.includes(calls)) throw new Error('no adapter now');
      const gpu = new FakeGpu();
      gpus.push(gpu);
      return gpu.handle();
    };
    const { maxRebuilds } = options;
    const context = await createGpuContext({ maxBytes: MiB, open, clock, maxRebuilds });
    const events: string[] = [];
    for (const name of ['lost', 'rebuilt', 'failed', 'disposed'] as const)
      context.on(name, () => events.push(name));
    return { gpus, clock, context, events, calls: () => calls };
  }
  const generationOf = async (context: GpuContext) => [await context.ready(), context.generation] as const;

  test('makes another one when it is lost', async () => {
    const { gpus, context, events } = await make();
    context.createBuffer(buffer(64));
    await context.pipeline({ label: 'one', code: 'one' });
    gpus[0]?.lose();
    await settleAll();
    expect(await generationOf(context)).toEqual([gpus[1]?.device, 2]);
    expect(events).toEqual(['lost', 'rebuilt']);
    expect(context.stats()).toMatchObject({ generation: 2, bytes: 0, buffers: 0, pipelines: { size: 0 } });
    expect(gpus[0]?.alive.size).toBe(0);
    context.createBuffer(buffer(64));
    expect(gpus[1]?.alive.size).toBe(1);
  });

  test('makes another one when somebody else destroys it', async () => {
    const { context } = await make();
    const { device } = context;
    device.destroy();
    expect(() => context.device).toThrow(coded('E_GPU_DEVICE_LOST'));
    expect(await context.ready()).not.toBe(device);
  });

  test('tries again while the driver restarts', async () => {
    const { gpus, clock, context, events } = await make({ failAt: [2, 3, 4] });
    gpus[0]?.lose();
    for (const delayMs of [100, 400, 1600]) {
      await settleAll();
      expect(events).toEqual(['lost']);
      clock.advance(delayMs);
    }
    await settleAll();
    expect(events).toEqual(['lost', 'rebuilt']);
    expect(context.generation).toBe(2);
  });

  test('says why when there is no other one', async () => {
    const { gpus, clock, context, events } = await make({ failAt: [2, 3, 4, 5, 6] });
    const waiting = context.ready.bind(context);
    gpus[0]?.lose();
    await settleAll();
    const outcome = expect(waiting()).rejects.toEqual(coded('E_GPU_DEVICE_LOST', 'no adapter now'));
    for (const delayMs of [100, 400, 1600, 6400]) {
      clock.advance(delayMs);
      await settleAll();
    }
    await outcome;
    expect(events).toEqual(['lost', 'failed']);
    expect(() => context.device).toThrow(coded('E_GPU_DEVICE_LOST', 'not replaced'));
  });

  test('gives up on devices that go again and again, but not on one a minute', async () => {
    const { gpus, clock, context, events } = await make({ maxRebuilds: 2 });
    for (const gpu of [0, 1]) {
      gpus[gpu]?.lose();
      await settleAll();
    }
    clock.advance(60_000);
    for (const gpu of [2, 3, 4]) {
      gpus[gpu]?.lose();
      await settleAll();
    }
    expect(context.generation).toBe(5);
    expect(events.slice(-2)).toEqual(['lost', 'failed']);
    expect(events.filter((name) => name === 'rebuilt')).toHaveLength(4);
  });

  test('can be told never to', async () => {
    const { gpus, context, events, calls } = await make({ maxRebuilds: 0 });
    gpus[0]?.lose();
    await settleAll();
    expect(events).toEqual(['lost', 'failed']);
    expect(calls()).toBe(1);
    await expect(context.ready()).rejects.toEqual(coded('E_GPU_DEVICE_LOST'));
  });

  test('is disposed with its device, also in the middle of a rebuild', async () => {
    const one = await make();
    one.context.createBuffer(buffer(8));
    one.context.dispose();
    expect(one.gpus[0]).toMatchObject({ isLost: true, alive: new Set() });
    expect(one.events).toEqual(['disposed']);
    const other = await make({ failAt: [2] });
    other.gpus[0]?.lose();
    await settleAll();
    const waiting = expect(other.context.ready()).rejects.toEqual(coded('E_CLOSED'));
    other.context.dispose();
    await waiting;
    other.clock.advance(60_000);
    await settleAll();
    expect(other.events).toEqual(['lost', 'disposed']);
    expect(other.gpus).toHaveLength(1);
  });

  test('ends the wait of who gives up', async () => {
    const { gpus, context } = await make({ failAt: [2] });
    gpus[0]?.lose();
    await settleAll();
    const controller = new AbortController();
    const waiting = expect(context.ready({ signal: controller.signal })).rejects.toEqual(coded('E_ABORTED'));
    controller.abort();
    await waiting;
    context.dispose();
  });
});
