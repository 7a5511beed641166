import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { type GpuDeviceLike, gpuAllocator } from '../src/index.js';
import { allocatorContract, type MemoryProbe } from '../src/testing.js';
import { fakeDevice } from './gpu/fake-device.js';
import { bufferProbe, openDevice, readBuffer, USAGE, watchErrors } from './gpu/real-device.js';

const coded = (code: string, words = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });
const COPIED = USAGE.COPY_SRC | USAGE.COPY_DST;

describe('gpu allocator', () => {
  test('rounds sizes up to 4 and makes buffers of its usage and label', () => {
    const device = fakeDevice();
    const allocator = gpuAllocator({ device, usage: USAGE.STORAGE, label: 'frames' });
    for (const size of [1, 3, 4, 5, 4097]) allocator.allocate(size);
    expect(device.descriptors).toEqual(
      [4, 4, 4, 8, 4100].map((size) => ({ size, usage: USAGE.STORAGE, label: 'frames' })),
    );
    expect(device.openScopes).toBe(0);
  });

  test('destroys what is freed, once', () => {
    const device = fakeDevice();
    const allocator = gpuAllocator({ device, usage: USAGE.STORAGE });
    allocator.free(allocator.allocate(100));
    expect(device.buffers.map(({ destroyed }) => destroyed)).toEqual([1]);
  });

  test('sizes above the limit never reach the device', () => {
    const device = fakeDevice({ maxBufferSize: 1000 });
    const allocator = gpuAllocator({ device, usage: USAGE.STORAGE });
    expect(() => allocator.allocate(1001)).toThrow(coded('E_GPU_LIMIT', 'maxBufferSize'));
    expect(device.buffers).toEqual([]);
    expect(allocator.allocate(1000).size).toBe(1000);
    // Where the limit is odd, rounding up doesn't go beyond it.
    const odd = gpuAllocator({ device: fakeDevice({ maxBufferSize: 1002 }), usage: USAGE.STORAGE });
    expect(() => odd.allocate(1001)).toThrow(coded('E_GPU_LIMIT'));
  });

  test.each([
    ['GPUValidationError', 'E_GPU_VALIDATION'],
    ['GPUOutOfMemoryError', 'E_GPU_OUT_OF_MEMORY'],
    ['GPUInternalError', 'E_GPU_INTERNAL'],
  ] as const)('tells %s as %s', async (fate, code) => {
    const device = fakeDevice();
    device.fate = () => fate;
    const allocator = gpuAllocator({ device, usage: USAGE.STORAGE });
    const buffer = allocator.allocate(100);
    expect(await allocator.outcomeOf(buffer)).toEqual(coded(code, `${fate} on purpose`));
    device.fate = () => undefined;
    const next = allocator.allocate(100);
    expect(await allocator.outcomeOf(next)).toBeUndefined();
    expect(allocator.outcomeOf(next)).toBeUndefined();
  });

  test('what the device throws is coded too, and no scope stays open', () => {
    const device = fakeDevice();
    const allocator = gpuAllocator({ device, usage: USAGE.STORAGE });
    device.throws = new TypeError('no overload matched');
    expect(() => allocator.allocate(8)).toThrow(coded('E_GPU_VALIDATION', 'no overload matched'));
    expect(device.openScopes).toBe(0);
  });

  test('makes nothing on a device that is gone', async () => {
    const device = fakeDevice();
    const allocator = gpuAllocator({ device, usage: USAGE.STORAGE });
    expect(allocator.lost).toBeUndefined();
    await device.lose({ reason: 'destroyed', message: 'on purpose' });
    expect(allocator.lost).toEqual(coded('E_GPU_DEVICE_LOST', 'destroyed: on purpose'));
    expect(() => allocator.allocate(8)).toThrow(coded('E_GPU_DEVICE_LOST'));
    expect(device.buffers).toEqual([]);
  });

  test('works on a device without error scopes', () => {
    const { createBuffer, limits, lost } = fakeDevice();
    const allocator = gpuAllocator({ device: { createBuffer, limits, lost }, usage: USAGE.STORAGE });
    const buffer = allocator.allocate(8);
    expect(buffer.size).toBe(8);
    expect(allocator.outcomeOf(buffer)).toBeUndefined();
  });

  test('scopes that fail say nothing of the buffer', async () => {
    const device = fakeDevice();
    device.popErrorScope = () => Promise.reject(new Error('Device lost'));
    const allocator = gpuAllocator({ device, usage: USAGE.STORAGE });
    expect(await allocator.outcomeOf(allocator.allocate(8))).toBeUndefined();
  });

  const device = fakeDevice();
  test.each([
    ['options', null],
    ['device', { usage: 8 }],
    ['device', { usage: 8, device: null }],
    ['device', { usage: 8, device: {} }],
    ['device', { usage: 8, device: { ...device, lost: undefined } }],
    ['device', { usage: 8, device: { ...device, limits: {} } }],
    ['usage', { device }],
    ['usage', { device, usage: 0 }],
    ['usage', { device, usage: -1 }],
    ['usage', { device, usage: 1.5 }],
    ['usage', { device, usage: Number.NaN }],
    ['usage', { device, usage: 2 ** 32 }],
    ['usage', { device, usage: 'STORAGE' }],
    ['label', { device, usage: 8, label: '' }],
    ['label', { device, usage: 8, label: 7 }],
  ])('refuses bad %s: %#', (name, options) => {
    expect(() => gpuAllocator(options as never)).toThrow(coded('E_INVALID_ARGUMENT', name));
  });
});

