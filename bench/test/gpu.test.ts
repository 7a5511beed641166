import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createWebgpuBackend,
  type GpuDeviceHandle,
  openGpuDevice,
  planConversion,
} from '@framerail/gpu-converters';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../scripts/testing/require.js';
import { conversionsAt, SIZES } from '../gpu/conversions.js';
import { clockUs, durationsUs, MAP_READ, timestampUs, USAGE } from '../gpu/gpu-clock.js';
import { openAdapter } from '../gpu/open-adapter.js';
import { type RecordedFrame, recordFrame, replay } from '../gpu/recorder.js';
import { readbackFps } from '../gpu/throughput.js';

const EFFORT = { samples: 4, rounds: 2, roundMs: 1, warmUpMs: 0 };

test('every conversion that is measured can be planned, at every size', () => {
  const all = SIZES.flatMap((size) => conversionsAt(size, false));
  expect(all).toHaveLength(24);
  for (const { source, target, operations } of all) planConversion(source, target, { operations });
});

test('a beginning that was read too early counts from the end of the work before', () => {
  const times = BigUint64Array.of(0n, 5_000n, 6_000n, 9_000n, 7_000n, 13_000n);
  expect(durationsUs(times)).toEqual([3, 4]);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.nat(1000)), { minLength: 2 }), (works) => {
      let now = 0;
      const taken = works.map(([idle, early, us]) => {
        const begin = now + idle;
        now = begin + us;
        // Early only where there is work before it that still goes on.
        return [idle > 0 ? begin : begin - early, now].map((time) => BigInt(1000 * time + 1_000_000));
      });
      expect(durationsUs(BigUint64Array.from(taken.flat()))).toEqual(works.slice(1).map(([, , us]) => us));
    }),
    { seed: 6 },
  );
});

describe('opening the adapter', () => {
  const folder = mkdtempSync(join(tmpdir(), 'framerail-probe-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const probe = (name: string, code: string): string => {
    const path = join(folder, name);
    writeFileSync(path, code);
    return path;
  };

  test.each([
    ['a driver that kills its process', "process.kill(process.pid, 'SIGSEGV')", 'SIGSEGV'],
    [
      'a driver that ends it with words',
      "console.error('no such ICD'); process.exit(3)",
      'exit code 3: no such ICD',
    ],
    ['no driver', `console.log('{"opened":false,"reason":"no driver was found"}')`, 'no driver was found'],
  ])('%s is a coded error with a hint', async (name, code, words) => {
    await expect(openAdapter(probe(`${name}.mjs`, code))).rejects.toMatchObject({
      code: 'E_GPU_UNAVAILABLE',
      message: expect.stringContaining(words),
    });
  });

  test('the bench says so in one line and exits with 1', { timeout: 60_000 }, () => {
    const script = join(import.meta.dirname, '../run.mjs');
    const none = join(folder, 'none.json');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, 'gpu', '--quick', '--json'], {
      encoding: 'utf8',
      env: { ...process.env, VK_ICD_FILENAMES: none, VK_DRIVER_FILES: none },
    });
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^E_GPU_UNAVAILABLE: Expected a GPU to measure/m);
  });
});

describe.runIf(requireProgram('webgpu'))("a frame's work, taken down", () => {
  let gpu: GpuDeviceHandle;
  let recorded: RecordedFrame;
  let result: Uint8Array;
  let close: () => Promise<void>;

  beforeAll(async () => {
    gpu = await openGpuDevice();
    const [conversion] = conversionsAt({ name: 'small', width: 64, height: 36 }, true);
    const { source, target } = conversion as NonNullable<typeof conversion>;
    const backend = await createWebgpuBackend({ plan: planConversion(source, target), device: gpu.device });
    close = () => backend.close();
    const data = Uint8Array.from({ length: source.layout.byteLength }, (_, index) => (index * 31) & 255);
    recorded = await recordFrame(gpu.device, async () => {
      const frame = { ...source, data, timestampUs: 0, durationUs: 0, [Symbol.dispose]: () => {} };
      using done = await backend.process(frame);
      result = done.data.slice();
    });
  });
  afterAll(async () => {
    await close();
    gpu.close();
  });

  test('is one dispatch, with a copy of the whole result behind it', () => {
    expect(recorded.dispatches).toBe(1);
    expect(recorded.targetBytes).toBeGreaterThanOrEqual(result.length);
  });

  test('gives the same bytes when it is done again', async () => {
    const { device } = gpu;
    const { target, targetBytes } = recorded;
    const readback = device.createBuffer({ size: targetBytes, usage: USAGE.MAP_READ | USAGE.COPY_DST });
    const encoder = device.createCommandEncoder();
    encoder.clearBuffer(readback);
    replay(encoder, recorded);
    encoder.copyBufferToBuffer(target, 0, readback, 0, targetBytes);
    device.queue.submit([encoder.finish()]);
    await readback.mapAsync(MAP_READ);
    expect(new Uint8Array(readback.getMappedRange(), 0, result.length)).toEqual(result);
    readback.destroy();
  });

  test('has a time by the clock, by timestamps where there are any, and a rate', async () => {
    const { device } = gpu;
    const encode = (encoder: GPUCommandEncoder, timestamps?: Parameters<typeof replay>[2]) =>
      replay(encoder, recorded, timestamps);
    expect(Number.isFinite(await clockUs(device, encode, EFFORT))).toBe(true);
    const byTimestamps = await timestampUs(device, encode, EFFORT, 1000);
    if (byTimestamps !== undefined) expect(byTimestamps).toBeGreaterThan(0);
    const { target, targetBytes } = recorded;
    const readback = { source: target, bytes: targetBytes, work: encode };
    expect(await readbackFps(device, readback, 2, 5)).toBeGreaterThan(0);
    expect(await readbackFps(device, { source: target, bytes: 2 ** 31 }, 2, 5)).toBeUndefined();
  });

  test('that is none is refused, and the device has its own methods back', async () => {
    await expect(recordFrame(gpu.device, async () => {})).rejects.toThrow('0 dispatches');
    expect(Object.hasOwn(gpu.device, 'createCommandEncoder')).toBe(false);
  });
});
