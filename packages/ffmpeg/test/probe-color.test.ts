import { BT601, BT709 } from '@framerail/media-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { type FfmpegBinaries, locateFfmpeg, type MediaInfo, type ProbeOptions, probe } from '../src/index.js';
import { aftermath } from './aftermath.js';
import { clipFolder, LOSSLESS, testSource } from './clips.js';

describe.runIf(requireProgram('ffmpeg') && requireProgram('ffprobe'))('probe on colour', () => {
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
});
