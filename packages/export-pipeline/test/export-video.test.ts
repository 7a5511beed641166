import { readFile, writeFile } from 'node:fs/promises';
import type { BufferPool } from '@framerail/buffer-pool';
import { openGpuDevice } from '@framerail/gpu-converters';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import type { ExportOptions } from '../src/export-options.js';
import { exportVideo } from '../src/export-video.js';
import { loadPicture } from '../src/overlay/load-picture.js';
import type { ExportProgress } from '../src/report/export-progress.js';
import {
  frameHashes,
  inventory,
  openWorkbench,
  picture,
  QUICK,
  streamsOf,
  tone,
  type Workbench,
} from './workbench.js';

const pools: BufferPool[] = vi.hoisted(() => []);
vi.mock('@framerail/buffer-pool', async (original) =>
  (await import('./workbench.js')).recordPools(
    await original<typeof import('@framerail/buffer-pool')>(),
    pools,
  ),
);

const lossless = { codec: 'libx264', preset: 'ultrafast', crf: 0 } as const;
const edit = { width: 640, brightness: 0.05, contrast: 1.1, saturation: 1.3 } as const;

describe.runIf(requireProgram('ffmpeg'))('exportVideo', () => {
  let bench: Workbench;
  let film = '';
  beforeAll(async () => {
    bench = await openWorkbench();
    film = await bench.make(...picture('320x180', 4), ...tone(4), ...QUICK, '-c:a', 'aac', 'film.mp4');
  });
  afterAll(() => bench.close());

  const run = async (name: string, options: Partial<ExportOptions> = {}) => {
    const before = await inventory(bench.folder, pools);
    const output = bench.path(name);
    const report = await exportVideo({
      input: film,
      output,
      ...bench.found,
      ...lossless,
      gpuFormatConversion: 'off',
      ...options,
    });
    await before.expectNothingLeft(name);
    return { report, output, ...(await streamsOf(output)) };
  };

  it('renders, encodes, carries the sound and says what it did', async () => {
    const seen: ExportProgress[] = [];
    const { report, video, audio, output } = await run('edit.mp4', {
      ...edit,
      progressIntervalMs: 20,
      onProgress: (progress) => seen.push(progress),
    });
    expect(video).toMatchObject({
      width: 640,
      height: 360,
      nb_read_packets: '120',
      color_space: 'bt709',
      color_range: 'tv',
      codec_name: 'h264',
    });
    expect(audio?.codec_name).toBe('aac');
    expect(report).toMatchObject({
      ...{
        frames: 120,
        durationUs: 4_000_000,
        mode: 'render',
        width: 640,
        height: 360,
        colorGuessed: [],
        warnings: [],
      },
      audio: { mode: 'copy' },
      encoder: { name: 'libx264' },
      bytesOverPipe: 120 * 320 * 180 * 1.5 + 120 * 640 * 360 * 1.5,
    });
    expect(report.output).toEqual({ path: output, bytes: (await readFile(output)).byteLength });
    for (const name of ['decode', 'render', 'encode'] as const) {
      const stage = report.stages[name];
      expect(stage?.frames).toBe(120);
      expect(stage?.waitingSeconds).toBeCloseTo(
        (stage?.waitingForInputSeconds ?? -1) + (stage?.waitingForOutputSeconds ?? -1),
        9,
      );
      expect((stage?.busySeconds ?? 99) + (stage?.waitingSeconds ?? 99)).toBeLessThanOrEqual(report.seconds);
    }
    expect(report.peakRssBytes.process).toBeGreaterThan(1e7);
    expect(report.peakRssBytes.encoder).toBeGreaterThan(1e6);
    expect(report.peakRssBytes.decoder).toBeGreaterThan(1e6);
    expect(seen.at(-1)).toMatchObject({ frames: 120, totalFrames: 120, remainingMs: 0 });
    const counts = seen.map(({ frames }) => frames);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(Object.isFrozen(report) && Object.isFrozen(seen[0])).toBe(true);
    // An MP4's index lies in front of its data.
    const bytes = await readFile(output);
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
    expect(bytes.includes('colr')).toBe(true);
  });

  it('copies what nobody wants changed, byte for byte', async () => {
    const { report, output } = await run('copy.mp4', { codec: undefined, crf: undefined, preset: undefined });
    expect(report).toMatchObject({
      mode: 'copy',
      frames: 120,
      encoder: undefined,
      backend: undefined,
      stages: {},
    });
    expect(await frameHashes(output)).toEqual(await frameHashes(film));
  });

  it('transcodes without frames in this process where nothing is rendered', async () => {
    const { report, output } = await run('transcode.mkv');
    expect(report).toMatchObject({ mode: 'transcode', frames: 120, transport: undefined, bytesOverPipe: 0 });
    expect(await frameHashes(output)).toEqual(await frameHashes(film));
    const rendered = await run('rendered.mkv', { mode: 'render' });
    expect(await frameHashes(rendered.output)).toEqual(await frameHashes(film));
  });

  it('goes into every container that it knows', async () => {
    for (const extension of ['mp4', 'm4v', 'mov', 'mkv', 'ts']) {
      const { video, audio } = await run(`into.${extension}`, { width: 160 });
      expect(video).toMatchObject({ nb_read_packets: '120', color_space: 'bt709' });
      expect(audio?.codec_name).toBe('aac');
    }
  });

  it('uses the preset and the quality that were asked for', async () => {
    const coarse = await run('coarse.mp4', { width: 160, crf: 40, preset: 'medium' });
    const fine = await run('fine.mp4', { width: 160, crf: 10, preset: 'medium' });
    expect(coarse.report.output.bytes).toBeLessThan(fine.report.output.bytes / 2);
    const other = await run('other.mkv', { width: 160, codec: 'ffv1', crf: undefined, preset: undefined });
    expect(other.video.codec_name).toBe('ffv1');
  });

  it('lays a picture over it, from a file as from memory', async () => {
    const image = { data: new Uint8Array(40 * 20 * 4), width: 40, height: 20 };
    for (let at = 0; at < image.data.length; at++) image.data[at] = (at * 31) & 255;
    const path = bench.path('logo.png');
    await writeFile(bench.path('logo.rgba'), image.data);
    await bench.make(
      '-f',
      'rawvideo',
      '-pix_fmt',
      'rgba',
      '-s',
      '40x20',
      '-i',
      bench.path('logo.rgba'),
      'logo.png',
    );
    expect(await loadPicture({ path, binaries: bench.found.binaries })).toEqual(image);
    const place = { x: 11, y: -4, opacity: 0.7 };
    const fromFile = await run('file.mp4', { overlay: { path, ...place } });
    const fromMemory = await run('memory.mp4', { overlay: { image, ...place } });
    const hashes = await frameHashes(fromFile.output);
    expect(hashes).toEqual(await frameHashes(fromMemory.output));
    expect(hashes).not.toEqual(await frameHashes(film));
  });

  it('measures nothing twice: one export after the other gives the same bytes', async () => {
    const first = await run('first.mp4', edit);
    const second = await run('second.mp4', edit);
    expect(await frameHashes(first.output)).toEqual(await frameHashes(second.output));
  });

  describe.runIf(requireProgram('webgpu'))('on a GPU', () => {
    it('gives the same frames as without one', async () => {
      const without = await run('cpu.mp4', edit);
      const gpu = await run('gpu.mp4', { ...edit, gpuFormatConversion: 'on' });
      expect(gpu.report.backend?.backend).toBe('webgpu');
      expect(await frameHashes(gpu.output)).toEqual(await frameHashes(without.output));
    });

    it('loses no frame with the device, and gives the same ones', async () => {
      const without = await run('whole.mp4', edit);
      const handle = await openGpuDevice();
      let isDestroyed = false;
      const lossy = await run('lost.mp4', {
        ...edit,
        ...{
          device: handle.device,
          backend: 'webgpu',
          gpuFormatConversion: undefined,
          progressIntervalMs: 10,
        },
        onProgress: ({ frames }) => {
          if (frames < 10 || isDestroyed) return;
          isDestroyed = true;
          handle.device.destroy();
        },
      });
      await handle.close();
      expect(isDestroyed).toBe(true);
      expect(lossy.report.backend?.changes).toMatchObject([{ from: 'webgpu' }]);
      expect(await frameHashes(lossy.output)).toEqual(await frameHashes(without.output));
    });

    it('does without a device whose limits are too small', async () => {
      const handle = await openGpuDevice();
      const small = new Proxy(handle.device, {
        get(device, key) {
          if (key === 'limits')
            return limitsOf(device, { maxStorageBufferBindingSize: 4096, maxBufferSize: 4096 });
          const value: unknown = Reflect.get(device, key, device);
          return typeof value === 'function' ? value.bind(device) : value;
        },
      });
      const { report } = await run('small.mp4', { ...edit, device: small, gpuFormatConversion: 'auto' });
      expect(report.backend?.backend).not.toBe('webgpu');
      expect(report.backend?.reason).toMatch(/maxBufferSize/);
      await expect(
        run('no.mp4', { ...edit, device: small, backend: 'webgpu', gpuFormatConversion: undefined }),
      ).rejects.toMatchObject({ code: 'E_GPU_UNAVAILABLE' });
      await handle.close();
    });
  });
});

function limitsOf(
  device: GPUDevice,
  smaller: Partial<Record<keyof GPUSupportedLimits, number>>,
): GPUSupportedLimits {
  return new Proxy(device.limits, {
    get: (limits, key) =>
      (smaller as Record<string | symbol, number>)[key] ?? Reflect.get(limits, key, limits),
  });
}
