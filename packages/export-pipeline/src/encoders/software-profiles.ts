import { expectOneOf } from '@framerail/lifecycle';
import type { EncoderProfile, EncoderSettings } from './encoder-profile.js';
import { PRESETS } from './presets.js';

const byCrf = ({ crf, preset }: EncoderSettings): readonly string[] => [
  '-preset',
  expectOneOf('preset', preset, PRESETS),
  '-crf',
  String(crf),
];

/** Encoders that run on the CPU. */
export const SOFTWARE_PROFILES: readonly EncoderProfile[] = [
  { name: 'libx264', isHardware: false, pixelFormat: 'nv12', args: byCrf },
  {
    name: 'libx265',
    isHardware: false,
    pixelFormat: 'yuv420p',
    // Apple's players know HEVC in MP4 only under this name.
    args: (settings) => [...byCrf(settings), '-tag:v', 'hvc1', '-x265-params', 'log-level=error'],
  },
  {
    name: 'libopenh264',
    isHardware: false,
    pixelFormat: 'yuv420p',
    args: (settings) => ['-b:v', String(bitRateFor(settings)), '-allow_skip_frames', '0'],
  },
];

/**
 * A bit rate for encoders that know no constant quality: a tenth of a bit a pixel at 23, doubled every six steps
 * down, which is how x264's scale behaves on natural video.
 *
 * @returns bits a second
 */
export function bitRateFor({ crf, width, height, framesPerSecond }: EncoderSettings): number {
  return Math.max(100_000, Math.round(width * height * framesPerSecond * 0.1 * 2 ** ((23 - crf) / 6)));
}
