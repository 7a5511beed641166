import { BT601, BT709, BT2020, type ColorSpace, frameLayout, rational, SRGB } from '@framerail/media-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import {
  type FfmpegBinaries,
  type FrameWriterOptions,
  locateFfmpeg,
  openFrameWriter,
  probe,
} from '../src/index.js';
import { clipFolder, ffmpeg, LOSSLESS } from './clips.js';
import { frameSource, interleaveChroma, LAYOUT, noise } from './frames.js';

const RATE = rational(30_000, 1001);

describe.runIf(requireProgram('ffmpeg') && requireProgram('ffprobe'))('colour of written files', () => {
  const clips = clipFolder();
  const source = frameSource();
  const { frameOf, noisy } = source;
  let binaries: FfmpegBinaries;
  const open = (options: Partial<FrameWriterOptions> & { output: string }) =>
    openFrameWriter({
      binaries,
      outputArgs: LOSSLESS,
      layout: LAYOUT,
      color: BT709,
      frameRate: RATE,
      ...options,
    });

  beforeAll(async () => {
    binaries = await locateFfmpeg();
  });
  afterAll(() => {
    clips.remove();
    expect(source.live).toBe(0);
  });

  const colors: [string, ColorSpace][] = [
    ['601 limited', BT601],
    ['601 full, center', { ...BT601, fullRange: true, chromaLocation: 'center' }],
    ['709 limited', BT709],
    ['709 full', { ...BT709, fullRange: true }],
    ['PAL', { ...BT601, primaries: 'bt470bg', matrix: 'bt470bg' }],
    ['2020', BT2020],
    ['2020 PQ', { ...BT2020, transfer: 'pq' }],
    ['2020 HLG full', { ...BT2020, transfer: 'hlg', fullRange: true }],
    ['sRGB curve, top left', { ...BT709, transfer: 'iec61966-2-1', chromaLocation: 'topleft' }],
    ['P3', { ...BT709, primaries: 'smpte432' }],
  ];
  test.each(colors)('colour is in the file, and converts nothing: %s', async (_, color) => {
    for (const extension of ['mp4', 'mkv']) {
      const output = clips.file(`color.${extension}`);
      const writer = await open({ color, output });
      for (let index = 0; index < 3; index += 1) await writer.write(noisy(index, LAYOUT, color));
      await writer.finish();
      const { video } = await probe(output, { binaries });
      expect(video?.color).toEqual(color);
      expect(video?.colorGuessed).toEqual([]);
      expect(video?.frameRate).toEqual(RATE);
      const codes = ffmpeg(['-i', output, '-f', 'rawvideo', '-']);
      expect(codes.byteLength).toBe(3 * LAYOUT.byteLength);
      for (let index = 0; index < 3; index += 1) {
        const frame = codes.subarray(index * LAYOUT.byteLength, (index + 1) * LAYOUT.byteLength);
        expect(interleaveChroma(frame, 64, 48)).toEqual(noise(LAYOUT.byteLength, index + 1));
      }
    }
  });

  test.each([
    ['limited', false, 'yuv420p'],
    ['full', true, 'yuv420p'],
    ['limited', false, 'yuv420p10le'],
  ] as const)(
    'another pixel format for the encoder changes no %s code value (full range %s, %s)',
    async (_, fullRange, pixelFormat) => {
      const color = { ...BT709, fullRange };
      const writer = await open({
        color,
        pixelFormat,
        output: clips.file('ffv1.mkv'),
        outputArgs: ['-c:v', 'ffv1'],
      });
      await writer.write(noisy(0, LAYOUT, color));
      await writer.finish();
      const { video } = await probe(clips.file('ffv1.mkv'), { binaries });
      expect(video).toMatchObject({ pixelFormat, color: { fullRange } });
      const codes = ffmpeg(['-i', clips.file('ffv1.mkv'), '-f', 'rawvideo', '-']);
      const deep = pixelFormat === 'yuv420p10le';
      const luma = Array.from({ length: 64 * 48 }, (__, index) =>
        deep ? codes.readUInt16LE(2 * index) / 4 : codes[index],
      );
      expect(luma).toEqual([...noise(LAYOUT.byteLength, 1).subarray(0, 64 * 48)]);
    },
  );

  test('RGB becomes the YCbCr that was asked for', async () => {
    const layout = frameLayout({ format: 'RGBA', width: 64, height: 48 });
    const output = clips.file('rgb.mp4');
    const writer = await open({ layout, color: SRGB, outputColor: BT709, pixelFormat: 'yuv420p', output });
    const red = new Uint8Array(layout.byteLength).map((_, index) => [255, 0, 0, 255][index % 4] ?? 0);
    await writer.write(frameOf(red, { layout, color: SRGB }));
    await writer.finish();
    const { video } = await probe(output, { binaries });
    expect(video?.color).toEqual(BT709);
    const codes = ffmpeg(['-i', output, '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-']);
    expect([codes[0], codes[64 * 48], codes[64 * 48 * 1.25]]).toEqual([63, 102, 240]);
  });
});