describe.runIf(requireProgram('webgpu'))('gpu allocator on a real device', () => {
  let device: GPUDevice;
  let errors: string[];
  beforeAll(async () => {
    device = await openDevice();
    errors = watchErrors(device).errors;
  });
  afterAll(() => {
    device.destroy();
    expect(errors).toEqual([]);
  });

  // The device is there when the cases run, not yet when they are listed.
  const probe: MemoryProbe<GPUBuffer> = {
    granularityBytes: 4,
    byteLength: (buffer) => buffer.size,
    fill: (buffer, value) => bufferProbe(device).fill(buffer, value),
    isFilledWith: (buffer, value) => bufferProbe(device).isFilledWith(buffer, value),
  };
  const createAllocator = () => gpuAllocator({ device, usage: COPIED });
  for (const { name, run } of allocatorContract({ createAllocator, probe })) test(name, run);

  test('a new buffer has zeros', async () => {
    const allocator = createAllocator();
    const buffer = allocator.allocate(100_000);
    expect((await readBuffer(device, buffer)).every((byte) => byte === 0)).toBe(true);
    allocator.free(buffer);
  });

  test('a usage that the device does not have is told, and told to nobody else', async () => {
    const allocator = gpuAllocator({ device, usage: USAGE.MAP_READ | USAGE.STORAGE });
    const outcome = await allocator.outcomeOf(allocator.allocate(100));
    expect(outcome).toEqual(coded('E_GPU_VALIDATION', 'MapRead'));
    expect(errors).toEqual([]);
  });

  test('a scope of the caller that is open around it hears nothing of it', async () => {
    device.pushErrorScope('validation');
    const allocator = gpuAllocator({
      device: device satisfies GpuDeviceLike,
      usage: USAGE.MAP_WRITE | USAGE.MAP_READ,
    });
    const buffer = allocator.allocate(100);
    expect(await device.popErrorScope()).toBeNull();
    expect(await allocator.outcomeOf(buffer)).toEqual(coded('E_GPU_VALIDATION'));
  });

  // A GPU with much memory would take this for an ordinary buffer.
  test.runIf(process.env['FRAMERAIL_TEST_ADAPTER'] !== 'hardware')(
    'memory that the GPU does not have is told',
    async () => {
      // With the adapter's own limit SwiftShader refuses the first buffer.
      const large = await openDevice({ maxBufferSize: 'most' });
      const allocator = gpuAllocator({ device: large, usage: USAGE.STORAGE });
      const outcome = await allocator.outcomeOf(allocator.allocate(large.limits.maxBufferSize));
      expect(outcome).toEqual(coded('E_GPU_OUT_OF_MEMORY', 'lower maxBytes'));
      large.destroy();
    },
  );
});
