import type { BufferPool } from '@framerail/buffer-pool';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { requireProgram, requireShared } from '../../../scripts/testing/require.js';
import type { ExportOptions } from '../src/export-options.js';
import { exportVideo } from '../src/export-video.js';
import {
  decoded,
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

// testsrc2 has even sides only.
const oddPicture = ['-f', 'lavfi', '-i', 'testsrc=s=161x91:r=30:d=1'];
const lossless = { codec: 'libx264', preset: 'ultrafast', crf: 0, gpuFormatConversion: 'off' } as const;

describe.runIf(requireProgram('ffmpeg'))('sources', () => {
  let bench: Workbench;
  let count = 0;
  beforeAll(async () => {
    bench = await openWorkbench();
  });
  afterAll(() => bench.close());

  const run = async (input: string, options: Partial<ExportOptions> = {}) => {
    count += 1;
    const name = `out${count}.mp4`;
    const before = await inventory(bench.folder, pools);
    const report = await exportVideo({
      input,
      output: bench.path(name),
      mode: 'render',
      ...bench.found,
      ...lossless,
      ...options,
    });
    await before.expectNothingLeft(name);
    return { report, output: bench.path(name), ...(await streamsOf(bench.path(name))) };
  };

  it.each([
    ['crop', 160, 90],
    ['pad', 162, 92],
  ] as const)('with odd sides: %s', async (oddSize, width, height) => {
    const odd = await bench.make(...oddPicture, '-c:v', 'ffv1', '-pix_fmt', 'yuv444p', 'odd.mkv');
    for (const mode of ['render', 'transcode'] as const) {
      const { report, video, output } = await run(odd, { oddSize, mode });
      expect(video).toMatchObject({ width, height, nb_read_packets: '30' });
      expect(report.warnings.map(({ code }) => code)).toContain('W_ODD_SIZE');
      // The picture keeps its place and its pixels; what is added is black.
      const [got, wanted] = await Promise.all([decoded(output, 'gray'), decoded(odd, 'gray')]);
      const same = Math.min(width, 161);
      for (const row of [0, 45, 89]) {
        const own = wanted.subarray(row * 161, row * 161 + same).map(limited);
        expect(furthest(got.subarray(row * width, row * width + same).map(limited), own)).toBeLessThanOrEqual(
          1,
        );
      }
      if (oddSize === 'pad') expect((await decoded(output, 'yuv420p'))[width - 1]).toBe(16);
    }
  });

  it('with odd sides: refused, and scaled without any of it', async () => {
    const odd = await bench.make(...oddPicture, '-c:v', 'ffv1', '-pix_fmt', 'yuv420p', 'odd2.mkv');
    await expect(run(odd, { oddSize: 'refuse' })).rejects.toMatchObject({ code: 'E_ODD_SIZE' });
    const { video } = await run(odd, { oddSize: 'refuse', width: 322, height: 182 });
    expect(video).toMatchObject({ width: 322, height: 182 });
  });

  it.each([90, 180, 270])('turned by %i degrees', async (degrees) => {
    const straight = await bench.make(...picture('160x90', 1), ...QUICK, '-qp', '0', 'straight.mp4');
    const turned = await bench.make(
      '-i',
      straight,
      '-c',
      'copy',
      '-metadata:s:v:0',
      `rotate=${360 - degrees}`,
      'turned.mp4',
    );
    const isUpright = degrees === 180;
    for (const mode of ['render', 'transcode'] as const) {
      const { video, output } = await run(turned, { mode });
      expect(video).toMatchObject(isUpright ? { width: 160, height: 90 } : { width: 90, height: 160 });
      expect(video.side_data_list ?? []).toEqual([]);
      expect((await decoded(output, 'yuv420p')).equals(await decoded(turned, 'yuv420p'))).toBe(true);
    }
    const copied = await run(turned, { mode: 'copy', codec: undefined, crf: undefined, preset: undefined });
    expect(copied.video.side_data_list?.[0]?.rotation).toBeDefined();
  });

  it('with pixels that are not square', async () => {
    const wide = await bench.make(...picture('144x90', 1), '-vf', 'setsar=16/11', ...QUICK, 'wide.mp4');
    const { video } = await run(wide);
    expect(video).toMatchObject({ width: 210, height: 90, sample_aspect_ratio: '1:1' });
    const boxed = await run(wide, { width: 144, height: 90 });
    expect(boxed.video).toMatchObject({ width: 144, height: 90, sample_aspect_ratio: '1:1' });
    const luma = (await decoded(boxed.output, 'yuv420p')).subarray(0, 144 * 90);
    expect(luma.subarray(0, 144).every((code) => code === 16)).toBe(true);
    expect(luma.subarray(45 * 144, 46 * 144).some((code) => code > 40)).toBe(true);
  });

  it('with bars that are black in either range', async () => {
    for (const [range, black, format] of [
      ['tv', 16, 'yuv420p'],
      ['pc', 0, 'yuvj420p'],
    ] as const) {
      const clip = await bench.make(
        '-f',
        'lavfi',
        '-i',
        'color=white:s=160x90:r=10:d=0.5',
        '-vf',
        `scale=out_range=${range}:out_color_matrix=bt709,format=yuv420p`,
        ...QUICK,
        '-color_range',
        range,
        '-qp',
        '0',
        `white-${range}.mp4`,
      );
      for (const [width, height] of [
        [160, 160],
        [320, 90],
      ] as const) {
        const { output, video } = await run(clip, { width, height });
        expect(video.color_range).toBe(range);
        const luma = (await decoded(output, format)).subarray(0, width * height);
        expect(luma[0]).toBe(black);
        expect(luma[luma.length - 1]).toBe(black);
        expect(luma[Math.floor(height / 2) * width + width / 2]).toBe(
          (await decoded(clip, format))[160 * 45 + 80],
        );
      }
    }
  });

  it('with a frame rate that varies', async () => {
    const select = "select='not(mod(n,2))+gt(n,60)'";
    const clip = await bench.make(
      ...picture('160x90', 4),
      ...tone(4),
      '-vf',
      select,
      '-fps_mode',
      'vfr',
      ...QUICK,
      'vfr.mp4',
    );
    const { report, video } = await run(clip);
    expect(video).toMatchObject({ r_frame_rate: '30/1', nb_read_packets: '120' });
    expect(report.warnings.map(({ code }) => code)).toContain('W_FRAME_RATE_MADE_CONSTANT');
    expect(report.frames).toBe(120);
  });

  it('at another rate, with the exact number of frames', async () => {
    const clip = await bench.make(...picture('160x90', 3, '30000/1001'), ...tone(3), ...QUICK, 'ntsc.mp4');
    expect((await run(clip)).video).toMatchObject({ r_frame_rate: '30000/1001', nb_read_packets: '90' });
    const film = await run(clip, { fps: 24, audio: 'aac' });
    expect(film.video).toMatchObject({ r_frame_rate: '24/1', nb_read_packets: '72' });
    expect(Math.abs(Number(film.audio?.duration) - Number(film.video.duration))).toBeLessThan(1024 / 48_000);
    expect((await run(clip, { fps: '60', mode: 'transcode' })).video.nb_read_packets).toBe('180');
  });

  it('with ten bits', async () => {
    const deep = await bench.make(
      ...picture('160x90', 1),
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-pix_fmt',
      'yuv420p10le',
      'deep.mp4',
    );
    for (const mode of ['render', 'transcode'] as const) {
      const { report, video, output } = await run(deep, { mode });
      expect(video.pix_fmt).toBe('yuv420p');
      expect(report.warnings.map(({ code }) => code)).toContain('W_BIT_DEPTH_REDUCED');
      const [got, wanted] = await Promise.all([decoded(output, 'yuv420p'), decoded(deep, 'yuv420p10le')]);
      const rounded = Array.from({ length: got.length }, (_, at) =>
        Math.min(255, (wanted.readUInt16LE(at * 2) + 2) >> 2),
      );
      expect(furthest(got, Uint8Array.from(rounded))).toBe(0);
    }
  });

  it('with PQ keep their codes and tags, and say so', async () => {
    const hdr = await bench.make(
      ...picture('160x90', 0.5),
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-x265-params',
      'log-level=error',
      '-pix_fmt',
      'yuv420p10le',
      '-color_primaries',
      'bt2020',
      '-color_trc',
      'smpte2084',
      '-colorspace',
      'bt2020nc',
      '-color_range',
      'tv',
      'hdr.mp4',
    );
    const { report, video } = await run(hdr, { width: 80 });
    expect(video).toMatchObject({
      color_transfer: 'smpte2084',
      color_space: 'bt2020nc',
      color_primaries: 'bt2020',
    });
    expect(report.warnings.map(({ code }) => code)).toContain('W_HDR_NOT_TONE_MAPPED');
  });

  it('of RGB become BT.709', async () => {
    const rgb = await bench.make(...picture('160x90', 0.5), '-c:v', 'libx264rgb', '-qp', '0', 'rgb.mkv');
    const { video, report } = await run(rgb);
    expect(video).toMatchObject({ color_space: 'bt709', color_range: 'tv', pix_fmt: 'yuv420p' });
    expect(report.color).toMatchObject({ matrix: 'bt709', fullRange: false });
  });

  it('without tags are guessed by their lines', async () => {
    const tags = (height: number): Promise<string> =>
      bench.make(
        ...picture(`64x${height}`, 0.2),
        '-c:v',
        'libx264',
        '-preset',
        'ultrafast',
        '-pix_fmt',
        'yuv420p',
        `h${height}.mp4`,
      );
    const small = await run(await tags(480), { width: 32, height: 64, fit: 'stretch' });
    expect(small.video).toMatchObject({ color_space: 'smpte170m', color_range: 'tv' });
    expect(small.report.colorGuessed).toEqual(
      expect.arrayContaining(['primaries', 'transfer', 'matrix', 'fullRange']),
    );
    const large = await run(await tags(720), { width: 32, height: 64, fit: 'stretch' });
    expect(large.video).toMatchObject({ color_space: 'bt709' });
  });

  const bunny = requireShared('media/big-buck-bunny-480p-30s.mp4');
  it.runIf(bunny !== undefined)(
    'like the untagged film of the shared folder come out with the right, stated guess',
    async () => {
      const { report, video, audio } = await run(bunny ?? '', { width: 240, crf: 30 });
      expect(video).toMatchObject({
        color_space: 'smpte170m',
        color_range: 'tv',
        color_primaries: 'smpte170m',
        nb_read_packets: '720',
      });
      expect(report).toMatchObject({ frames: 720, color: { matrix: 'smpte170m', fullRange: false } });
      expect(report.warnings.map(({ code }) => code)).toContain('W_COLOR_GUESSED');
      expect(audio?.codec_name).toBe('aac');
    },
  );
});

/** Full-range grey, as ffmpeg gives it, as limited-range luma. */
function limited(code: number): number {
  return 16 + Math.round((code * 219) / 255);
}

function furthest(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((worst, value, at) => Math.max(worst, Math.abs(value - (b[at] ?? -999))), 0);
}
