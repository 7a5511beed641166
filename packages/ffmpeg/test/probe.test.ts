import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { BT601, BT709, rational } from '@framerail/media-types';
import fc from 'fast-check';
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

  const colors: [string, string[], object][] = [
    ['601 limited', ['tv', 'smpte170m', 'smpte170m', 'smpte170m', 'left'], { ...BT601 }],
    [
      '709 full',
      ['pc', 'bt709', 'bt709', 'bt709', 'center'],
      { ...BT709, fullRange: true, chromaLocation: 'center' },
    ],
    ['PAL', ['tv', 'bt470bg', 'bt470bg', 'smpte170m', 'left'], { matrix: 'bt470bg', primaries: 'bt470bg' }],
    [
      '2020 PQ',
      ['tv', 'bt2020nc', 'bt2020', 'smpte2084', 'topleft'],
      { matrix: 'bt2020-ncl', transfer: 'pq', chromaLocation: 'topleft' },
    ],
    [
      '2020 HLG',
      ['tv', 'bt2020nc', 'bt2020', 'arib-std-b67', 'topleft'],
      { primaries: 'bt2020', transfer: 'hlg' },
    ],
    [
      '2020 SDR',
      ['tv', 'bt2020nc', 'bt2020', 'bt2020-10', 'topleft'],
      { primaries: 'bt2020', transfer: 'bt709' },
    ],
    ['sRGB curve', ['tv', 'bt709', 'bt709', 'iec61966-2-1', 'left'], { transfer: 'iec61966-2-1' }],
  ];
  test.each(colors)(
    'reads the tags of %s',
    async (name, [range = '', matrix = '', primaries = '', transfer = '', place = ''], expected) => {
      const tags = [
        '-color_range',
        range,
        '-colorspace',
        matrix,
        '-color_primaries',
        primaries,
        '-color_trc',
        transfer,
      ];
      const input = [
        '-f',
        'rawvideo',
        '-pixel_format',
        'yuv420p',
        '-video_size',
        '64x48',
        ...tags,
        '-i',
        'pipe:0',
      ];
      const path = clips.make(
        `${name}.mp4`,
        [...input, ...tags, '-chroma_sample_location', place, ...LOSSLESS],
        new Uint8Array(64 * 48 * 3),
      );
      const found = await video(path);
      expect(found.color).toMatchObject(expected);
      expect(found.colorGuessed).toEqual([]);
      expect(found.hdr).toBe(
        transfer === 'smpte2084' ? 'pq' : transfer === 'arib-std-b67' ? 'hlg' : undefined,
      );
    },
  );

  test('guesses what no tag tells by the height, and says so', async () => {
    const small = await video(clips.file('plain.mp4'));
    expect(small.color).toEqual(BT601);
    expect(small.colorGuessed).toEqual(['primaries', 'transfer', 'matrix', 'fullRange']);
    const large = await video(
      clips.make('hd.mp4', [...testSource({ size: '96x720', seconds: 0.2 }), ...LOSSLESS]),
    );
    expect(large.color).toEqual(BT709);
  });

  test('does not take a tag without a name in WebCodecs for another', async () => {
    const path = clips.make('odd.mp4', [
      ...testSource(),
      '-colorspace',
      'ycgco',
      '-color_trc',
      'gamma22',
      ...LOSSLESS,
    ]);
    const found = await video(path);
    expect(found.colorTags).toMatchObject({
      matrix: 'ycgco',
      transfer: expect.stringMatching(/gamma22|bt470m/),
    });
    expect(found.colorGuessed).toEqual(expect.arrayContaining(['matrix', 'transfer']));
  });

  const formats: [string, string[], object][] = [
    [
      'yuvj420p',
      ['-pix_fmt', 'yuvj420p', '-c:v', 'mjpeg'],
      { bitDepth: 8, color: { fullRange: true, chromaLocation: 'center' } },
    ],
    ['yuv420p10le', ['-pix_fmt', 'yuv420p10le', '-c:v', 'ffv1'], { bitDepth: 10 }],
    ['yuv422p10le', ['-pix_fmt', 'yuv422p10le', '-c:v', 'prores_ks'], { bitDepth: 10 }],
    [
      'yuv444p12le',
      ['-pix_fmt', 'yuv444p12le', '-c:v', 'ffv1'],
      { bitDepth: 12, color: { chromaLocation: 'center' } },
    ],
    [
      'gbrp',
      ['-pix_fmt', 'gbrp', '-c:v', 'ffv1'],
      { bitDepth: 8, color: { matrix: 'rgb', fullRange: true } },
    ],
    ['bgra', ['-pix_fmt', 'bgra', '-c:v', 'qtrle'], { bitDepth: 8, color: { matrix: 'rgb' } }],
    ['gray', ['-pix_fmt', 'gray', '-c:v', 'ffv1'], { bitDepth: 8, color: { fullRange: true } }],
  ];
  test.each(formats)('knows the pixel format %s', async (name, args, expected) => {
    const path = clips.make(`${name}.mov`, [
      ...testSource({ seconds: 0.4 }),
      ...args,
      '-strict',
      '-2',
      '-f',
      name === 'bgra' || name === 'yuv422p10le' ? 'mov' : 'matroska',
    ]);
    expect(await video(path)).toMatchObject(expected);
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

  test.each([
    '-i.mp4',
    '--help.mp4',
    'a:b.mp4',
    'rtmp:live.mp4',
    'http:x.mp4',
    'concat:a|b.mp4',
    '%03d.mp4',
    'a b\tc\nd.mp4',
    "it's \\ 100% [x],{y};*?.mp4",
    'ünï çödé 世界.mp4',
    'file:x.mp4',
    'pipe:0',
  ])('takes %j for a file of that name', async (name) => {
    const here = process.cwd();
    copyFileSync(clips.file('plain.mp4'), clips.file(name));
    process.chdir(clips.path);
    try {
      expect((await look(name)).video).toMatchObject({ width: 64 });
    } finally {
      process.chdir(here);
    }
    renameSync(clips.file(name), clips.file('renamed.mp4'));
  });

  test.each(['frame%d.png', 'a*.png', 'b[1].png'])(
    'takes the picture %j for one picture, not a pattern',
    async (name) => {
      clips.make('one.png', ['-f', 'lavfi', '-i', 'testsrc2=size=32x16:rate=1:duration=1', '-frames:v', '1']);
      copyFileSync(clips.file('one.png'), clips.file(name));
      expect((await look(clips.file(name))).video).toMatchObject({
        width: 32,
        height: 16,
        color: { matrix: 'rgb' },
      });
    },
  );

  const bad: [string, () => string, string][] = [
    ['a missing file', () => clips.file('missing.mp4'), 'E_INPUT_NOT_FOUND'],
    ['a file below a file', () => clips.file('plain.mp4/x.mp4'), 'E_INPUT_NOT_FOUND'],
    [
      'a folder',
      () => {
        mkdirSync(clips.file('folder.mp4'));
        return clips.file('folder.mp4');
      },
      'E_INPUT_INVALID',
    ],
    ['an empty file', () => write('empty.mp4', ''), 'E_INPUT_EMPTY'],
    ['a text', () => write('text.txt', 'hello '.repeat(1000)), 'E_INPUT_INVALID'],
    ['a text called mp4', () => write('text.mp4', 'hello '.repeat(1000)), 'E_INPUT_INVALID'],
    [
      'an mp4 that lost its index',
      () => {
        const path = write('cut.mp4', readFileSync(clips.file('plain.mp4')));
        truncateSync(path, 5000);
        return path;
      },
      'E_INPUT_INVALID',
    ],
    ['subtitles', () => write('words.srt', '1\n00:00:00,000 --> 00:00:01,000\nhello\n'), 'E_INPUT_INVALID'],
    [
      'a playlist of the network',
      () =>
        write(
          'list.m3u8',
          '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://localhost:9/x.ts\n#EXT-X-ENDLIST\n',
        ),
      'E_INPUT_INVALID',
    ],
    ['a device', () => '/dev/zero', 'E_INPUT_INVALID'],
    ['a name that is too long', () => clips.file('x'.repeat(300)), 'E_INPUT_UNREADABLE'],
    ['no name', () => '', 'E_INVALID_ARGUMENT'],
    ['a zero byte', () => 'a\0b', 'E_INVALID_ARGUMENT'],
  ];
  const write = (name: string, content: string | Uint8Array): string => {
    writeFileSync(clips.file(name), content);
    return clips.file(name);
  };
  test.each(bad)('refuses %s', async (_, make, code) => {
    await expect(look(make())).rejects.toMatchObject({ code });
  });

  test('refuses a pipe instead of waiting for it', async () => {
    execFileSync('mkfifo', [clips.file('fifo.mp4')]);
    await expect(look(clips.file('fifo.mp4'))).rejects.toMatchObject({ code: 'E_INPUT_INVALID' });
  });

  test('says of a cut-off mp4 what it lacks', async () => {
    await expect(look(clips.file('cut.mp4'))).rejects.toMatchObject({
      message: expect.stringContaining('moov'),
      details: { truncated: true },
    });
  });

  test('gives an error or an answer for random bytes, and never anything else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 4000 }), async (bytes) => {
        const outcome = await look(write('random.mp4', bytes)).catch(
          (error: { code?: string }) => error.code,
        );
        expect(typeof outcome === 'object' || outcome === 'E_INPUT_INVALID').toBe(true);
      }),
      { seed: 7, numRuns: 15 },
    );
  });

  test('gives an error or an answer for damaged files', async () => {
    const whole = readFileSync(clips.file('plain.mp4'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 40 }),
        async (damage) => {
          const bytes = Buffer.from(whole);
          for (const [at, value] of damage) bytes[at] = value;
          const outcome = await look(write('damaged.mp4', bytes)).catch(
            (error: { code?: string }) => error.code,
          );
          expect(typeof outcome === 'object' || outcome === 'E_INPUT_INVALID').toBe(true);
        },
      ),
      { seed: 11, numRuns: 15 },
    );
  });

  test('aborts, and gives up in time', async () => {
    await expect(look(clips.file('plain.mp4'), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'E_ABORTED',
    });
    const controller = new AbortController();
    const asked = look(clips.file('plain.mp4'), { signal: controller.signal });
    setTimeout(() => controller.abort(), 10);
    await expect(asked).rejects.toMatchObject({ code: 'E_ABORTED' });
    await expect(look(clips.file('plain.mp4'), { timeoutMs: 1 })).rejects.toMatchObject({
      code: 'E_TIMEOUT',
    });
  });
});
