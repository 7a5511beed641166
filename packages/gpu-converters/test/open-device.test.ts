import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { openGpuDevice } from '../src/index.js';

const coded = (code: string) => expect.objectContaining({ code });
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

describe.runIf(requireProgram('webgpu'))('a device that is opened', () => {
  test('says what it is, and has room for 8K', async () => {
    using gpu = await openGpuDevice();
    expect(gpu.device.limits.maxStorageBufferBindingSize).toBeGreaterThanOrEqual(8192 * 4320 * 8);
    expect(gpu.device.limits.maxBufferSize).toBeGreaterThanOrEqual(8192 * 4320 * 8);
    expect(Object.values(gpu.adapterInfo).every((text) => typeof text === 'string')).toBe(true);
    if (process.env['FRAMERAIL_TEST_ADAPTER'] !== 'hardware') expect(gpu.isSoftware).toBe(true);
  });

  test('has timestamps where the adapter has them, and what it must have', async () => {
    using gpu = await openGpuDevice();
    expect(gpu.device.features.has('timestamp-query')).toBe(true);
    using plain = await openGpuDevice({ optionalFeatures: [] });
    expect(plain.device.features.has('timestamp-query')).toBe(false);
    const impossible = 'of-nobody' as GPUFeatureName;
    await expect(openGpuDevice({ requiredFeatures: [impossible] })).rejects.toMatchObject({
      code: 'E_GPU_UNAVAILABLE',
      message: expect.stringContaining('has no of-nobody'),
    });
  });

  test('is destroyed when its handle is closed, once', async () => {
    const gpu = await openGpuDevice();
    gpu.close();
    gpu.close();
    await expect(gpu.device.lost).resolves.toMatchObject({ reason: 'destroyed' });
  });

  test('is not opened for a caller who has given up', async () => {
    await expect(openGpuDevice({ signal: AbortSignal.abort() })).rejects.toEqual(coded('E_ABORTED'));
    const controller = new AbortController();
    const opening = openGpuDevice({ signal: controller.signal });
    controller.abort();
    await expect(opening).rejects.toEqual(coded('E_ABORTED'));
  });
});

describe.runIf(requireProgram('webgpu'))('a process of its own', () => {
  // Inside the repository, where a process finds npm's webgpu, and outside, where it doesn't.
  const folders: string[] = [];
  beforeAll(async () => {
    await mkdir(join(ROOT, '.cache'), { recursive: true });
    for (const parent of [join(ROOT, '.cache'), tmpdir()]) {
      const folder = await mkdtemp(join(parent, 'framerail-gpu-'));
      folders.push(folder);
      await bundleTo(join(folder, 'gpu.mjs'));
    }
  });
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  const [INSIDE, OUTSIDE] = [0, 1];
  const run = (script: string, where: number, env: NodeJS.ProcessEnv = {}) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: ROOT,
      env: { ...process.env, ...env, GPU_BUNDLE: join(folders[where] as string, 'gpu.mjs') },
      timeout: 50_000,
    });

  test('exits by itself after the handle is closed', async () => {
    const script = `
      const { openGpuDevice } = await import(process.env.GPU_BUNDLE);
      const gpu = await openGpuDevice();
      gpu.close();
      console.log('closed');
    `;
    await expect(run(script, INSIDE)).resolves.toMatchObject({ stdout: 'closed\n' });
  });

  const reasonsScript = `
    const { openGpuDevice } = await import(process.env.GPU_BUNDLE);
    await openGpuDevice().catch(({ code, details }) => console.log(JSON.stringify([code, ...details.reasons])));
  `;

  test('is told that there is no driver', async () => {
    const none = { VK_ICD_FILENAMES: '/nowhere/none.json', VK_DRIVER_FILES: '/nowhere/none.json' };
    const { stdout } = await run(reasonsScript, INSIDE, none);
    expect(JSON.parse(stdout)).toEqual([
      'E_GPU_UNAVAILABLE',
      expect.stringMatching(/^webgpu package has no adapter: no driver/),
    ]);
  });

  test("is told that npm's webgpu is not installed", async () => {
    const { stdout } = await run(reasonsScript, OUTSIDE);
    expect(JSON.parse(stdout)).toEqual([
      'E_GPU_UNAVAILABLE',
      'this host has no navigator.gpu',
      expect.stringMatching(/npm's webgpu can't be loaded \(Cannot find .*\); npm install webgpu$/),
    ]);
  });
});

/** The opening of devices as one file, without vitest around it. */
async function bundleTo(outfile: string): Promise<void> {
  const entry = fileURLToPath(new URL('../src/gpu/open-device.ts', import.meta.url));
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
  });
}
