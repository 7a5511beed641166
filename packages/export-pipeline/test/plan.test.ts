import { BT601, rational, SRGB } from '@framerail/media-types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audioArgs, secondsArg } from '../src/audio/audio-args.js';
import type { ExportOptions } from '../src/export-options.js';
import { frameGeometry } from '../src/plan/frame-geometry.js';
import { constantRate, readFrameRate } from '../src/plan/frame-rate.js';
import { planExport } from '../src/plan/plan-export.js';
import { scaleTo } from '../src/plan/planned-operation.js';
import { mediaInfo } from './media.js';

const plan = (options: Partial<ExportOptions> = {}, media = mediaInfo()) =>
  planExport({ input: '/film.mp4', output: '/out.mp4', ...options }, media);

const picture = { data: new Uint8Array(4), width: 1, height: 1 };

describe('mode', () => {
  it.each<[string, Partial<ExportOptions>, Parameters<typeof mediaInfo>, string]>([
    ['nothing asked for', {}, [], 'copy'],
    ['the codec that it has', { codec: 'h264' }, [], 'copy'],
    ['the size that it has', { width: 1920, height: 1080 }, [], 'copy'],
    [
      'adjustments and an overlay that change nothing',
      { brightness: 0, overlay: { image: picture, opacity: 0 } },
      [],
      'copy',
    ],
    ['the rate that it has', { fps: 30 }, [], 'copy'],
    ['an odd source as it is', {}, [{ codedWidth: 321, codedHeight: 181 }], 'copy'],
    ['another sound', { audio: 'none' }, [], 'copy'],
    ['a quality', { crf: 20 }, [], 'transcode'],
    ['a preset', { preset: 'slow' }, [], 'transcode'],
    ['an encoder by name', { codec: 'libx264' }, [], 'transcode'],
    ['h264 of something else', { codec: 'h264' }, [{ codec: 'hevc' }], 'transcode'],
    ['a codec that the container cannot hold', {}, [{ codec: 'theora' }], 'transcode'],
    ['another rate', { fps: 25 }, [], 'transcode'],
    ['a constant rate of a variable one', { fps: 30 }, [{ variableFrameRate: true }], 'transcode'],
    ['bars at the size that it has', { width: 1920, height: 1920 }, [], 'transcode'],
    ['an odd side cut', { oddSize: 'crop' }, [{ codedWidth: 321, codedHeight: 181 }], 'transcode'],
    ['another size', { width: 3840 }, [], 'render'],
    ['an adjustment', { contrast: 1.1 }, [], 'render'],
    ['an overlay', { overlay: { image: picture } }, [], 'render'],
    ['another matrix', { color: { matrix: 'smpte170m' } }, [], 'render'],
    ['another range', { color: { fullRange: true } }, [], 'render'],
    ['rendering for its own sake', { mode: 'render' }, [], 'render'],
    ['transcoding for its own sake', { mode: 'transcode' }, [], 'transcode'],
  ])('%s: %j', (_, options, media, mode) => {
    expect(plan(options, mediaInfo(...media)).mode).toBe(mode);
  });

  it('is refused where it can do less than was asked for', () => {
    expect(() => plan({ mode: 'copy', crf: 20 })).toThrowError(/'auto' because of crf for mode/);
    expect(() => plan({ mode: 'transcode', width: 640 })).toThrowError(/scale/);
  });

  it('gives its reason', () => {
    expect(plan({ width: 640, saturation: 0 }).reason).toBe('frames have to be rendered: scale, color');
    expect(plan({ crf: 1 }).reason).toContain('crf');
  });
});

