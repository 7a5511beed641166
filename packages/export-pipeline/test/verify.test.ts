import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FfmpegBinaries, locateFfmpeg } from '@framerail/ffmpeg';
import type { CubeLut } from '@framerail/gpu-converters';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import {
  type ExportOperation,
  type ExportOptions,
  exportVideo,
  verificationText,
  verifyExport,
} from '../src/index.js';

/** Losslessly encoded, all that is left is the difference between two ways of rounding the same edit. */
const LOSSLESS = { codec: 'libx264', crf: 0, preset: 'ultrafast', mode: 'render' } as const;
const EDIT_AGREES = { minPsnrY: 50, minSsim: 0.998, minCoarsePsnr: 56 };

describe.runIf(requireProgram('ffmpeg') && requireProgram('ffprobe'))('verifyExport', () => {
  let [folder, source, late] = ['', '', ''];
  let binaries: FfmpegBinaries;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'framerail-verify-test-'));
    binaries = await locateFfmpeg();
    source = clip('source.mp4', []);
    late = clip('late-sound.mp4', ['-itsoffset', '0.4']);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  function clip(name: string, beforeSound: string[]): string {
    const path = join(folder, name);
    const picture =
      'testsrc2=size=320x180:rate=25:duration=1,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p';
    execFileSync(binaries.ffmpeg.path, [
      ...[
        '-v',
        'error',
        '-f',
        'lavfi',
        '-i',
        picture,
        ...beforeSound,
        '-f',
        'lavfi',
        '-i',
        'sine=duration=1',
      ],
      ...[
        '-c:v',
        'libx264',
        '-crf',
        '12',
        '-preset',
        'veryfast',
        '-color_range',
        'tv',
        '-colorspace',
        'bt709',
      ],
      ...['-color_primaries', 'bt709', '-color_trc', 'bt709', '-c:a', 'aac', path],
    ]);
    return path;
  }

  const options = (rest: Partial<ExportOptions> = {}): ExportOptions => ({
    input: source,
    output: join(folder, 'out.mp4'),
    binaries,
    gpuFormatConversion: 'off',
    ...rest,
  });

  const image = {
    width: 90,
    height: 50,
    data: Uint8Array.from({ length: 90 * 50 * 4 }, (_, at) =>
      at % 4 === 3 ? (at / 70) % 256 : (at * 7) % 256,
    ),
  };

  const EDITS: readonly [name: string, edit: Partial<ExportOptions>][] = [
    ['nothing at all', {}],
    ['twice the size', { width: 640 }],
    ['an odd scale', { width: 486, height: 270, fit: 'stretch' }],
    ['half the size', { width: 160 }],
    ['a quarter, with bars', { width: 80, height: 80 }],
    ['a cut', { width: 320, height: 320, fit: 'cover' }],
    ['an adjustment', { brightness: 0.05, contrast: 1.2, saturation: 1.3 }],
    ['an adjustment that clips nearly everything', { brightness: -0.2, contrast: 4, saturation: 4 }],
    ['a grey picture', { saturation: 0 }],
    ['an overlay over the edge', { overlay: { image, x: -20, y: 150, opacity: 0.6 } }],
    ['another matrix', { color: { matrix: 'smpte170m' } }],
    ['full range', { color: { fullRange: true }, contrast: 0.9 }],
    ['another rate', { fps: 10, contrast: 1.1 }],
    [
      'operations in an order of their own',
      {
        operations: [
          { type: 'overlay', image, x: 5, y: 5 },
          { type: 'color', saturation: 1.5 },
          { type: 'scale', width: 400, height: 226 },
          { type: 'overlay', image, x: 300, y: 100, opacity: 0.5 },
        ],
      },
    ],
  ];

  /** Warmer shadows, cooler lights: no channel by itself. */
  const look: CubeLut = {
    title: 'test',
    dimensions: 3,
    size: 5,
    domainMin: [0, 0, 0],
    domainMax: [1, 1, 1],
    entries: Float64Array.from({ length: 5 ** 3 * 3 }, (_, at) => {
      const node = Math.floor(at / 3);
      const [r = 0, g = 0, b = 0] = [node % 5, Math.floor(node / 5) % 5, Math.floor(node / 25)].map(
        (i) => i / 4,
      );
      return [0.1 + 0.8 * r, 0.05 + 0.9 * g ** 1.2, 0.9 * b + 0.1 * r][at % 3] as number;
    }),
  };

  const OPERATIONS: readonly [name: string, operations: ExportOperation[]][] = [
    ['a crop', [{ type: 'crop', x: 18, y: 8, width: 200, height: 120 }]],
    ['a quarter turn', [{ type: 'rotate', degrees: 90 }]],
    [
      'a crop, a turn and a look',
      [
        { type: 'crop', x: 40, y: 10, width: 240, height: 160 },
        { type: 'rotate', degrees: 270 },
        { type: 'lut3d', lut: look },
      ],
    ],
    [
      'mirrors and a border',
      [
        { type: 'flip', axis: 'horizontal' },
        { type: 'pad', left: 10, right: 20, top: 4, bottom: 6, fill: [0.2, 0.4, 0.6] },
        { type: 'flip', axis: 'vertical' },
        { type: 'rotate', degrees: 180 },
      ],
    ],
    ['bicubic enlarging', [{ type: 'scale', width: 480, height: 270, filter: 'bicubic' }]],
    ['Lanczos', [{ type: 'scale', width: 400, height: 226, filter: 'lanczos3' }]],
    ['one side by more than 2', [{ type: 'scale', width: 90, height: 142 }]],
    ['area', [{ type: 'scale', width: 80, height: 46, filter: 'area' }]],
    [
      'a matrix and a fade',
      [
        { type: 'matrix', coefficients: [0.8, 0.1, 0.1, 0.02, 0, 1.1, 0, -0.05, 0.2, 0, 0.7, 0] },
        { type: 'fade', amount: 0.4, color: [0.9, 0.5, 0.1] },
      ],
    ],
  ];

  it.each(OPERATIONS)('agrees with ffmpeg on %s', async (_, operations) => {
    const exported = options({ ...LOSSLESS, operations });
    await exportVideo(exported);
    const verification = await verifyExport({ ...exported, thresholds: EDIT_AGREES });
    expect(verification.checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  it.each<[string, ExportOperation]>([
    ['letterbox', { type: 'letterbox', width: 320, height: 320 }],
    ['solid', { type: 'solid', fill: [1, 0, 0] }],
    ['gamma', { type: 'color', gamma: 1.2 }],
    ['linear light', { type: 'scale', width: 160, height: 90, linearLight: true }],
    [
      'dissolve',
      {
        type: 'dissolve',
        amount: 0.5,
        other: { data: new Uint8Array(320 * 180 * 4), width: 320, height: 180 },
      },
    ],
    ['between two samples of chroma', { type: 'crop', x: 17, y: 8, width: 200, height: 120 }],
    ['blend', { type: 'overlay', image, x: 0, y: 0, blend: 'multiply' }],
  ])('says that ffmpeg can’t tell: %s', async (words, operation) => {
    const exported = options({ ...LOSSLESS, operations: [operation] });
    await exportVideo(exported);
    await expect(verifyExport(exported)).rejects.toThrow(
      expect.objectContaining({ code: 'E_NOT_VERIFIABLE', message: expect.stringContaining(words) }),
    );
  });

  it.each(EDITS)('agrees with ffmpeg before encoding: %s', async (_, edit) => {
    const exported = options({ ...LOSSLESS, ...edit });
    await exportVideo(exported);
    const verification = await verifyExport({ ...exported, thresholds: EDIT_AGREES });
    expect(verification.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(verification.ok).toBe(true);
  });

  it('holds an ordinary export to the default thresholds, and says so in words', async () => {
    const exported = options({ width: 640, contrast: 1.1 });
    await exportVideo(exported);
    const verification = await verifyExport(exported);
    expect(verification.ok).toBe(true);
    expect(verification.scores.frames).toBe(25);
    expect(verificationText(verification)).toMatch(
      /^ok +frame-count +25 frames[\s\S]*The file is what it should be/,
    );
  });

  it('follows sound that starts late', async () => {
    const exported = options({ input: late, brightness: 0.1 });
    await exportVideo(exported);
    expect((await verifyExport(exported)).ok).toBe(true);
  });

  describe('notices', () => {
    /** Exports one thing and checks it as if another had been asked for. */
    async function failedChecks(
      done: Partial<ExportOptions>,
      asked: Partial<ExportOptions>,
    ): Promise<string[]> {
      await exportVideo(options({ ...LOSSLESS, ...done }));
      const { ok, checks } = await verifyExport(options({ ...LOSSLESS, ...asked }));
      const failed = checks.filter((check) => !check.ok).map(({ id }) => id);
      expect(ok).toBe(failed.length === 0);
      return failed;
    }

    it('an adjustment that was not made', async () => {
      expect(await failedChecks({}, { contrast: 1.06 })).toEqual(['coarse-psnr']);
    });

    it('an overlay in another place', async () => {
      const place = { image, opacity: 1 };
      const failed = await failedChecks(
        { overlay: { ...place, x: 10, y: 10 } },
        { overlay: { ...place, x: 40, y: 10 } },
      );
      expect(failed).toContain('coarse-psnr');
    });

    it('another frame rate', async () => {
      expect(await failedChecks({ fps: 24 }, { fps: 25 })).toContain('frame-count');
    });

    it('sound that is missing', async () => {
      expect(await failedChecks({ audio: 'none' }, {})).toEqual(['av-offset']);
    });

    it('tags that say something else', async () => {
      expect(await failedChecks({ color: { fullRange: true } }, {})).toContain('color');
    });

    it('sound that has moved', async () => {
      await exportVideo(options({ ...LOSSLESS, input: late }));
      const { checks } = await verifyExport(options(LOSSLESS));
      expect(checks.filter(({ ok }) => !ok).map(({ id }) => id)).toContain('av-offset');
    });
  });

  it('compares every nth frame', async () => {
    const exported = options(LOSSLESS);
    await exportVideo(exported);
    const { ok, scores } = await verifyExport({ ...exported, everyNthFrame: 10 });
    expect([ok, scores.frames]).toEqual([true, 3]);
  });

  it('ends when it is aborted and leaves no file behind', async () => {
    const exported = options({ ...LOSSLESS, width: 1920 });
    await exportVideo(exported);
    const before = await temporaryFolders();
    const running = verifyExport({ ...exported, signal: AbortSignal.timeout(300) });
    await expect(running).rejects.toMatchObject({ code: 'E_ABORTED' });
    expect(await temporaryFolders()).toEqual(before);
  });

  it('fails for an output that is not there', async () => {
    const missing = options({ output: join(folder, 'none.mp4') });
    await expect(verifyExport(missing)).rejects.toMatchObject({ code: 'E_INPUT_NOT_FOUND' });
  });
});

async function temporaryFolders(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => /^framerail-verify-\w{6}$/.test(name));
}
