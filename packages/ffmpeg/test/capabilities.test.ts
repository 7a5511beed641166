import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import {
  type Capabilities,
  encoderRequirements,
  type FfmpegBinaries,
  ffmpegCapabilities,
  isHardwareEncoder,
  locateFfmpeg,
  preferredEncoders,
  proveEncoder,
} from '../src/index.js';
import { aftermath } from './aftermath.js';

describe('preferredEncoders', () => {
  test.each([
    ['linux', ['h264_nvenc', 'h264_qsv', 'h264_vaapi', 'h264_amf', 'h264_v4l2m2m', 'libx264', 'libopenh264']],
    ['darwin', ['h264_videotoolbox', 'libx264', 'libopenh264']],
    ['win32', ['h264_nvenc', 'h264_qsv', 'h264_amf', 'h264_mf', 'libx264', 'libopenh264']],
    ['aix', ['libx264', 'libopenh264']],
  ])('of %s are in hardware first', (platform, expected) => {
    expect(preferredEncoders('h264', platform)).toEqual(expected);
  });

  test('hardware is told by name, and VA-API gets its device', () => {
    expect(preferredEncoders('hevc', 'linux').filter(isHardwareEncoder)).toHaveLength(5);
    expect(isHardwareEncoder('libx264')).toBe(false);
    expect(encoderRequirements('libx264')).toEqual({ globalArgs: [], filters: [] });
    expect(encoderRequirements('h264_vaapi', { device: '/dev/dri/renderD129' })).toMatchObject({
      globalArgs: ['-init_hw_device', 'vaapi=gpu:/dev/dri/renderD129', '-filter_hw_device', 'gpu'],
      filters: [{ name: 'format' }, { name: 'hwupload' }],
    });
  });
});

describe.runIf(requireProgram('ffmpeg') && requireProgram('ffprobe'))('capabilities', () => {
  let binaries: FfmpegBinaries;
  let capabilities: Capabilities;
  let nothingLeft = async (): Promise<void> => {};
  beforeAll(async () => {
    binaries = await locateFfmpeg();
    capabilities = await ffmpegCapabilities(binaries);
    nothingLeft = aftermath();
  });
  afterAll(() => nothingLeft());

  test('lists what ffmpeg has', () => {
    expect(capabilities.encoders.get('rawvideo')).toMatchObject({ kind: 'video', experimental: false });
    expect(capabilities.encoders.get('aac')).toMatchObject({ kind: 'audio' });
    expect(capabilities.decoders.get('h264')).toMatchObject({
      kind: 'video',
      description: expect.stringContaining('H.264'),
    });
    for (const name of ['scale', 'fps', 'setpts', 'overlay', 'lutyuv', 'testsrc2', 'sine']) {
      expect(capabilities.filters.has(name), name).toBe(true);
    }
    expect(
      [...capabilities.encoders.keys(), ...capabilities.filters.keys()].filter((name) => /[=.]/.test(name)),
    ).toEqual([]);
  });

  test.each([
    ['mpeg4', {}],
    ['libx264', {}],
    ['libx264', { width: 1920, height: 1080 }],
    ['libx264', { pixelFormat: 'yuv420p10le' }],
    ['mjpeg', { pixelFormat: 'yuvj420p' }],
    ['ffv1', { pixelFormat: 'yuv444p' }],
    ['libx264', { encoderArgs: ['-preset', 'ultrafast', '-bf', '0'] }],
  ])('proves %s with %j', async (encoder, options) => {
    if (!capabilities.encoders.has(encoder))
      return expect(capabilities.prove({ encoder })).resolves.toMatchObject({ proven: false });
    expect(await proveEncoder({ binaries, encoder, ...options })).toEqual({
      encoder,
      proven: true,
      reason: undefined,
      ms: expect.any(Number),
    });
  });

  test.each([
    ['an encoder that does not exist', { encoder: 'libnonsense' }, /libnonsense/],
    ['a size that it does not do', { encoder: 'h263', width: 321, height: 181 }, /h263/],
    ['an option that it does not have', { encoder: 'mpeg4', encoderArgs: ['-nonsense', 'x'] }, /nonsense/],
    [
      'one that leaves frames out',
      { encoder: 'mpeg4', encoderArgs: ['-frames:v', '3'] },
      /Expected 6 frames but 3/,
    ],
    [
      'one that changes the picture',
      { encoder: 'mpeg4', encoderArgs: ['-vf', 'negate'] },
      /Expected grey 60 in frame 0/,
    ],
    ['one that takes too long', { encoder: 'mpeg4', timeoutMs: 1 }, /given up after 1 ms/],
  ])('disproves %s', async (_, options, words) => {
    expect(await proveEncoder({ binaries, ...options })).toMatchObject({
      proven: false,
      reason: expect.stringMatching(words),
    });
  });

  test('every preferred encoder is either proven or says why not', async () => {
    for (const encoder of capabilities.preferredEncoders('h264')) {
      const { proven, reason } = await capabilities.prove({ encoder });
      expect(proven ? reason === undefined : (reason?.length ?? 0) > 10, `${encoder}: ${reason}`).toBe(true);
    }
  });

  test('remembers proofs by what was asked, in this object alone', async () => {
    const first = capabilities.prove({ encoder: 'mpeg4' });
    expect(capabilities.prove({ encoder: 'mpeg4' })).toBe(first);
    expect(capabilities.prove({ encoder: 'mpeg4', width: 64 })).not.toBe(first);
    await first;
    expect(await capabilities.prove({ encoder: 'libnonsense' })).toMatchObject({ proven: false, ms: 0 });
  });

  test('an abort is no proof', async () => {
    const encoder = 'ffv1';
    await expect(capabilities.prove({ encoder, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'E_ABORTED',
    });
    expect(await capabilities.prove({ encoder, pixelFormat: 'yuv420p' })).toMatchObject({ proven: true });
    expect(await capabilities.prove({ encoder })).toMatchObject({ proven: true });
  });

  test('arguments are checked', async () => {
    await expect(proveEncoder({ binaries, encoder: '' })).rejects.toMatchObject({
      code: 'E_INVALID_ARGUMENT',
    });
    await expect(proveEncoder({ binaries, encoder: 'mpeg4', width: 0 })).rejects.toMatchObject({
      code: 'E_INVALID_ARGUMENT',
    });
  });
});
