import { backendContract } from '@framerail/gpu-converters/testing';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { createWebgpuBackend, type GpuDeviceHandle, openGpuDevice } from '../src/index.js';

describe.runIf(requireProgram('webgpu'))('the webgpu backend', () => {
  let gpu: GpuDeviceHandle;
  beforeAll(async () => {
    gpu = await openGpuDevice();
  });
  afterAll(() => gpu.close());

  const contract = backendContract({
    createBackend: (plan) => createWebgpuBackend({ plan, device: gpu.device }),
    plans: 100,
    maxSide: 100,
    seed: 'webgpu',
  });
  // A plan that fails is compiled many times over until it is small.
  for (const { name, run } of contract) test(name, { timeout: 180_000 }, run);
});
