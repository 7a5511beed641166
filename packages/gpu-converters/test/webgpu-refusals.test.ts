import { BT709, type FrameLayout, frameLayout, SRGB } from '@framerail/media-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { create } from 'webgpu';
import { requireProgram } from '../../../scripts/testing/require.js';
import { preparePass } from '../src/backends/webgpu/pipelines.js';
import type { BackendPlan } from '../src/index.js';
import { createWebgpuBackend } from '../src/index.js';
import { withWork } from '../src/plan/plan-work.js';

const coded = (code: string, words: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });

function planOf(layout: FrameLayout, operations: BackendPlan['operations'] = []): BackendPlan {
  const last = operations.findLast(({ type }) => type === 'scale');
  const size = last?.type === 'scale' ? last : layout;
  const target = frameLayout({ format: 'NV12', width: size.width, height: size.height });
  return withWork({
    source: { layout, color: SRGB },
    target: { layout: target, color: BT709 },
    operations,
    upsampling: 'nearest',
  });
}

const rgba = (width: number, height: number): FrameLayout => frameLayout({ format: 'RGBA', width, height });

// Kept for as long as the test's process: collecting it crashes.
let instance: GPU;

describe.runIf(requireProgram('webgpu'))('what a device refuses', () => {
  /** With the limits that every device has: 128 MiB a binding, 256 MiB a buffer. */
  let device: GPUDevice;
  beforeAll(async () => {
    instance ??= create([]);
    const adapter = (await instance.requestAdapter()) as GPUAdapter;
    device = await adapter.requestDevice();
  });
  afterAll(() => device.destroy());

  test('a source frame that is larger than a binding', async () => {
    const making = createWebgpuBackend({ plan: planOf(rgba(6000, 6000)), device });
    await expect(making).rejects.toEqual(
      coded('E_GPU_LIMIT', 'maxStorageBufferBindingSize of at least 144000000'),
    );
    await expect(making).rejects.toMatchObject({
      details: { limit: 'maxStorageBufferBindingSize', value: 134_217_728, needed: 144_000_000 },
    });
  });

  test('a frame between two passes that is', async () => {
    const operations = [
      { type: 'scale', width: 7000, height: 6000 },
      { type: 'scale', width: 6998, height: 5998 },
    ] as const;
    const making = createWebgpuBackend({ plan: planOf(rgba(64, 64), operations), device });
    await expect(making).rejects.toEqual(coded('E_GPU_LIMIT', 'at least 168000000'));
  });

  test('an overlay that is', async () => {
    const image = { data: new Uint8Array(0), width: 6000, height: 6000 };
    const operations = [{ type: 'overlay', image, x: 0, y: 0, opacity: 255 }] as const;
    const making = createWebgpuBackend({ plan: planOf(rgba(64, 64), operations), device });
    await expect(making).rejects.toEqual(coded('E_GPU_LIMIT', 'overlays and scaling tables'));
  });

  test('an overlay of a later frame that is', async () => {
    const overlay = (image: { data: Uint8Array; width: number; height: number }) =>
      planOf(rgba(64, 64), [{ type: 'overlay', image, x: 0, y: 0, opacity: 255 }]);
    const small = overlay({ data: new Uint8Array(16), width: 2, height: 2 });
    await using backend = await createWebgpuBackend({ plan: small, device });
    const data = new Uint8Array(small.source.layout.byteLength);
    const frame = { ...small.source, data, timestampUs: 0, durationUs: 0, [Symbol.dispose]() {} };
    const huge = overlay({ data: new Uint8Array(0), width: 6000, height: 6000 });
    await expect(backend.process(frame, { plan: huge })).rejects.toEqual(
      coded('E_GPU_LIMIT', 'overlays and scaling tables'),
    );
    (await backend.process(frame, { plan: small }))[Symbol.dispose]();
  });

  test.each([0, 65, 1.5, Number.NaN])('%d slots', async (maxInFlight) => {
    const making = createWebgpuBackend({ plan: planOf(rgba(64, 64)), device, maxInFlight });
    await expect(making).rejects.toEqual(
      coded('E_INVALID_ARGUMENT', 'an integer from 1 to 64 for maxInFlight'),
    );
  });

  test('a shader that does not compile, with its line', async () => {
    const code = '@compute @workgroup_size(1)\nfn main() {\n  let nothing = unheard_of;\n}';
    const preparing = preparePass(device, {
      label: 'RGBA → NV12',
      code,
      workgroups: [1, 1],
      tables: undefined,
    });
    await expect(preparing).rejects.toEqual(coded('E_GPU_SHADER', 'line 3, column'));
    await expect(preparing).rejects.toEqual(coded('E_GPU_SHADER', 'let nothing = unheard_of;'));
  });

  test('a pipeline that can not be made', async () => {
    const code = '@compute @workgroup_size(4096)\nfn main() {}';
    const preparing = preparePass(device, {
      label: 'RGBA → NV12',
      code,
      workgroups: [1, 1],
      tables: undefined,
    });
    await expect(preparing).rejects.toEqual(coded('E_GPU_SHADER', 'RGBA → NV12'));
  });

  test('nothing that reaches the errors of the caller', async () => {
    const uncaptured: string[] = [];
    device.addEventListener('uncapturederror', ({ error }) => uncaptured.push(error.message));
    const backend = await createWebgpuBackend({ plan: planOf(rgba(64, 64)), device });
    await backend.close();
    const broken = { label: 'broken', code: 'fn main(', workgroups: [1, 1], tables: undefined } as const;
    await expect(preparePass(device, broken)).rejects.toEqual(coded('E_GPU_SHADER', 'broken'));
    await device.queue.onSubmittedWorkDone();
    expect(uncaptured).toEqual([]);
  });
});
