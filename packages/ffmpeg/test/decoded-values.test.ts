import { BT709 } from '@framerail/media-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { type FfmpegBinaries, type FrameReaderOptions, locateFfmpeg } from '../src/index.js';
import { aftermath, countingLeases } from './aftermath.js';
import { clipFolder, ffmpeg, LOSSLESS, testSource } from './clips.js';
import { codesOf, greyFrames, interleaveChroma, noise, rawInput, sitedMean } from './frames.js';
import { describeVideo, openReader, readAll } from './reading.js';

describe.runIf(requireProgram('ffmpeg') && requireProgram('ffprobe'))('decoded code values', () => {
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

  test.each([
    ['even', '64x48', 'tv'],
    ['odd', '65x49', 'tv'],
    ['full range', '64x48', 'pc'],
  ])('8-bit 4:2:0 of %s frames is bit-exact', async (name, size, range) => {
    const [width = 0, height = 0] = size.split('x').map(Number);
    const frameBytes = width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
    const raw = [...rawInput({ size }), '-color_range', range, '-c:v', 'ffv1'];
    const path = clips.make(`exact ${name}.mkv`, raw, noise(frameBytes * 5));
    const plain = ffmpeg(['-i', path, '-f', 'rawvideo', '-']);
    const nv12 = await read(path);
    const i420 = await read(path, { format: 'I420' });
    expect(plain.byteLength).toBe(frameBytes * 5);
    expect(nv12).toHaveLength(5);
    for (let index = 0; index < 5; index += 1) {
      const expected = new Uint8Array(plain.subarray(index * frameBytes, (index + 1) * frameBytes));
      expect(i420[index]).toEqual(expected);
      expect(nv12[index]).toEqual(interleaveChroma(expected, width, height));
    }
  });

  test.each([
    ['yuv420p10le', 10, 'tv'],
    ['yuv420p10le', 10, 'pc'],
    ['yuv420p12le', 12, 'tv'],
  ])('%s (%i bits, %s) is rounded half up to 8 bits', async (pixelFormat, bits, range) => {
    const size = 64 * 64 * 1.5;
    const words = new Uint16Array(noise(size * 2).buffer).map((word) => word & (2 ** bits - 1));
    const raw = [...rawInput({ pixelFormat, size: '64x64' }), '-color_range', range, '-c:v', 'ffv1'];
    const path = clips.make(`${pixelFormat}-${range}.mkv`, raw, new Uint8Array(words.buffer));
    const step = 2 ** (bits - 8);
    const expected = new Uint8Array(words.map((word) => Math.min(255, Math.floor((word + step / 2) / step))));
    const [i420] = await read(path, { format: 'I420' });
    expect(i420).toEqual(expected);
    const [nv12] = await read(path);
    expect(nv12).toEqual(interleaveChroma(expected, 64, 64));
  });

  test('10 bits stay 10 bits', async () => {
    const words = new Uint16Array(noise(64 * 64 * 3).buffer).map((word) => word & 1023);
    const path = clips.make(
      'deep.mkv',
      [...rawInput({ pixelFormat: 'yuv420p10le', size: '64x64' }), '-c:v', 'ffv1'],
      new Uint8Array(words.buffer),
    );
    const [planar] = await read(path, { format: 'I420P10' });
    expect(planar).toEqual(new Uint8Array(words.buffer));
    const [packed = new Uint8Array()] = await read(path, { format: 'P010' });
    expect(new Uint16Array(packed.buffer).subarray(0, 64 * 64)).toEqual(
      words.subarray(0, 64 * 64).map((word) => word << 6),
    );
  });

  test.each([
    ['yuv444p', 'center', 'tv'],
    ['yuv444p', 'left', 'tv'],
    ['yuv422p', 'left', 'tv'],
    ['yuv444p', 'center', 'pc'],
    ['yuv444p10le', 'left', 'tv'],
  ] as const)('chroma of %s is averaged for %s, range %s', async (pixelFormat, siting, range) => {
    const deep = pixelFormat.endsWith('10le');
    const across = pixelFormat.includes('422') ? 2 : 1;
    const [width, height] = [64, 64];
    const samples = width * height * (1 + 2 / across);
    const values = new Uint16Array(noise(samples)).map((value) => (deep ? value * 4 : value));
    const bytes = deep ? new Uint8Array(values.buffer) : new Uint8Array(values);
    const path = clips.make(
      `${pixelFormat}-${siting}-${range}.mkv`,
      [...rawInput({ pixelFormat, size: '64x64' }), '-color_range', range, '-c:v', 'ffv1'],
      bytes,
    );
    const video = await describeVideo(binaries, path);
    const [frame = new Uint8Array()] = await read(path, {
      video,
      color: { ...video.color, chromaLocation: siting },
    });
    const scale = deep ? 4 : 1;
    expect([...frame.subarray(0, width * height)]).toEqual(
      [...values.subarray(0, width * height)].map((value) => value / scale),
    );
    const row = width / across;
    const at = (x: number, y: number): number =>
      (values[width * height + y * row + Math.min(x, row - 1)] ?? 0) / scale;
    let worst = 0;
    for (let cy = 0; cy < height / 2; cy += 1) {
      // In the first column swscale weighs without the edge's repetition.
      for (let cx = 1; cx < width / 2 - 1; cx += 1) {
        // 4:2:2 at the left has its columns already where 4:2:0 wants them.
        const mean =
          across === 2 ? (at(cx, 2 * cy) + at(cx, 2 * cy + 1)) / 2 : sitedMean(at, siting, [cx, cy]);
        const got = frame[width * height + cy * width + 2 * cx] ?? 0;
        worst = Math.max(worst, Math.abs(got - mean));
      }
    }
    expect(worst).toBeLessThanOrEqual(1);
  });

  test.each([
    ['bt709', false, 'left'],
    ['smpte170m', true, 'center'],
    ['bt2020-ncl', false, 'left'],
  ] as const)(
    'RGB becomes what was asked for: %s, full range %s, %s',
    async (matrix, fullRange, chromaLocation) => {
      const [width, height] = [64, 64];
      const rgb = noise(width * height * 3, 5);
      const path = clips.make(
        `rgb-${matrix}.mkv`,
        [...rawInput({ pixelFormat: 'rgb24', size: '64x64' }), '-c:v', 'ffv1'],
        rgb,
      );
      const [frame = new Uint8Array()] = await read(path, {
        color: { ...BT709, matrix, fullRange, chromaLocation },
      });
      const channel = (index: number) => (x: number, y: number) => rgb[(y * width + x) * 3 + index] ?? 0;
      const [red, green, blue] = [channel(0), channel(1), channel(2)];
      let worst = 0;
      for (let y = 0; y < height; y += 1) {
        for (let x = 0; x < width; x += 1) {
          const { y: luma } = codesOf(matrix, fullRange, [red(x, y), green(x, y), blue(x, y)]);
          worst = Math.max(worst, Math.abs((frame[y * width + x] ?? 0) - luma));
        }
      }
      for (let cy = 0; cy < height / 2; cy += 1) {
        for (let cx = 1; cx < width / 2 - 1; cx += 1) {
          const mean = [red, green, blue].map((at) => sitedMean(at, chromaLocation, [cx, cy])) as [
            number,
            number,
            number,
          ];
          const { cb } = codesOf(matrix, fullRange, mean);
          worst = Math.max(worst, Math.abs((frame[width * height + cy * width + 2 * cx] ?? 0) - cb));
        }
      }
      expect(worst).toBeLessThanOrEqual(1);
    },
  );

  test('grey keeps its values', async () => {
    const path = clips.make(
      'grey.mkv',
      [...rawInput({ pixelFormat: 'gray', size: '16x16' }), '-c:v', 'ffv1'],
      noise(256),
    );
    const [frame] = await read(path);
    expect(frame?.subarray(0, 256)).toEqual(noise(256));
    expect(new Set(frame?.subarray(256))).toEqual(new Set([128]));
  });

  test('frames can be RGBA', async () => {
    const path = clips.make('white.mkv', [...rawInput(), '-c:v', 'ffv1'], greyFrames([235, 16, 126]));
    const frames = await read(path, { format: 'RGBA', color: { ...BT709, matrix: 'rgb', fullRange: true } });
    expect(frames.map((frame) => [...frame.subarray(0, 4)])).toEqual([
      [255, 255, 255, 255],
      [0, 0, 0, 255],
      [128, 128, 128, 255],
    ]);
  });

  test('refuses to pass a conversion of colour off as decoding', async () => {
    const video = await describeVideo(binaries, clips.file('plain.mp4'));
    const colors = [
      { ...video.color, matrix: 'bt709' as const },
      { ...video.color, fullRange: true },
      { ...video.color, chromaLocation: 'center' as const },
      { ...video.color, matrix: 'rgb' as const },
    ];
    for (const color of colors) {
      await expect(open(clips.file('plain.mp4'), { video, color })).rejects.toMatchObject({
        code: 'E_INVALID_ARGUMENT',
      });
    }
  });
});
