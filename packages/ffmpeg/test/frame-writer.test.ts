import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createManualClock } from '@framerail/lifecycle';
import {
  BT601,
  BT709,
  type FrameLayout,
  frameLayout,
  type PixelFormat,
  planeRowBytes,
  planeRows,
  rational,
  SRGB,
} from '@framerail/media-types';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import {
  type FfmpegBinaries,
  type FrameWriterOptions,
  filter,
  locateFfmpeg,
  openFrameWriter,
  probe,
  type RawFrameWriter,
} from '../src/index.js';
import { aftermath, isAlive, passTimeUntil } from './aftermath.js';
import { clipFolder, ffmpeg, LOSSLESS } from './clips.js';
import { frameSource, LAYOUT, noise } from './frames.js';

const TRANSPORTS = requireProgram('addon') ? (['auto', 'stream'] as const) : (['stream'] as const);
const RATE = rational(30_000, 1001);
/** Large enough that a pipe of 1 MiB holds none of it whole. */
const LARGE = frameLayout({ format: 'NV12', width: 1280, height: 960 });

describe.runIf(requireProgram('ffmpeg') && requireProgram('ffprobe')).each(TRANSPORTS)(
  'openFrameWriter over %s',
  (transport) => {
    const clips = clipFolder();
    let binaries: FfmpegBinaries;
    let nothingLeft = async (): Promise<void> => {};
    const source = frameSource();
    const { frameOf, noisy } = source;

    const open = (options: Partial<FrameWriterOptions> = {}): Promise<RawFrameWriter> =>
      openFrameWriter({
        binaries,
        output: clips.file('out.mkv'),
        outputArgs: LOSSLESS,
        layout: LAYOUT,
        color: BT709,
        frameRate: RATE,
        transport,
        ...options,
      });
    const decoded = (path: string, pixelFormat: string): Uint8Array => {
      const filters = `scale=in_range=tv:out_range=tv,format=${pixelFormat}`;
      return new Uint8Array(
        ffmpeg(['-color_range', 'tv', '-i', `file:${path}`, '-vf', filters, '-f', 'rawvideo', '-']),
      );
    };
    const concat = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

    beforeAll(async () => {
      binaries = await locateFfmpeg();
      const writer = await open();
      await writer.write(noisy(0));
      await writer.finish();
      nothingLeft = aftermath();
    });
    afterEach(async () => {
      expect(source.live).toBe(0);
      await nothingLeft();
    });
    afterAll(() => clips.remove());

    test('what comes out of a lossless encoder is what went in', async () => {
      const writer = await open();
      for (let index = 0; index < 20; index += 1) await writer.write(noisy(index));
      const result = await writer.finish();
      expect(result).toMatchObject({ frames: 20, errorCount: 0, peakRssBytes: expect.any(Number) });
      const expected = concat(Array.from({ length: 20 }, (_, index) => noise(LAYOUT.byteLength, index + 1)));
      expect(decoded(clips.file('out.mkv'), 'nv12')).toEqual(expected);
      expect(writer.stats()).toMatchObject({ frames: 20, bytes: 20 * LAYOUT.byteLength, queued: 0 });
      if (transport === 'stream') expect(writer.stats().transport).toBe('stream');
      else expect(['splice', 'write']).toContain(writer.stats().transport);
    });

    test('large frames arrive whole, and no frame is given back before it was read', async () => {
      const writer = await open({
        layout: LARGE,
        outputArgs: ['-c:v', 'rawvideo'],
        output: clips.file('large.nut'),
      });
      for (let index = 0; index < 6; index += 1) await writer.write(noisy(index, LARGE));
      await writer.finish();
      const expected = concat(Array.from({ length: 6 }, (_, index) => noise(LARGE.byteLength, index + 1)));
      expect(Buffer.compare(decoded(clips.file('large.nut'), 'nv12'), expected)).toBe(0);
      rmSync(clips.file('large.nut'));
    });

    test('frames with any padding are packed', async () => {
      const formats: PixelFormat[] = ['NV12', 'I420', 'RGBA', 'P010', 'YUY2'];
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...formats),
          fc.integer({ min: 1, max: 40 }),
          fc.integer({ min: 1, max: 24 }),
          fc.array(fc.nat(9), { minLength: 7, maxLength: 7 }),
          async (format, width, height, padding) => {
            const tight = frameLayout({ format, width, height });
            const bytes = noise(tight.byteLength, 3);
            let end = padding[6] ?? 0;
            const planes = tight.planes.map((_, index) => {
              const offset = end;
              const stride = planeRowBytes(format, index, width) + (padding[index] ?? 0);
              end = offset + stride * planeRows(format, index, height) + (padding[3 + index] ?? 0);
              return { offset, stride };
            });
            const layout: FrameLayout = { format, width, height, planes, byteLength: end };
            const data = new Uint8Array(end).fill(0xaa);
            for (const [index, { offset, stride }] of planes.entries()) {
              const rowBytes = planeRowBytes(format, index, width);
              const start = tight.planes[index]?.offset ?? 0;
              for (let row = 0; row < planeRows(format, index, height); row += 1) {
                data.set(
                  bytes.subarray(start + row * rowBytes, start + (row + 1) * rowBytes),
                  offset + row * stride,
                );
              }
            }
            const color = format === 'RGBA' ? SRGB : BT709;
            const output = clips.file('padded.raw');
            const writer = await open({
              layout,
              color,
              output,
              outputArgs: ['-f', 'rawvideo', '-c:v', 'copy'],
            });
            for (let index = 0; index < 3; index += 1)
              await writer.write(frameOf(data.slice(), { layout, color }));
            await writer.finish();
            expect(new Uint8Array(readFileSync(output))).toEqual(concat([bytes, bytes, bytes]));
          },
        ),
        { seed: 23, numRuns: 12 },
      );
    });

    test('sound, more inputs, filters and maps go along', async () => {
      const tone = clips.make('tone.wav', ['-f', 'lavfi', '-i', 'sine=duration=1']);
      const writer = await open({
        output: clips.file('sound.mp4'),
        extraInputs: ['-i', tone],
        filters: [filter('hflip')],
        outputArgs: [...LOSSLESS, '-map', '0:v', '-map', '1:a', '-c:a', 'aac'],
      });
      for (let index = 0; index < 30; index += 1) await writer.write(noisy(index));
      const { problems } = await writer.finish();
      expect(problems.filter((line) => line.includes('has not been used'))).toEqual([]);
      const info = await probe(clips.file('sound.mp4'), { binaries });
      expect(info.audio).toHaveLength(1);
      expect(info.video?.frameCount).toBe(30);
    });

    test('writing resolves only when there is room', async () => {
      for (const maxQueued of [1, 2, 4]) {
        const writer = await open({ layout: LARGE, outputArgs: ['-f', 'null'], output: '-', maxQueued });
        process.kill(writer.pid as number, 'SIGSTOP');
        const settled = vi.fn();
        const writes = Array.from({ length: maxQueued }, (_, index) =>
          writer.write(noisy(index, LARGE)).then(settled),
        );
        // All but the one that fills the queue go through.
        await vi.waitFor(() => expect(writer.stats().queued).toBe(maxQueued));
        await new Promise((resolve) => setTimeout(resolve, 50));
        expect(settled).toHaveBeenCalledTimes(maxQueued - 1);
        process.kill(writer.pid as number, 'SIGCONT');
        await Promise.all(writes);
        await writer.finish();
        expect(writer.stats().frames).toBe(maxQueued);
      }
    });

    test('writes that nobody waited for keep their order', async () => {
      const writer = await open();
      const writes = Array.from({ length: 12 }, (_, index) => writer.write(noisy(index)));
      await Promise.all(writes);
      await writer.finish();
      const expected = concat(Array.from({ length: 12 }, (_, index) => noise(LAYOUT.byteLength, index + 1)));
      expect(decoded(clips.file('out.mkv'), 'nv12')).toEqual(expected);
    });

    describe('bad luck', () => {
      /** Writes until it fails. */
      const writeForEver = async (writer: RawFrameWriter, layout = LARGE): Promise<void> => {
        for (let index = 0; index < 10_000; index += 1) await writer.write(noisy(index, layout));
      };

      test.each<[string, Partial<FrameWriterOptions>, string]>([
        ['an encoder that does not exist', { outputArgs: ['-c:v', 'libnonsense'] }, 'E_ENCODER_NOT_FOUND'],
        ['an option that does not exist', { outputArgs: ['-nonsense', '1'] }, 'E_FFMPEG_FAILED'],
        ['a folder that is not there', { output: '/nowhere/out.mp4' }, 'E_OUTPUT_UNWRITABLE'],
        ['a full device', { output: '/dev/full', outputArgs: ['-f', 'rawvideo'] }, 'E_OUTPUT_FULL'],
        ['a missing second input', { extraInputs: ['-i', '/nowhere.wav'] }, 'E_FFMPEG_FAILED'],
        ['too few frames wanted', { outputArgs: [...LOSSLESS, '-frames:v', '2'] }, 'E_FFMPEG_FAILED'],
      ])('%s is an error with a code', async (_, options, code) => {
        const writer = await open({ layout: LARGE, ...options });
        await expect(writeForEver(writer)).rejects.toMatchObject({
          code,
          details: { stage: 'encode', args: expect.any(Array) },
        });
        await expect(writer.write(noisy(0, LARGE))).rejects.toMatchObject({ code });
        await expect(writer.finish()).rejects.toMatchObject({ code });
        expect(isAlive(writer.pid as number)).toBe(false);
      });

      test('a failure that shows at the end only is an error of finish', async () => {
        const writer = await open({ output: '/dev/full', outputArgs: ['-f', 'rawvideo'] });
        await writer.write(noisy(0)).catch(() => {});
        await expect(writer.finish()).rejects.toMatchObject({
          code: 'E_OUTPUT_FULL',
          details: { stage: 'encode' },
        });
      });

      test('no ffmpeg is an error with a code', async () => {
        const nowhere = { ...binaries, ffmpeg: { ...binaries.ffmpeg, path: '/nowhere/ffmpeg' } };
        const writer = await open({ binaries: nowhere });
        await expect(writeForEver(writer, LAYOUT)).rejects.toMatchObject({ code: 'E_FFMPEG_NOT_FOUND' });
        await expect(writer.finish()).rejects.toMatchObject({ code: 'E_FFMPEG_NOT_FOUND' });
      });

      test('an encoder that is killed is told with its signal', async () => {
        const writer = await open({ layout: LARGE, output: '-', outputArgs: ['-f', 'null'] });
        await writer.write(noisy(0, LARGE));
        process.kill(writer.pid as number, 'SIGKILL');
        const failure = { code: 'E_FFMPEG_FAILED', details: { signal: 'SIGKILL', stage: 'encode' } };
        await expect(writeForEver(writer)).rejects.toMatchObject(failure);
        await expect(writer.finish()).rejects.toMatchObject(failure);
      });

      test('an encoder that stops reading is found stalled, named and killed', async () => {
        const clock = createManualClock();
        const writer = await open({
          layout: LARGE,
          output: '-',
          outputArgs: ['-f', 'null'],
          stallTimeoutMs: 10_000,
          clock,
        });
        await writer.write(noisy(0, LARGE));
        process.kill(writer.pid as number, 'SIGSTOP');
        const failing = writeForEver(writer);
        void passTimeUntil(clock, failing);
        await expect(failing).rejects.toMatchObject({
          code: 'E_FFMPEG_STALLED',
          message: expect.stringMatching(/^encode: ffmpeg made no progress for \d+ ms/),
          details: { stage: 'encode', signal: 'SIGKILL', waitedMs: expect.any(Number) },
        });
        expect(isAlive(writer.pid as number)).toBe(false);
      });

      test('an encoder that never finishes is found stalled', async () => {
        const clock = createManualClock();
        const writer = await open({ stallTimeoutMs: 10_000, clock });
        await writer.write(noisy(0));
        process.kill(writer.pid as number, 'SIGSTOP');
        const finishing = writer.finish();
        void passTimeUntil(clock, finishing);
        await expect(finishing).rejects.toMatchObject({
          code: 'E_FFMPEG_STALLED',
          details: { stage: 'encode' },
        });
      });

      test('a caller that takes its time is no stall', async () => {
        const clock = createManualClock();
        const writer = await open({ stallTimeoutMs: 1000, clock });
        await writer.write(noisy(0));
        await vi.waitFor(() => expect(writer.stats().queued).toBe(0), { timeout: 20_000 });
        await passTimeUntil(
          clock,
          new Promise((resolve) => clock.setTimer(() => resolve(undefined), 60_000)),
          200,
        );
        await writer.write(noisy(1));
        expect(await writer.finish()).toMatchObject({ frames: 2 });
      });

      test('aborting after any number of frames leaves nothing', async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.nat(12),
            fc.integer({ min: 1, max: 3 }),
            fc.constantFrom('abort', 'signal', 'dispose', 'stopped'),
            async (after, maxQueued, how) => {
              const controller = new AbortController();
              const writer = await open({
                layout: LARGE,
                maxQueued,
                signal: controller.signal,
                output: clips.file('aborted.nut'),
                outputArgs: ['-c:v', 'rawvideo'],
              });
              for (let index = 0; index < after; index += 1) await writer.write(noisy(index, LARGE));
              if (how === 'stopped') process.kill(writer.pid as number, 'SIGSTOP');
              const pending = writer.write(noisy(99, LARGE)).catch((error: { code: string }) => error.code);
              if (how === 'signal') controller.abort();
              else if (how === 'dispose') await writer[Symbol.asyncDispose]();
              else await writer.abort(new Error('enough'));
              expect([undefined, 'E_ABORTED']).toContain(await pending);
              await expect(writer.finish()).rejects.toMatchObject({ code: 'E_ABORTED' });
              await writer.abort();
              expect(isAlive(writer.pid as number)).toBe(false);
              expect(source.live).toBe(0);
            },
          ),
          { seed: 29, numRuns: 14 },
        );
        rmSync(clips.file('aborted.nut'), { force: true });
      });

      test('an abort before the start starts nothing', async () => {
        await expect(
          open({ signal: AbortSignal.abort(), output: clips.file('never.mp4') }),
        ).rejects.toMatchObject({ code: 'E_ABORTED' });
        expect(existsSync(clips.file('never.mp4'))).toBe(false);
      });

      test('aborting after the end is harmless', async () => {
        const writer = await open();
        await writer.write(noisy(0));
        const result = await writer.finish();
        await writer.abort();
        expect(await writer.finish()).toBe(result);
      });

      test('no frames at all end as ffmpeg says', async () => {
        const writer = await open({ output: clips.file('none.mp4') });
        const outcome = await writer.finish().catch((error: { code: string }) => error.code);
        expect(typeof outcome === 'string' ? outcome : outcome.frames).toSatisfy(
          (end) => end === 0 || end === 'E_FFMPEG_FAILED',
        );
      });
    });

    test('frames that are not what was said are refused, and disposed', async () => {
      const writer = await open();
      const other = frameLayout({ format: 'NV12', width: 32, height: 48 });
      const wrong = [
        frameOf(new Uint8Array(other.byteLength), { layout: other }),
        frameOf(new Uint8Array(LAYOUT.byteLength), { layout: { ...LAYOUT, format: 'I420' } }),
        frameOf(new Uint8Array(LAYOUT.byteLength), { color: BT601 }),
        frameOf(new Uint8Array(LAYOUT.byteLength), { color: { ...BT709, fullRange: true } }),
        frameOf(new Uint8Array(LAYOUT.byteLength - 1)),
      ];
      for (const frame of wrong)
        await expect(writer.write(frame)).rejects.toMatchObject({ code: 'E_INVALID_ARGUMENT' });
      await writer.write(noisy(0));
      await writer.finish();
      await expect(writer.write(noisy(1))).rejects.toMatchObject({ code: 'E_WRITER_FINISHED' });
    });

    test.each<[string, Partial<FrameWriterOptions>]>([
      ['no output', { output: '' }],
      ['a zero byte in the output', { output: 'a\0b' }],
      ['no queue', { maxQueued: 0 }],
      ['no time', { stallTimeoutMs: 0 }],
      ['a format that is none', { layout: { ...LAYOUT, format: 'nv12' as never } }],
    ])('refuses %s', async (_, options) => {
      await expect(open(options)).rejects.toMatchObject({ code: 'E_INVALID_ARGUMENT' });
    });

    test('names that look like options or protocols are files', async () => {
      const here = process.cwd();
      process.chdir(clips.path);
      try {
        for (const output of ['-y.mp4', 'rtmp:%d.mp4', "a b'c\\.mkv"]) {
          const writer = await open({ output });
          await writer.write(noisy(0));
          await writer.finish();
          expect(existsSync(output)).toBe(true);
        }
      } finally {
        process.chdir(here);
      }
    });
  },
);