describe('size', () => {
  it.each<
    [string, Partial<ExportOptions>, Parameters<typeof mediaInfo>[0], [number, number], string | undefined]
  >([
    ['width alone', { width: 3840 }, {}, [3840, 2160], undefined],
    ['height alone', { height: 720 }, {}, [1280, 720], undefined],
    ['a derived side is even', { width: 1000 }, {}, [1000, 562], undefined],
    ['an odd width', { width: 641 }, {}, [640, 360], undefined],
    ['an odd width, up', { width: 641, oddSize: 'pad' }, {}, [642, 362], undefined],
    ['both, rounding only', { width: 854, height: 480 }, {}, [854, 480], undefined],
    ['bars above and below', { width: 1080, height: 1080 }, {}, [1080, 1080], 'pad 1920×1920 at 0,420'],
    ['bars at the sides', { width: 3840, height: 1080 }, {}, [3840, 1080], 'pad 3840×1080 at 960,0'],
    [
      'a cut at the sides',
      { width: 1080, height: 1080, fit: 'cover' },
      {},
      [1080, 1080],
      'crop 1080×1080 at 420,0',
    ],
    [
      'a cut above and below',
      { width: 3840, height: 1080, fit: 'cover' },
      {},
      [3840, 1080],
      'crop 1920×540 at 0,270',
    ],
    ['distorted', { width: 500, height: 500, fit: 'stretch' }, {}, [500, 500], undefined],
    [
      'an odd source, cut',
      { crf: 1 },
      { codedWidth: 321, codedHeight: 181 },
      [320, 180],
      'crop 320×180 at 0,0',
    ],
    [
      'an odd source, padded',
      { oddSize: 'pad' },
      { codedWidth: 321, codedHeight: 181 },
      [322, 182],
      'pad 322×182 at 0,0',
    ],
    ['an odd source, enlarged', { width: 640 }, { codedWidth: 321, codedHeight: 181 }, [640, 360], undefined],
    [
      'a turned source',
      { width: 540 },
      { rotationDegrees: 90, decodedWidth: 1080, decodedHeight: 1920, width: 1080, height: 1920 },
      [540, 960],
      undefined,
    ],
    [
      'pixels that are not square',
      { crf: 1 },
      { codedWidth: 720, codedHeight: 576, width: 1048, height: 576, sampleAspectRatio: rational(16, 11) },
      [1048, 576],
      undefined,
    ],
    [
      'pixels that are not square, at the stored size',
      { width: 720, height: 576 },
      { codedWidth: 720, codedHeight: 576, width: 1024, height: 576, sampleAspectRatio: rational(64, 45) },
      [720, 576],
      'pad 720×820 at 0,122',
    ],
  ])('%s', (_, options, video, [width, height], step) => {
    const planned = plan(options, mediaInfo(video));
    expect(planned.target).toMatchObject({ width, height });
    const { source } = planned;
    expect(
      source.step &&
        `${source.step.type} ${source.step.width}×${source.step.height} at ${source.step.x},${source.step.y}`,
    ).toBe(step);
    const last = planned.operations.findLast(({ type }) => type === 'scale');
    const isScaled = source.width !== width || source.height !== height;
    expect(last?.type === 'scale').toBe(isScaled);
    if (last?.type === 'scale') expect(last).toMatchObject({ width, height });
  });

  it('is refused where it is odd and that is not wanted', () => {
    expect(() => plan({ width: 641, height: 360, oddSize: 'refuse' })).toThrowError(/641×360/);
    expect(() => plan({ width: 641, oddSize: 'refuse' })).toThrowError(/641/);
    const odd = mediaInfo({ codedWidth: 321, codedHeight: 181 });
    expect(() => plan({ crf: 1, oddSize: 'refuse' }, odd)).toThrowError(/even/);
    expect(plan({ width: 1000, oddSize: 'refuse' }).target.height).toBe(562);
    expect(() => plan({ width: 1, height: 1 })).toThrowError(/nothing left/);
  });

  it('is always even, fits, and keeps the shape to a pixel or two of the source', () => {
    const side = fc.integer({ min: 2, max: 5000 });
    fc.assert(
      fc.property(
        side,
        side,
        fc.constantFrom(rational(1), rational(16, 11), rational(10, 11), rational(4, 3)),
        fc.option(side, { nil: undefined }),
        fc.option(side, { nil: undefined }),
        fc.constantFrom('contain' as const, 'cover' as const, 'stretch' as const),
        fc.constantFrom('crop' as const, 'pad' as const),
        (storedWidth, storedHeight, pixelAspect, width, height, fit, oddSize) => {
          const stored = { width: storedWidth, height: storedHeight };
          const shown = (storedWidth * pixelAspect.numerator) / pixelAspect.denominator;
          const display = { width: Math.round(shown), height: storedHeight };
          const { step, decoded, output } = frameGeometry({
            stored,
            pixelAspect,
            display,
            width,
            height,
            fit,
            oddSize,
          });
          expect(output.width % 2 || output.height % 2).toBe(0);
          if (width !== undefined) expect(Math.abs(output.width - width)).toBeLessThanOrEqual(1);
          if (height !== undefined) expect(Math.abs(output.height - height)).toBeLessThanOrEqual(1);
          if (step === undefined) {
            expect(decoded).toEqual(stored);
            return;
          }
          expect({ width: step.width, height: step.height }).toEqual(decoded);
          const [inner, outer] = step.type === 'crop' ? [step, stored] : [stored, step];
          expect(step.x % 2 || step.y % 2).toBe(0);
          expect(inner.width + step.x).toBeLessThanOrEqual(outer.width);
          expect(inner.height + step.y).toBeLessThanOrEqual(outer.height);
          const isFitted = width !== undefined && height !== undefined && fit !== 'stretch';
          if (isFitted && step.width > 20 && step.height > 20 && output.width > 20 && output.height > 20) {
            const aspect =
              (decoded.width * pixelAspect.numerator) / (decoded.height * pixelAspect.denominator);
            const error = Math.abs(aspect / (output.width / output.height) - 1);
            expect(error).toBeLessThan(
              4 / Math.min(decoded.width, decoded.height, output.width, output.height),
            );
          }
        },
      ),
      { seed: 99, numRuns: 2000 },
    );
  });
});

