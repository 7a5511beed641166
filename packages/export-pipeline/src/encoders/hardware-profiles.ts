import type { EncoderProfile } from './encoder-profile.js';
import { presetTable } from './presets.js';
import { bitRateFor } from './software-profiles.js';

const nvencPreset = presetTable(['p1', 'p1', 'p2', 'p3', 'p4', 'p4', 'p5', 'p6', 'p7', 'p7']);
const qsvPreset = presetTable([
  'veryfast',
  'veryfast',
  'veryfast',
  'faster',
  'fast',
  'medium',
  'slow',
  'slower',
  'veryslow',
  'veryslow',
]);
const amfQuality = presetTable([
  'speed',
  'speed',
  'speed',
  'speed',
  'balanced',
  'balanced',
  'quality',
  'quality',
  'quality',
  'quality',
]);

// 0 means "choose for me" to several of them.
const quality = (crf: number): string => String(Math.max(1, Math.round(crf)));

/** For scales from 1 to 100 with the best at the top. */
const percent = (crf: number): string => String(Math.max(1, Math.round(100 - (crf * 99) / 51)));

/** Encoders that are devices. They are used only after they have proven themselves. */
export const HARDWARE_PROFILES: readonly EncoderProfile[] = [
  {
    name: 'h264_nvenc',
    isHardware: true,
    pixelFormat: 'nv12',
    args: ({ crf, preset }) => [
      '-preset',
      nvencPreset(preset),
      '-rc',
      'vbr',
      '-cq',
      quality(crf),
      '-b:v',
      '0',
    ],
  },
  {
    name: 'h264_qsv',
    isHardware: true,
    pixelFormat: 'nv12',
    args: ({ crf, preset }) => ['-preset', qsvPreset(preset), '-global_quality', quality(crf)],
  },
  {
    name: 'h264_amf',
    isHardware: true,
    pixelFormat: 'nv12',
    args: ({ crf, preset }) => [
      '-quality',
      amfQuality(preset),
      '-rc',
      'cqp',
      '-qp_i',
      quality(crf),
      '-qp_p',
      quality(crf),
    ],
  },
  {
    name: 'h264_vaapi',
    isHardware: true,
    pixelFormat: 'nv12',
    args: ({ crf }) => ['-rc_mode', 'CQP', '-qp', quality(crf)],
  },
  {
    name: 'h264_videotoolbox',
    isHardware: true,
    pixelFormat: 'nv12',
    args: ({ crf }) => ['-q:v', percent(crf)],
  },
  {
    name: 'h264_mf',
    isHardware: true,
    pixelFormat: 'nv12',
    args: ({ crf }) => ['-rate_control', 'quality', '-quality', percent(crf)],
  },
  {
    name: 'h264_v4l2m2m',
    isHardware: true,
    pixelFormat: 'nv12',
    args: (settings) => ['-b:v', String(bitRateFor(settings))],
  },
];
