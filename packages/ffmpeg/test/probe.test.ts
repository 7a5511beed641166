import { copyFileSync } from 'node:fs';
import { BT601, rational } from '@framerail/media-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram, requireShared } from '../../../scripts/testing/require.js';
import { type FfmpegBinaries, locateFfmpeg, type MediaInfo, type ProbeOptions, probe } from '../src/index.js';
import { aftermath } from './aftermath.js';
import { clipFolder, LOSSLESS, rotateMp4, testSource } from './clips.js';

describe.runIf(requireProgram('ffmpeg') && requireProgram('ffprobe'))('probe', () => {
  const clips = clipFolder();
  let binaries: FfmpegBinaries;
  let nothingLeft = async (): Promise<void> => {};
  const look = (path: string, options: Omit<ProbeOptions, 'binaries'> = {}): Promise<MediaInfo> =>
    probe(path, { binaries, ...options });
  const video = async (path: string, options: Omit<ProbeOptions, 'binaries'> = {}) => {
    const { video: found } = await look(path, options);
    if (found === undefined) throw new Error('Expected video');
    return found;
  };

  beforeAll(async () => {
    binaries = await locateFfmpeg();
    clips.make('plain.mp4', [...testSource({ rate: '30000/1001', seconds: 2, audio: true }), ...LOSSLESS]);
    nothingLeft = aftermath();
  });
  afterAll(async () => {
    clips.remove();
    await nothingLeft();
  });

  test('says all of a plain file', async () => {
    const info = await look(clips.file('plain.mp4'));
    expect(info).toMatchObject({ path: clips.file('plain.mp4'), otherVideoStreams: 0 });
    expect(info.formatName).toContain('mp4');
    expect(info.video).toMatchObject({
      codec: 'h264',
      pixelFormat: 'yuv420p',
      bitDepth: 8,
      width: 64,
      height: 48,
      codedWidth: 64,
      decodedHeight: 48,
      rotationDegrees: 0,
      sampleAspectRatio: rational(1),
      frameRate: rational(30_000, 1001),
      averageFrameRate: rational(30_000, 1001),
      variableFrameRate: false,
      frameCount: 60,
      frameCountExact: false,
      interlaced: false,
      startUs: 0,
      durationUs: 2_002_000,
      hdr: undefined,
    });
    expect(info.audio).toMatchObject([
      { codec: 'aac', sampleRate: 48_000, channels: 1, channelLayout: 'mono', startUs: 0 },
    ]);
    expect(info.audio[0]?.durationUs).toBeGreaterThan(1_950_000);
  });

  test.each([
    ['24000/1001', 'mkv'],
    ['24', 'mp4'],
    ['25', 'avi'],
    ['30000/1001', 'ts'],
    ['50', 'mkv'],
    ['60000/1001', 'mov'],
    ['60', 'flv'],
    ['120', 'mp4'],
    ['12', 'mp4'],
  ])('has the exact rate %s of a %s file, and calls it constant', async (rate, extension) => {
    const name = `rate.${rate.replace('/', '-')}.${extension}`;
    const found = await video(
      clips.make(name, [
        ...testSource({ rate, seconds: 3 }),
        '-c:v',
        'libx264',
        '-preset',
        'ultrafast',
        '-bf',
        '2',
      ]),
    );
    const [numerator, denominator = 1] = rate.split('/').map(Number);
    // FLV and AVI keep no count, and their durations take in the delay of B-frames: two frames here.
    expect(found.variableFrameRate).toBe(false);
    expect(found.frameRate).toEqual(rational(numerator ?? 0, denominator));
    expect(Math.abs((found.frameCount ?? 0) - (3 * (numerator ?? 0)) / denominator)).toBeLessThanOrEqual(2);
  });

  test.each([
    ['dropped frames', ['-vf', "select='not(eq(mod(n,7),3))'", '-vsync', 'vfr']],
    ['another rate in the second half', ['-vf', "select='lt(n,50)+not(mod(n,2))'", '-vsync', 'vfr']],
    [
      'jitter',
      [
        '-vf',
        "settb=1/90000,setpts='PTS+if(mod(N,2),0.012/TB,0)'",
        '-vsync',
        'vfr',
        '-enc_time_base',
        '1/90000',
        '-video_track_timescale',
        '90000',
      ],
    ],
  ])('sees the variable rate of %s', async (name, args) => {
    const path = clips.make(`${name}.mp4`, [...testSource({ seconds: 4 }), ...args, ...LOSSLESS]);
    expect((await video(path)).variableFrameRate).toBe(true);
  });

  test('sees a variable rate that begins behind the packets it looks at', async () => {
    const path = clips.make('late.mp4', [
      ...testSource({ seconds: 20, size: '16x16' }),
      ...['-vf', "select='lt(n,300)+not(mod(n,5))'", '-vsync', 'vfr', ...LOSSLESS],
    ]);
    expect(await video(path)).toMatchObject({ variableFrameRate: true });
  });

  test('counts frames exactly when asked', async () => {
    const path = clips.make('count.mkv', [...testSource({ seconds: 3 }), ...LOSSLESS]);
    expect(await video(path, { countFrames: true })).toMatchObject({ frameCount: 75, frameCountExact: true });
  });

  test('finds the duration of a stream without any container by counting', async () => {
    const path = clips.make('raw.h264', [
      ...testSource({ seconds: 2 }),
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
    ]);
    expect(await video(path)).toMatchObject({ frameCount: 50, frameCountExact: true, durationUs: 2_000_000 });
  });

  test.each([0, 90, 180, 270] as const)('reads a rotation of %i degrees clockwise', async (degrees) => {
    const path = clips.file(`rotated-${degrees}.mp4`);
    copyFileSync(clips.file('plain.mp4'), path);
    rotateMp4(path, degrees);
    const turned = degrees % 180 === 90;
    expect(await video(path)).toMatchObject({
      rotationDegrees: degrees,
      codedWidth: 64,
      codedHeight: 48,
      decodedWidth: turned ? 48 : 64,
      decodedHeight: turned ? 64 : 48,
      width: turned ? 48 : 64,
      height: turned ? 64 : 48,
    });
  });

  test('takes an angle that is none of the four for upright, as its frames keep their size', async () => {
    const path = clips.file('rotated-30.mp4');
    copyFileSync(clips.file('plain.mp4'), path);
    rotateMp4(path, 30);
    expect(await video(path)).toMatchObject({ rotationDegrees: 0, decodedWidth: 64 });
  });

  test('makes pixels square for display, also of a rotated picture', async () => {
    const path = clips.make('anamorphic.mp4', [
      ...testSource({ size: '64x48' }),
      '-vf',
      'setsar=16/11',
      ...LOSSLESS,
    ]);
    expect(await video(path)).toMatchObject({
      sampleAspectRatio: rational(16, 11),
      codedWidth: 64,
      decodedWidth: 64,
      width: 93,
      height: 48,
    });
    rotateMp4(path, 90);
    expect(await video(path)).toMatchObject({ decodedWidth: 48, decodedHeight: 64, width: 48, height: 93 });
  });

  test('keeps the offset between the starts of sound and picture', async () => {
    const late = [
      '-f',
      'lavfi',
      '-i',
      'sine=duration=2',
      '-itsoffset',
      '0.4',
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=64x48:rate=25:duration=1.6',
    ];
    const path = clips.make('late-video.mkv', [...late, '-c:a', 'pcm_s16le', ...LOSSLESS]);
    const info = await look(path);
    expect(info.audio[0]?.startUs).toBe(0);
    expect(info.video?.startUs).toBe(400_000);
    expect(info.video?.timestampOriginUs).toBe(0);
  });

  test('counts time from the earliest stream, wherever the container begins', async () => {
    const found = await video(clips.make('offset.ts', [...testSource({ audio: true }), ...LOSSLESS]));
    expect(found.timestampOriginUs).toBeGreaterThan(1_000_000);
    expect(found.startUs).toBeGreaterThanOrEqual(0);
    expect(found.startUs).toBeLessThan(100_000);
  });

  test('takes cover art for no video', async () => {
    const picture = clips.make('cover.png', [
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=32x32:rate=1:duration=1',
      '-frames:v',
      '1',
    ]);
    const cover = ['-i', picture, '-map', '0', '-map', '1', '-c', 'copy', '-disposition:v', 'attached_pic'];
    const tone = clips.make('tone.m4a', ['-f', 'lavfi', '-i', 'sine=duration=1', '-c:a', 'aac']);
    const info = await look(clips.make('album.m4a', ['-i', tone, ...cover]));
    expect(info.video).toBeUndefined();
    expect(info.audio).toHaveLength(1);
    expect(info.durationUs).toBeGreaterThan(900_000);
  });

  test('takes the default one of several video streams', async () => {
    const two = [
      ...testSource({ size: '64x48' }),
      ...testSource({ size: '32x16' }),
      '-map',
      '0',
      '-map',
      '1',
      ...LOSSLESS,
    ];
    const path = clips.make('two.mkv', [...two, '-disposition:v:0', '0', '-disposition:v:1', 'default']);
    const info = await look(path);
    expect(info.video).toMatchObject({ index: 1, width: 32 });
    expect(info.otherVideoStreams).toBe(1);
  });

  test('describes the untagged film beside the repository', async () => {
    const film = requireShared('media/big-buck-bunny-480p-30s.mp4');
    if (film === undefined) return;
    const info = await look(film, { countFrames: true });
    expect(info.video).toMatchObject({
      color: BT601,
      frameRate: rational(24),
      frameCount: 720,
      variableFrameRate: false,
      width: 854,
      height: 480,
    });
    expect(info.video?.colorGuessed).toEqual(['primaries', 'transfer', 'matrix', 'fullRange']);
    expect(info.audio).toMatchObject([{ codec: 'aac' }]);
  });
});
