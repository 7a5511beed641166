import { expectNumber, expectString } from '@framerail/lifecycle';
import { type FrameRate, rationalToNumber } from '@framerail/media-types';
import type { RenderOptions } from '../export-options.js';
import type { EncoderSettings } from './encoder-profile.js';
import { DEFAULT_CRF, DEFAULT_PRESET } from './presets.js';

/**
 * Quality and speed of an export, with the defaults for what the caller left open.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function encoderSettings(
  { crf, preset }: Pick<RenderOptions, 'crf' | 'preset'>,
  target: { readonly width: number; readonly height: number; readonly frameRate: FrameRate },
): EncoderSettings {
  return {
    crf: expectNumber('crf', crf ?? DEFAULT_CRF, { min: 0, max: 51 }),
    preset: expectString('preset', preset ?? DEFAULT_PRESET),
    width: target.width,
    height: target.height,
    framesPerSecond: rationalToNumber(target.frameRate),
  };
}
