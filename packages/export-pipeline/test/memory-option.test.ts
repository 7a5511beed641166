import { createMemoryManager, type MemoryManager } from '@framerail/buffer-pool';
import { BT709, frameLayout, type RawFrame } from '@framerail/media-types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { exportFrames } from '../src/export-frames.js';
import type { ExportOptions } from '../src/export-options.js';
import { exportVideo } from '../src/export-video.js';
import {
  ffmpegChild,
  frameHashes,
  inventory,
  openWorkbench,
  picture,
  QUICK,
  tone,
  type Workbench,
} from './workbench.js';

const LAYOUT = frameLayout({ format: 'NV12', width: 320, height: 180 });
/** What a frame takes of a pool: whole pages. */
const FRAME_BYTES = Math.ceil(LAYOUT.byteLength / 4096) * 4096;

/** A manager with so many bytes for video, and little for the rest. */
const managerOf = (video: number): MemoryManager =>
  createMemoryManager({
    maxBytes: video + 2_000_000,
    budgets: { video, audio: 1_000_000, thumbnails: 1_000_000 },
  });

describe.runIf(requireProgram('ffmpeg'))('an export with a memory manager', () => {
  let bench: Workbench;
  let film = '';
  let long = '';
  let expected: string[] = [];
  const options = (output: string): ExportOptions => ({
    ...{ input: film, output: bench.path(output), brightness: 0.05, audio: 'none' },
    ...{ codec: 'libx264', preset: 'ultrafast', gpuFormatConversion: 'off', progressIntervalMs: 10 },
    ...bench.found,
  });

  beforeAll(async () => {
    bench = await openWorkbench();
    film = await bench.make(...picture('320x180', 2), ...tone(2), ...QUICK, 'film.mp4');
    long = await bench.make(...picture('320x180', 60), ...QUICK, 'long.mp4');
    await exportVideo(options('alone.mp4'));
    expected = await frameHashes(bench.path('alone.mp4'));
  });
  afterAll(() => bench.close());

  /** Checks that a manager has all of its memory again. */
  const expectAllBack = (memory: MemoryManager, video: number): void => {
    expect(memory.available('video')).toBe(video);
    expect(memory.snapshot()).toMatchObject({ bytes: 0, waiting: 0 });
    expect(memory.snapshot().uses.filter(({ owner }) => owner.startsWith('export of'))).toEqual([]);
  };

  it('takes its frames from it, by the name of its file, and gives all back', async () => {
    const video = 16 * FRAME_BYTES;
    using memory = managerOf(video);
    const owners = new Set<string>();
    let leastAvailable = video;
    const before = await inventory(bench.folder, []);
    const report = await exportVideo({
      ...options('managed.mp4'),
      ...{ memory, bufferFrames: 16 },
      onProgress() {
        for (const { owner, kind } of memory.snapshot().uses) if (kind === 'video') owners.add(owner);
        leastAvailable = Math.min(leastAvailable, memory.available('video'));
      },
    });
    await before.expectNothingLeft('managed.mp4');
    expect(report.buffer).toMatchObject({ frames: 16, bytes: video });
    expect(report.warnings).toEqual([]);
    expect([...owners]).toEqual(
      expect.arrayContaining([
        'export of managed.mp4: source frames',
        'export of managed.mp4: target frames',
      ]),
    );
    expect(leastAvailable).toBe(0);
    expectAllBack(memory, video);
    expect(await frameHashes(bench.path('managed.mp4'))).toEqual(expected);
  });

  it.each([4, 5, 6, 7, 9])('makes do with room for %s frames, and says so', async (frames) => {
    const video = frames * FRAME_BYTES + 1000;
    using memory = managerOf(video);
    const name = `small-${frames}.mp4`;
    const report = await exportVideo({ ...options(name), memory });
    expect(report.buffer?.bytes).toBeLessThanOrEqual(video);
    expect(report.buffer?.frames).toBe(frames);
    expect(report.buffer?.peakBytes).toBeLessThanOrEqual(video);
    expect(report.warnings.map(({ code }) => code)).toEqual(['W_BUFFER_REDUCED']);
    expectAllBack(memory, video);
    expect(await frameHashes(bench.path(name))).toEqual(expected);
  });

  it.runIf(requireProgram('webgpu'))('makes do with two frames a side on a GPU too', async () => {
    const video = 4 * FRAME_BYTES;
    using memory = managerOf(video);
    const gpu = { backend: 'webgpu', gpuFormatConversion: 'on' } as const;
    const report = await exportVideo({ ...options('gpu.mp4'), ...gpu, memory });
    expect(report.backend?.backend).toBe('webgpu');
    expectAllBack(memory, video);
    expect(await frameHashes(bench.path('gpu.mp4'))).toEqual(expected);
  });

  it('is refused at once by one that has less than that', async () => {
    const video = 4 * FRAME_BYTES - 1;
    using memory = managerOf(video);
    const before = await inventory(bench.folder, []);
    await expect(exportVideo({ ...options('refused.mp4'), memory })).rejects.toMatchObject({
      code: 'E_MEMORY_BUDGET',
      details: { requiredBytes: 4 * FRAME_BYTES, availableBytes: video },
    });
    await before.expectNothingLeft();
    expectAllBack(memory, video);
  });

  it.each([undefined, 6])(
    'goes on with two frames a side when nothing more is allowed: %s',
    async (frames) => {
      const video = 16 * FRAME_BYTES;
      using memory = createMemoryManager({
        maxBytes: video + 2_000_000,
        budgets: { video, audio: 1_000_000, thumbnails: 1_000_000 },
        source: { level: 'critical', on: () => () => {} },
        limits: { critical: 0 },
      });
      const name = `critical-${frames}.mp4`;
      const report = await exportVideo({ ...options(name), memory, bufferFrames: frames ?? 16 });
      expect(report.warnings.map(({ code }) => code)).toEqual(
        frames === undefined ? [] : ['W_BUFFER_RAISED'],
      );
      expect(report.buffer?.peakBytes).toBeLessThanOrEqual(4 * FRAME_BYTES);
      expectAllBack(memory, video);
      expect(await frameHashes(bench.path(name))).toEqual(expected);
    },
  );

  it('shares it with other exports', async () => {
    const video = 24 * FRAME_BYTES;
    using memory = managerOf(video);
    const names = ['one.mp4', 'two.mp4', 'three.mp4'];
    const bufferFrames = 8;
    const reports = await Promise.all(
      names.map((name) => exportVideo({ ...options(name), bufferFrames, memory })),
    );
    expect(reports.map(({ buffer }) => buffer?.frames)).toEqual([8, 8, 8]);
    expect(memory.snapshot().peakBytes).toBeLessThanOrEqual(video);
    expectAllBack(memory, video);
    for (const name of names) expect(await frameHashes(bench.path(name))).toEqual(expected);
  });

  it('gives all back when it is aborted', async () => {
    const video = 16 * FRAME_BYTES;
    using memory = managerOf(video);
    const controller = new AbortController();
    const before = await inventory(bench.folder, []);
    const running = exportVideo({
      ...options('aborted.mp4'),
      ...{ input: long, memory, signal: controller.signal },
      onProgress: ({ frames }) => {
        if (frames > 5) controller.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'E_ABORTED' });
    await before.expectNothingLeft();
    expectAllBack(memory, video);
  });

  it('gives all back when it fails', async () => {
    const video = 16 * FRAME_BYTES;
    using memory = managerOf(video);
    const before = await inventory(bench.folder, []);
    const running = exportVideo({
      ...options('failed.mp4'),
      ...{ input: long, memory },
      onProgress: ({ frames }) => {
        const encoder = ffmpegChild('encode');
        if (frames > 5 && encoder !== undefined) process.kill(encoder, 'SIGKILL');
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'E_FFMPEG_FAILED', details: { stage: 'encode' } });
    await before.expectNothingLeft();
    expectAllBack(memory, video);
  });

  it('fails, and leaves nothing, when the manager is closed before or meanwhile', async () => {
    const closed = managerOf(16 * FRAME_BYTES);
    closed.close();
    const before = await inventory(bench.folder, []);
    await expect(exportVideo({ ...options('closed.mp4'), memory: closed })).rejects.toMatchObject({
      code: 'E_MEMORY_BUDGET',
      details: { availableBytes: 0 },
    });
    await before.expectNothingLeft();
    const closing = managerOf(16 * FRAME_BYTES);
    const running = exportVideo({
      ...options('closed.mp4'),
      ...{ input: long, memory: closing },
      onProgress: ({ frames }) => {
        if (frames > 5) closing.close();
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'E_POOL_CLOSED' });
    await before.expectNothingLeft();
    expect(closing.snapshot().bytes).toBe(0);
  });

  it('needs none where no frame comes into this process', async () => {
    using memory = managerOf(1);
    const plain = { input: film, output: bench.path('copied.mp4'), memory, ...bench.found };
    expect((await exportVideo(plain)).mode).toBe('copy');
    expect((await exportVideo({ ...plain, codec: 'libx264' })).mode).toBe('transcode');
    expect(memory.snapshot().peakBytes).toBe(0);
  });

  it('takes what comes out of it when the frames are the caller’s', async () => {
    const video = 16 * FRAME_BYTES;
    using memory = managerOf(video);
    async function* frames(): AsyncGenerator<RawFrame> {
      for (let index = 0; index < 20; index++) {
        const description = { layout: LAYOUT, color: BT709, timestampUs: index, durationUs: 1 };
        const frame = await memory.video.acquireFrame(description, { owner: 'caller' });
        frame.data.fill(index * 10);
        yield frame;
      }
    }
    const { input: _, ...rest } = options('callers.mp4');
    const report = await exportFrames({ ...rest, frames: frames(), frameRate: 25, memory, bufferFrames: 8 });
    expect(report.frames).toBe(20);
    // What the frames were in lies free in the manager's own pool.
    memory.free();
    expectAllBack(memory, video);
  });

  it.each([5, null, {}, 'much', { createPool: 1 }])('refuses %j for a manager', async (memory) => {
    const before = await inventory(bench.folder, []);
    await expect(
      exportVideo({ ...options('bad.mp4'), memory: memory as unknown as MemoryManager }),
    ).rejects.toMatchObject({ code: 'E_INVALID_ARGUMENT', details: { name: 'memory' } });
    await before.expectNothingLeft();
  });
});
