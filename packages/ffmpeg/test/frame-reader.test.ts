import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createManualClock, type LeaseSource } from '@framerail/lifecycle';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import {
  type FfmpegBinaries,
  type FrameReaderOptions,
  locateFfmpeg,
  type RawFrameReader,
  type VideoStreamInfo,
} from '../src/index.js';
import { aftermath, countingLeases, isAlive, passTimeUntil } from './aftermath.js';
import { clipFolder, LOSSLESS, testSource } from './clips.js';
import { noise } from './frames.js';
import { describeVideo, openReader, readAll } from './reading.js';

const TRANSPORTS = requireProgram('addon') ? (['auto', 'stream'] as const) : (['stream'] as const);

describe.runIf(requireProgram('ffmpeg') && requireProgram('ffprobe')).each(TRANSPORTS)(
  'openFrameReader over %s',
  (transport) => {
    const clips = clipFolder();
    let binaries: FfmpegBinaries;
    let nothingLeft = async (): Promise<void> => {};
    let leases = countingLeases();

    let plain: VideoStreamInfo;
    const open = (input: string, options: Partial<FrameReaderOptions> = {}): Promise<RawFrameReader> =>
      openReader({ binaries, input, leases, transport, video: plain, ...options });
    const read = async (input: string, options: Partial<FrameReaderOptions> = {}): Promise<Uint8Array[]> =>
      readAll(await open(input, options));

    beforeAll(async () => {
      binaries = await locateFfmpeg();
      clips.make('plain.mp4', [...testSource({ rate: '30000/1001', seconds: 2, audio: true }), ...LOSSLESS]);
      clips.make('long.mp4', [...testSource({ size: '320x240', seconds: 20 }), ...LOSSLESS]);
      plain = await describeVideo(binaries, clips.file('plain.mp4'));
      await read(clips.file('plain.mp4'));
      nothingLeft = aftermath();
    });
    afterEach(async () => {
      expect(leases.outstanding).toBe(0);
      leases = countingLeases();
      await nothingLeft();
    });
    afterAll(() => clips.remove());

    test('reads no further ahead than it may', async () => {
      for (const maxQueued of [1, 2, 5]) {
        const before = leases.acquired;
        const reader = await open(clips.file('plain.mp4'), { maxQueued });
        await vi.waitFor(() => expect(reader.stats().queued).toBe(maxQueued));
        using frame = await reader.read();
        expect(frame).toBeDefined();
        await vi.waitFor(() => expect(reader.stats().queued).toBe(maxQueued));
        expect(leases.acquired - before).toBe(maxQueued + 1);
        await reader.close();
      }
    });

    test('counts what it did', async () => {
      const reader = await open(clips.file('plain.mp4'), { frames: 60 });
      await readAll(reader);
      expect(reader.stats()).toMatchObject({
        transport: transport === 'auto' ? 'pipe' : 'stream',
        frames: 60,
        bytes: 60 * 64 * 48 * 1.5,
        queued: 0,
      });
      expect(await reader.result).toMatchObject({
        framesRead: 60,
        missingFrames: 0,
        errorCount: 0,
        peakRssBytes: expect.any(Number),
      });
    });

    test('stops after the frames that were asked for', async () => {
      const reader = await open(clips.file('plain.mp4'), { frames: 7 });
      expect(await readAll(reader)).toHaveLength(7);
      expect(await reader.result).toMatchObject({ framesRead: 7, missingFrames: 0 });
    });

    describe('bad luck', () => {
      test('a source that is shorter than asked for is reported', async () => {
        const reader = await open(clips.file('plain.mp4'), { frames: 100 });
        expect(await readAll(reader)).toHaveLength(60);
        expect(await reader.result).toMatchObject({ framesRead: 60, missingFrames: 40 });
      });

      test('a source that is cut off gives what is there, and the errors', async () => {
        const path = clips.make('cut.mp4', [
          ...testSource({ seconds: 2 }),
          ...LOSSLESS,
          '-movflags',
          '+faststart',
        ]);
        const video = await describeVideo(binaries, path);
        truncateSync(path, Math.floor(readFileSync(path).byteLength * 0.6));
        const reader = await open(path, { video, frames: 50 });
        const frames = await readAll(reader);
        const result = await reader.result;
        expect(frames.length).toBeGreaterThan(5);
        expect(frames.length).toBeLessThan(50);
        expect(result).toMatchObject({ framesRead: frames.length, missingFrames: 50 - frames.length });
        expect(result.errorCount).toBeGreaterThan(0);
        expect(result.problems.length).toBeGreaterThan(0);
      });

      test('damage inside the source gives whole frames, and the errors', async () => {
        const path = clips.make('damaged.mkv', [
          ...testSource({ seconds: 2 }),
          '-c:v',
          'libx264',
          '-preset',
          'ultrafast',
          '-g',
          '10',
        ]);
        const video = await describeVideo(binaries, path);
        const bytes = readFileSync(path);
        bytes.set(noise(4000, 9), Math.floor(bytes.byteLength / 2));
        writeFileSync(path, bytes);
        const reader = await open(path, { video, frames: 50 });
        const frames = await readAll(reader);
        expect(frames.length).toBeGreaterThan(10);
        expect(new Set(frames.map((frame) => frame.byteLength))).toEqual(new Set([64 * 48 * 1.5]));
        expect((await reader.result).errorCount).toBeGreaterThan(0);
      });

      test('a source of which nothing can be decoded is an error', async () => {
        const path = clips.make('hollow.mp4', [...testSource(), ...LOSSLESS, '-movflags', '+faststart']);
        const video = await describeVideo(binaries, path);
        const bytes = readFileSync(path);
        const data = bytes.indexOf('mdat') + 4;
        bytes.fill(0, data);
        writeFileSync(path, bytes);
        const reader = await open(path, { video });
        await expect(readAll(reader)).rejects.toMatchObject({
          code: expect.stringMatching(/E_INPUT_INVALID|E_FFMPEG_FAILED/),
        });
        await expect(reader.result).rejects.toMatchObject({ details: { stage: 'decode' } });
      });

      test.each([
        ['missing', () => clips.file('missing.mp4'), 'E_INPUT_NOT_FOUND'],
        [
          'empty',
          () => {
            writeFileSync(clips.file('empty.mp4'), '');
            return clips.file('empty.mp4');
          },
          'E_INPUT_EMPTY',
        ],
        ['a folder', () => clips.path, 'E_INPUT_INVALID'],
      ])('a source that is %s is an error at once', async (_, make, code) => {
        await expect(open(make())).rejects.toMatchObject({ code });
      });

      test('a source that became another file is an error', async () => {
        const path = clips.file('text.mp4');
        writeFileSync(path, 'no media at all');
        const reader = await open(path);
        await expect(reader.read()).rejects.toMatchObject({
          code: 'E_FFMPEG_FAILED',
          details: { stage: 'decode' },
        });
      });

      test('an ffmpeg that is killed fails, after the frames that came whole', async () => {
        const video = await describeVideo(binaries, clips.file('long.mp4'));
        const reader = await open(clips.file('long.mp4'), { video });
        await vi.waitFor(() => expect(reader.stats().queued).toBe(2));
        process.kill(reader.pid as number, 'SIGKILL');
        const frames: number[] = [];
        const all = (async () => {
          for await (using frame of reader) frames.push(frame.data.byteLength);
        })();
        await expect(all).rejects.toMatchObject({
          code: 'E_FFMPEG_FAILED',
          details: { signal: 'SIGKILL', stage: 'decode' },
        });
        expect(frames.length).toBeGreaterThanOrEqual(2);
        expect(new Set(frames)).toEqual(new Set([320 * 240 * 1.5]));
        await expect(reader.result).rejects.toMatchObject({ code: 'E_FFMPEG_FAILED' });
      });

      test('an ffmpeg that stops is found stalled, and the stage named', async () => {
        const path = clips.file('long.mp4');
        const video = await describeVideo(binaries, path);
        const clock = createManualClock();
        const reader = await open(path, { video, stallTimeoutMs: 10_000, clock });
        await vi.waitFor(() => expect(reader.stats().queued).toBe(2));
        process.kill(reader.pid as number, 'SIGSTOP');
        void passTimeUntil(clock, reader.result);
        await expect(readAll(reader)).rejects.toMatchObject({
          code: 'E_FFMPEG_STALLED',
          details: { stage: 'decode' },
          message: expect.stringMatching(/^decode: /),
        });
        expect(isAlive(reader.pid as number)).toBe(false);
      });

      test('a consumer that takes its time is no stall', async () => {
        const clock = createManualClock();
        const reader = await open(clips.file('plain.mp4'), { clock, stallTimeoutMs: 1000 });
        await vi.waitFor(() => expect(reader.stats().queued).toBe(2));
        await passTimeUntil(
          clock,
          new Promise((resolve) => clock.setTimer(() => resolve(undefined), 60_000)),
          200,
        );
        expect(await readAll(reader)).toHaveLength(60);
      });

      test('no ffmpeg is an error with a code', async () => {
        const nowhere = { ...binaries, ffmpeg: { ...binaries.ffmpeg, path: '/nowhere/ffmpeg' } };
        const reader = await open(clips.file('plain.mp4'), { binaries: nowhere, video: plain });
        await expect(reader.read()).rejects.toMatchObject({ code: 'E_FFMPEG_NOT_FOUND' });
      });

      test.each<[string, Partial<FrameReaderOptions>]>([
        ['a format that ffmpeg cannot write', { format: 'RGBA16F' }],
        ['a format that is none', { format: 'nv12' as never }],
        ['no frames', { frames: 0 }],
        ['half a frame', { frames: 1.5 }],
        ['a start before the start', { startUs: -1 }],
        ['no queue', { maxQueued: 0 }],
        ['no time', { stallTimeoutMs: 0 }],
      ])('refuses %s', async (_, options) => {
        await expect(open(clips.file('plain.mp4'), options)).rejects.toMatchObject({
          code: 'E_INVALID_ARGUMENT',
        });
      });
    });

    describe('ending early', () => {
      test('leaving the loop closes the reader', async () => {
        const reader = await open(clips.file('plain.mp4'));
        for await (using frame of reader) {
          expect(frame.timestampUs).toBe(0);
          break;
        }
        expect(isAlive(reader.pid as number)).toBe(false);
        await expect(reader.result).rejects.toMatchObject({ code: 'E_ABORTED' });
      });

      test('closing or aborting after any number of frames leaves nothing', async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.nat(62),
            fc.integer({ min: 1, max: 4 }),
            fc.boolean(),
            async (after, maxQueued, byClose) => {
              const controller = new AbortController();
              const reader = await open(clips.file('plain.mp4'), { maxQueued, signal: controller.signal });
              for (let index = 0; index < after; index += 1) (await reader.read())?.[Symbol.dispose]();
              if (byClose) await reader.close();
              else controller.abort();
              if (after < 50 && !byClose)
                await expect(reader.read()).rejects.toMatchObject({ code: 'E_ABORTED' });
              await reader.close();
              expect(isAlive(reader.pid as number)).toBe(false);
              expect(leases.outstanding).toBe(0);
            },
          ),
          { seed: 17, numRuns: 25 },
        );
      });

      test('closing a stopped ffmpeg does not hang', async () => {
        const reader = await open(clips.file('plain.mp4'));
        process.kill(reader.pid as number, 'SIGSTOP');
        await reader.close();
        expect(isAlive(reader.pid as number)).toBe(false);
      });

      test('an abort before the start starts nothing', async () => {
        await expect(open(clips.file('plain.mp4'), { signal: AbortSignal.abort() })).rejects.toMatchObject({
          code: 'E_ABORTED',
        });
      });

      test('a frame outlives its reader', async () => {
        const reader = await open(clips.file('plain.mp4'));
        using frame = await reader.read();
        const copy = frame?.data.slice();
        await reader.close();
        expect(frame?.data).toEqual(copy);
      });

      test('a lease source that fails ends the reading with its own error', async () => {
        const failing: LeaseSource = {
          async acquire(byteLength, options) {
            if (leases.acquired >= 3) throw Object.assign(new Error('no memory'), { code: 'E_POOL_CLOSED' });
            return leases.acquire(byteLength, options);
          },
        };
        const reader = await open(clips.file('plain.mp4'), { leases: failing });
        await expect(readAll(reader)).rejects.toMatchObject({ code: 'E_POOL_CLOSED' });
        expect(isAlive(reader.pid as number)).toBe(false);
      });

      test('memory that never comes is no reason not to close', async () => {
        const waiting: LeaseSource = {
          acquire: (_, options) =>
            new Promise((_resolve, reject) =>
              options?.signal?.addEventListener('abort', () => reject(new Error('aborted'))),
            ),
        };
        const reader = await open(clips.file('plain.mp4'), { leases: waiting });
        await reader.close();
        expect(isAlive(reader.pid as number)).toBe(false);
      });
    });

    test('a name that looks like an option or a protocol is a file', async () => {
      const here = process.cwd();
      copyFileSync(clips.file('plain.mp4'), clips.file('-rtmp:%d.mp4'));
      process.chdir(clips.path);
      try {
        expect(await read('-rtmp:%d.mp4')).toHaveLength(60);
      } finally {
        process.chdir(here);
      }
      expect(execFileSync('ls', [clips.path]).toString()).toContain('-rtmp:%d.mp4');
    });
  },
);
