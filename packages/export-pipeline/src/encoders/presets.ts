import { expectOneOf } from '@framerail/lifecycle';

/** x264's presets, fastest first: the scale on which all encoders' presets are given. */
export const PRESETS = [
  'ultrafast',
  'superfast',
  'veryfast',
  'faster',
  'fast',
  'medium',
  'slow',
  'slower',
  'veryslow',
  'placebo',
] as const;

/** A preset's name on x264's scale. */
export type Preset = (typeof PRESETS)[number];

/** What an export uses when nobody says: at a constant quality the preset decides about time and file size. */
export const DEFAULT_PRESET: Preset = 'veryfast';

/** Visually near lossless on x264's scale. */
export const DEFAULT_CRF = 18;

/**
 * A table for encoders with presets of their own.
 *
 * @param names - one for each of {@link PRESETS}, in order
 */
export function presetTable<T>(names: readonly T[]): (preset: string) => T {
  return (preset) => names[PRESETS.indexOf(expectOneOf('preset', preset, PRESETS))] as T;
}