describe('operations', () => {
  it('scale at once, however far', () => {
    const side = fc.integer({ min: 1, max: 9000 });
    fc.assert(
      fc.property(side, side, side, side, (width, height, toWidth, toHeight) => {
        const to = { width: toWidth, height: toHeight };
        const isSame = width === toWidth && height === toHeight;
        expect(scaleTo({ width, height }, to)).toEqual(isSame ? [] : [{ type: 'scale', ...to }]);
      }),
      { seed: 12, numRuns: 500 },
    );
  });

  it('are scale, colour, overlay for the short options', () => {
    const { operations } = plan({ overlay: { path: 'a.png', x: 3 }, brightness: 0.1, width: 960 });
    expect(operations).toEqual([
      { type: 'scale', width: 960, height: 540 },
      { type: 'color', brightness: 0.1, contrast: 1, saturation: 1 },
      { type: 'overlay', path: 'a.png', x: 3 },
    ]);
  });

  it('keep the caller’s order', () => {
    const own = [
      { type: 'overlay' as const, image: picture, x: 0, y: 0 },
      { type: 'color' as const, contrast: 2 },
      { type: 'scale' as const, width: 100, height: 50 },
    ];
    expect(plan({ operations: own })).toMatchObject({ operations: own, target: { width: 100, height: 50 } });
  });

  it.each<[string, Partial<ExportOptions>, RegExp]>([
    ['both ways at once', { operations: [], brightness: 0.5 }, /operations/],
    ['two sizes', { width: 100, operations: [{ type: 'scale', width: 10, height: 10 }] }, /no scale/],
    ['an odd scale', { operations: [{ type: 'scale', width: 11, height: 10 }] }, /11×10/],
    ['a brightness out of range', { brightness: 2 }, /from -1 to 1 for brightness/],
    ['a contrast that is no number', { contrast: '2' as unknown as number }, /contrast/],
    ['an opacity out of range', { overlay: { path: 'x', opacity: 2 } }, /opacity/],
    ['a width of nothing', { width: 0 }, /width/],
    ['a height too large', { height: 70_000 }, /height/],
    ['an unknown fit', { fit: 'squeeze' as 'cover' }, /fit/],
    ['an unknown container', { output: '/a.avi' }, /\.mp4.*output/],
    ['an unknown matrix', { color: { matrix: 'bt470bg' as 'bt709' } }, /color.matrix/],
  ])('refuse %s', (_, options, message) => {
    expect(() => plan(options)).toThrowError(message);
  });
});

describe('time', () => {
  it.each([
    [25, '25/1'],
    [29.97, '30000/1001'],
    ['59.94', '60000/1001'],
    ['23.976', '24000/1001'],
    ['30000/1001', '30000/1001'],
    [12.5, '25/2'],
    [rational(24), '24/1'],
  ])('reads %s as %s', (text, rate) => {
    const { numerator, denominator } = readFrameRate('fps', text);
    expect(`${numerator}/${denominator}`).toBe(rate);
  });

  it.each([0, -25, 'fast', '25fps', Number.NaN, Number.POSITIVE_INFINITY, '1/0', 2000, ''])(
    'refuses %s',
    (text) => {
      expect(() => readFrameRate('fps', text)).toThrowError(/fps/);
    },
  );

  it.each([
    [rational(30), rational(2997, 100), false, '30/1'],
    [rational(30), rational(284, 10), true, '30/1'],
    [rational(120), rational(24), true, '24/1'],
    [rational(90_000), rational(271, 10), true, '30000/1001'],
    [rational(1000), rational(400), true, '120/1'],
  ])(
    'makes nominal %j, average %j (variable: %s) constant',
    (frameRate, averageFrameRate, variableFrameRate, rate) => {
      const { numerator, denominator } = constantRate({ frameRate, averageFrameRate, variableFrameRate });
      expect(`${numerator}/${denominator}`).toBe(rate);
    },
  );

  it('counts frames exactly', () => {
    const ntsc = { frameRate: rational(30_000, 1001), averageFrameRate: rational(30_000, 1001) };
    // 3600 s of NTSC rounded to a millisecond by the container; the count knows better.
    expect(
      plan({}, mediaInfo({ ...ntsc, durationUs: 3_600_000_000, frameCount: 107_893 })).target,
    ).toMatchObject({ frames: 107_893 });
    expect(plan({ fps: 25 }, mediaInfo({ durationUs: 10_000_000 })).target).toMatchObject({
      frames: 250,
      durationUs: 10_000_000,
    });
    // Frames that an edit list hides are counted by the container but never shown.
    expect(plan({}, mediaInfo({ durationUs: 9_000_000, frameCount: 300 })).target.frames).toBe(270);
    expect(plan({}, mediaInfo({ startUs: 500_000, frameCount: 300 })).target.frames).toBe(315);
  });
});

