import { frameIndexAt, frameTimestampUs, rational } from '@framerail/media-types';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { type FfmpegBinaries, type FrameReaderOptions, filter, locateFfmpeg } from '../src/index.js';
import { aftermath, countingLeases } from './aftermath.js';
import { clipFolder, ffmpeg, LOSSLESS, rotateMp4, testSource } from './clips.js';
import { greyFrames, rawInput } from './frames.js';
import { describeVideo, lumas, openReader, readAll } from './reading.js';

describe.runIf(requireProgram('ffmpeg') && requireProgram('ffprobe'))('decoded time and geometry', () => {
  const clips = clipFolder();
  let binaries: FfmpegBinaries;
  let nothingLeft = async (): Promise<void> => {};
  const leases = countingLeases();
  const open = (input: string, options: Partial<FrameReaderOptions> = {}) =>
    openReader({ binaries, input, leases, ...options });
  const read = async (input: string, options: Partial<FrameReaderOptions> = {}) =>
    readAll(await open(input, options));

  beforeAll(async () => {
    binaries = await locateFfmpeg();
    clips.make('plain.mp4', [...testSource({ rate: '30000/1001', seconds: 2, audio: true }), ...LOSSLESS]);
    await read(clips.file('plain.mp4'));
    nothingLeft = aftermath();
  });
  afterAll(async () => {
    clips.remove();
    expect(leases.outstanding).toBe(0);
    await nothingLeft();
  });

  test('timestamps are exact', async () => {
    const reader = await open(clips.file('plain.mp4'));
    const rate = rational(30_000, 1001);
    let index = 0;
    for await (using frame of reader) {
      expect(frame.timestampUs).toBe(frameTimestampUs(index, rate));
      expect(frame.timestampUs + frame.durationUs).toBe(frameTimestampUs(index + 1, rate));
      index += 1;
    }
    expect(index).toBe(60);
  });

  test('variable rates become constant: what was on screen is in the frame', async () => {
    const values = Array.from({ length: 50 }, (_, index) => 20 + 4 * index);
    const kept = values.map((_, index) => index).filter((index) => index < 10 || index % 7 === 3);
    const select = kept.map((index) => `eq(n,${index})`).join('+');
    const path = clips.make(
      'vfr.mkv',
      [...rawInput(), '-vf', `select='${select}'`, '-vsync', 'vfr', '-c:v', 'ffv1'],
      greyFrames(values),
    );
    const got = lumas(await read(path, { frameRate: rational(25) }));
    const shown = values.map((_, index) => values[kept.filter((one) => one <= index).at(-1) ?? 0]);
    // The last frame's length is the container's affair.
    expect(got).toEqual(shown.slice(0, got.length));
    expect(got.length).toBeGreaterThanOrEqual((kept.at(-1) ?? 0) + 1);
  });

  test('another rate repeats and leaves out', async () => {
    const path = clips.make('ramp.mkv', [...rawInput(), '-c:v', 'ffv1'], greyFrames([20, 40, 60, 80]));
    expect(lumas(await read(path, { frameRate: rational(50) }))).toEqual([20, 20, 40, 40, 60, 60, 80, 80]);
    expect(lumas(await read(path, { frameRate: rational(25, 2) }))).toHaveLength(2);
  });

  test('a late start of the picture is filled, so that sound stays aligned', async () => {
    const video = clips.make('ramp25.mkv', [...rawInput(), '-c:v', 'ffv1'], greyFrames([20, 40, 60, 80]));
    for (const extension of ['mkv', 'mov', 'nut']) {
      const late = [
        '-f',
        'lavfi',
        '-i',
        'sine=duration=1',
        '-itsoffset',
        '0.2',
        '-i',
        video,
        '-c:v',
        'ffv1',
        '-c:a',
        'pcm_s16le',
      ];
      const path = clips.make(`late.${extension}`, [...late, '-map', '0', '-map', '1', '-strict', '-2']);
      expect(lumas(await read(path))).toEqual([20, 20, 20, 20, 20, 20, 40, 60, 80]);
    }
  });

  test.each(['mkv', 'ts', 'mp4'])(
    'sound that begins half a frame early disturbs no frame of an %s',
    async (extension) => {
      // 1024 samples of priming at 48 kHz are 0.512 frames at 24 a second; Matroska rounds times to milliseconds.
      const values = Array.from({ length: 90 }, (_, index) => 20 + 2 * index);
      const tone = ['-f', 'lavfi', '-i', 'sine=duration=3.75:sample_rate=48000'];
      const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-qp', '0', '-c:a', 'aac'];
      const path = clips.make(
        `priming.${extension}`,
        [...rawInput({ rate: '24' }), ...tone, ...h264],
        greyFrames(values),
      );
      const video = await describeVideo(binaries, path);
      const leading = frameIndexAt(video.startUs, video.frameRate);
      expect(frameTimestampUs(leading, video.frameRate)).toBe(video.startUs);
      expect(leading).toBeLessThanOrEqual(1);
      const got = lumas(await read(path, { video }));
      expect(got.slice(leading)).toEqual(values);
      expect(got.slice(0, leading).every((value) => value === values[0])).toBe(true);
    },
  );

  test('containers that begin at any time begin at 0 here', async () => {
    const values = Array.from({ length: 25 }, (_, index) => 20 + 8 * index);
    const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '0', '-bf', '2', '-g', '8'];
    const path = clips.make(
      'offset.ts',
      [...rawInput(), ...h264, '-output_ts_offset', '7.3'],
      greyFrames(values),
    );
    expect(lumas(await read(path))).toEqual(values);
  });

  test.each(['mp4', 'mkv', 'ts'])(
    'reading from anywhere in an %s gives the frames from there',
    async (extension) => {
      const values = Array.from({ length: 100 }, (_, index) => 20 + 2 * index);
      const h264 = ['-c:v', 'libx264', '-preset', 'medium', '-qp', '0', '-bf', '3', '-g', '20'];
      const path = clips.make(
        `seek.${extension}`,
        [...rawInput({ rate: '30000/1001' }), ...h264],
        greyFrames(values),
      );
      const video = await describeVideo(binaries, path);
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: 97 }), async (index) => {
          const startUs = frameTimestampUs(index, video.frameRate);
          const reader = await open(path, { video, startUs, frames: 3 });
          using first = await reader.read();
          expect(first?.timestampUs).toBe(startUs);
          const got = [first?.data[8 * 16 + 8], ...lumas(await readAll(reader))];
          expect(got).toEqual(values.slice(index, index + 3));
        }),
        { seed: 3, numRuns: 8 },
      );
    },
  );

  test.each([90, 180, 270])('stand upright after a rotation of %i degrees', async (degrees) => {
    const quarter = new Uint8Array(64 * 32 * 1.5).fill(128);
    quarter.fill(40, 0, 64 * 32);
    for (let y = 0; y < 16; y += 1) quarter.fill(220, y * 64, y * 64 + 32);
    const path = clips.make(`turned-${degrees}.mp4`, [...rawInput({ size: '64x32' }), ...LOSSLESS], quarter);
    rotateMp4(path, degrees);
    const video = await describeVideo(binaries, path);
    const [frame = new Uint8Array()] = await read(path, { video });
    const { decodedWidth: width, decodedHeight: height } = video;
    const bright = (x: number, y: number): boolean => (frame[y * width + x] ?? 0) > 128;
    const corners = [
      bright(2, 2),
      bright(width - 3, 2),
      bright(width - 3, height - 3),
      bright(2, height - 3),
    ];
    const turns = degrees / 90;
    expect(corners.map((_, index) => corners[(index + turns) % 4])).toEqual([true, false, false, false]);
  });

  test('go through filters before the format changes', async () => {
    const path = clips.make('crop.mkv', [...testSource({ size: '64x48' }), '-c:v', 'ffv1']);
    const filters = [
      filter('crop', { w: 32, h: 16, x: 8, y: 4 }),
      filter('pad', { w: 48, h: 16, x: 0, y: 0, color: 'black' }),
    ];
    const [frame = new Uint8Array()] = await read(path, { filters, width: 48, height: 16 });
    const plain = ffmpeg(['-i', path, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-']);
    expect(frame.byteLength).toBe(48 * 16 * 1.5);
    for (let y = 0; y < 16; y += 1) {
      expect(frame.subarray(y * 48, y * 48 + 32)).toEqual(
        new Uint8Array(plain.subarray((y + 4) * 64 + 8, (y + 4) * 64 + 40)),
      );
      expect(new Set(frame.subarray(y * 48 + 32, y * 48 + 48))).toEqual(new Set([16]));
    }
  });

  test('of another size are scaled to', async () => {
    const path = clips.make('small.mkv', [...rawInput(), '-c:v', 'ffv1'], greyFrames([100, 200]));
    const frames = await read(path, { width: 32, height: 24 });
    expect(frames.map((frame) => frame.byteLength)).toEqual([1152, 1152]);
    expect(lumas(frames, 32)).toEqual([100, 200]);
  });
});
