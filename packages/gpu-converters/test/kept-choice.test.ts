import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createManualClock } from '@framerail/lifecycle';
import { afterEach, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import type { BackendIngredients } from '../src/choice/backend-sources.js';
import { chooseBackend } from '../src/choice/choose-backend.js';
import { measurementKey } from '../src/choice/measurement-key.js';
import { makeWish } from '../src/choice/wish.js';
import {
  clearBackendMeasurements,
  createFrameProcessor,
  createMemoryMeasurements,
  openGpuDevice,
  planConversion,
} from '../src/index.js';
import { NV12_LARGER, NV12_SMALL, RGBA_SMALL, watchedPool } from './frames.js';

const plan = planConversion(NV12_SMALL, RGBA_SMALL);

describe('measurements that are kept', () => {
  /** A device that is described and can do nothing, so that only what is remembered can choose it. */
  const device = {
    limits: { maxBufferSize: 1, maxStorageBufferBindingSize: 1 },
    lost: new Promise(() => {}),
    adapterInfo: { vendor: 'test', architecture: 'none', device: '', description: 'driver 1' },
  } as unknown as GPUDevice;
  const wish = makeWish({ backend: 'auto', gpuFormatConversion: 'auto', environment: {} });
  const measuredAtMs = Date.UTC(2026, 10, 20, 12);
  const ingredients = (leases: BackendIngredients['leases']): BackendIngredients => ({
    plan,
    leases,
    maxInFlight: 2,
    gpu: { device },
    native: false,
    threads: 1,
  });
  const kept = (reference: number, webgpu: number) => ({
    measuredAtMs,
    measurements: [
      { backend: 'reference', msPerFrame: reference },
      { backend: 'webgpu', msPerFrame: webgpu },
    ] as const,
  });

  test('choose without making the slower backend, and the choice says from when they are', async () => {
    const leases = watchedPool();
    const store = createMemoryMeasurements();
    const key = measurementKey(ingredients(leases), { backend: 'reference', instructionSet: '' }) ?? '';
    await store.keep(key, kept(1, 2));
    const chosen = await chooseBackend({
      wish,
      ingredients: ingredients(leases),
      clock: createManualClock(),
      signal: undefined,
      store,
    });
    expect(chosen).toMatchObject({
      isRemembered: true,
      measuredAt: '2026-11-20T12:00:00.000Z',
      measurements: kept(1, 2).measurements,
    });
    expect(chosen.backend.name).toBe('reference');
    expect(chosen.reason).toBe(
      'reference was the fastest (reference 1.00 ms, webgpu 2.00 ms a frame) when this was measured, 2026-11-20 (kept in memory)',
    );
    await chosen.backend.close();
  });

  test('of a GPU that can’t do it any more are no reason to fail', async () => {
    const leases = watchedPool();
    const store = createMemoryMeasurements();
    const key = measurementKey(ingredients(leases), { backend: 'reference', instructionSet: '' }) ?? '';
    await store.keep(key, kept(2, 1));
    await using processor = await createFrameProcessor({
      source: NV12_SMALL,
      target: RGBA_SMALL,
      leases,
      device,
      native: false,
      threads: 1,
      maxInFlight: 2,
      measurements: store,
    });
    expect(processor.choice).toMatchObject({ backend: 'reference', isRemembered: false, measurements: [] });
    expect(processor.choice.reason).toContain("the GPU device can't do it");
  });

  test('a store that fails is no reason to fail', async () => {
    const leases = watchedPool();
    const fails = () => Promise.reject(new Error('no'));
    const store = { place: 'nowhere', recall: fails, keep: fails, clear: fails };
    const chosen = await chooseBackend({
      wish,
      ingredients: ingredients(leases),
      clock: createManualClock(),
      signal: undefined,
      store,
    });
    expect(chosen.backend.name).toBe('reference');
    await chosen.backend.close();
  });

  test('are those of the same hardware, library, threads, kind and size of work', () => {
    const leases = watchedPool();
    const own = ingredients(leases);
    const cpu = { backend: 'native', instructionSet: 'avx2' } as const;
    const key = measurementKey(own, cpu);
    const larger = planConversion(NV12_LARGER, NV12_LARGER, { operations: [] });
    const work = planConversion(NV12_SMALL, RGBA_SMALL, { operations: [{ type: 'color', contrast: 2 }] });
    const values = planConversion(NV12_SMALL, RGBA_SMALL, { operations: [{ type: 'color', contrast: 3 }] });
    const driver = { ...device, adapterInfo: { ...device.adapterInfo, description: 'driver 2' } };
    const others = [
      measurementKey({ ...own, plan: larger }, cpu),
      measurementKey({ ...own, plan: work }, cpu),
      measurementKey({ ...own, threads: 2 }, cpu),
      measurementKey({ ...own, maxInFlight: 3 }, cpu),
      measurementKey({ ...own, gpu: { device: driver as GPUDevice } }, cpu),
      measurementKey(own, { ...cpu, instructionSet: 'avx512' }),
      measurementKey(own, { backend: 'reference', instructionSet: '' }),
    ];
    expect(new Set([key, ...others]).size).toBe(1 + others.length);
    expect(measurementKey({ ...own, plan: values }, cpu)).toBe(others[1]);
    expect(
      measurementKey({ ...own, gpu: { device: { ...device, adapterInfo: undefined } as never } }, cpu),
    ).toBe(undefined);
  });
});

describe.runIf(requireProgram('webgpu') && process.platform === 'linux')('without a word about it', () => {
  const before = { ...process.env };
  afterEach(() => {
    for (const name of ['XDG_CACHE_HOME', 'FRAMERAIL_MEASUREMENTS']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });

  test('they are kept in the user’s cache folder, whatever becomes of the file', async () => {
    const cache = await mkdtemp(join(tmpdir(), 'framerail-cache-'));
    const leases = watchedPool();
    using gpu = await openGpuDevice();
    process.env['XDG_CACHE_HOME'] = cache;
    process.env['FRAMERAIL_MEASUREMENTS'] = 'keep';
    const choose = async () => {
      const options = { source: NV12_SMALL, target: RGBA_SMALL, leases, device: gpu.device };
      await using processor = await createFrameProcessor({ ...options, native: false });
      return processor.choice;
    };
    try {
      const first = await choose();
      expect(first).toMatchObject({ isRemembered: false, measuredAt: expect.any(String) });
      const file = join(cache, 'framerail/backend-measurements.json');
      expect(await readdir(join(cache, 'framerail'))).toEqual(['backend-measurements.json']);
      const { backend, measuredAt } = first;
      const second = await choose();
      expect(second).toMatchObject({ backend, measuredAt, isRemembered: true });
      expect(second.reason).toContain(file);
      await writeFile(file, '{ half a fi');
      expect((await choose()).isRemembered).toBe(false);
      expect((await choose()).isRemembered).toBe(true);
      await clearBackendMeasurements();
      expect(await readdir(join(cache, 'framerail'))).toEqual([]);
      expect((await choose()).isRemembered).toBe(false);
      process.env['FRAMERAIL_MEASUREMENTS'] = 'off';
      expect((await choose()).isRemembered).toBe(false);
      process.env['FRAMERAIL_MEASUREMENTS'] = 'keep';
      process.env['XDG_CACHE_HOME'] = file;
      expect((await choose()).isRemembered).toBe(false);
    } finally {
      await rm(cache, { recursive: true, force: true });
    }
    leases.expectAllBack();
  });
});