describe('colour', () => {
  it('stays the source’s unless another is asked for, and says what was guessed', () => {
    const guessed = mediaInfo({ color: BT601, colorGuessed: ['matrix', 'fullRange'] });
    const planned = plan({ width: 100 }, guessed);
    expect(planned.target.color).toEqual(BT601);
    expect(planned.source.colorGuessed).toEqual(['matrix', 'fullRange']);
    expect(planned.warnings).toMatchObject([
      { code: 'W_COLOR_GUESSED', message: expect.stringContaining('smpte170m, limited') },
    ]);
    expect(plan({ color: { matrix: 'bt709', fullRange: true } }, guessed).target.color).toEqual({
      ...BT601,
      matrix: 'bt709',
      fullRange: true,
    });
  });

  it('of RGB sources becomes BT.709, limited', () => {
    expect(plan({ crf: 1 }, mediaInfo({ color: SRGB })).source.color).toMatchObject({
      matrix: 'bt709',
      fullRange: false,
      transfer: 'iec61966-2-1',
    });
  });

  it('warns of what is lost', () => {
    const media = mediaInfo({ bitDepth: 10, hdr: 'pq', variableFrameRate: true }, [{}, {}]);
    expect(plan({ width: 640 }, media).warnings.map(({ code }) => code)).toEqual([
      'W_AUDIO_TRACKS_LEFT_OUT',
      'W_BIT_DEPTH_REDUCED',
      'W_HDR_NOT_TONE_MAPPED',
      'W_FRAME_RATE_MADE_CONSTANT',
    ]);
    expect(plan({}, media).warnings.map(({ code }) => code)).toEqual(['W_AUDIO_TRACKS_LEFT_OUT']);
    expect(plan({ crf: 1 }, mediaInfo({ codedWidth: 321 })).warnings.map(({ code }) => code)).toEqual([
      'W_ODD_SIZE',
    ]);
  });

  it('needs a video stream', () => {
    expect(() => plan({}, { ...mediaInfo(), video: undefined })).toThrowError(/only sound/);
  });
});

describe('sound', () => {
  it.each([
    ['auto', 'aac', '/a.mp4', 'copy'],
    ['auto', 'vorbis', '/a.mp4', 'aac'],
    ['auto', 'vorbis', '/a.mkv', 'copy'],
    ['auto', 'pcm_s16le', '/a.mov', 'copy'],
    ['auto', 'pcm_s16le', '/a.ts', 'aac'],
    ['aac', 'aac', '/a.mp4', 'aac'],
    ['none', 'aac', '/a.mp4', 'none'],
    ['copy', 'mp3', '/a.MP4', 'copy'],
  ] as const)('%s of %s into %s: %s', (audio, codec, output, mode) => {
    expect(plan({ audio, output }, mediaInfo({}, [{ codec }])).audio.mode).toBe(mode);
  });

  it('may be missing', () => {
    for (const audio of ['auto', 'copy', 'aac', 'none'] as const) {
      expect(plan({ audio }, mediaInfo({}, [])).audio).toMatchObject({
        mode: 'none',
        streamIndex: undefined,
      });
    }
  });

  it('is not copied where it does not fit', () => {
    expect(() => plan({ audio: 'copy' }, mediaInfo({}, [{ codec: 'vorbis' }]))).toThrowError(/vorbis/);
  });

  it('ends with the frames', () => {
    const { audio } = plan({ audio: 'aac' });
    const args = audioArgs({ plan: audio, path: '/film.mp4', originUs: 1_400_000, durationUs: 10_000_001 });
    expect(args.outputs.slice(-2)).toEqual(['-t', '10.000001']);
    expect(args.inputs.slice(0, 2)).toEqual(['-itsoffset', '-1.400000']);
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (timeUs) => {
        expect(Math.round(Number(secondsArg(timeUs)) * 1e6)).toBe(timeUs);
      }),
      { seed: 3 },
    );
  });
});
