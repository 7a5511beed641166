import type { FilterValue } from '@framerail/ffmpeg';
import type { ScaleOperation } from '@framerail/gpu-converters';
import type { Size } from '../plan/even-size.js';
import { notVerifiable } from './not-verifiable.js';

/** swscale at its most careful: bilinear, exact rounding, no chroma left out, no noise added. */
export const CAREFUL = {
  flags: 'bilinear+accurate_rnd+full_chroma_int+full_chroma_inp',
  sws_dither: 'none',
} as const;

/**
 * The scale operation looks at two pixels an axis, also when it shrinks, where swscale's bilinear looks at more. Its fast
 * variant looks at two; on deep frames it has the same positions and precision.
 */
const TWO_TAPS = { ...CAREFUL, flags: CAREFUL.flags.replace('bilinear', 'fast_bilinear') } as const;

/** Positions of chroma samples in 256ths of a luma pixel, as swscale takes them. */
export const CHROMA_POSITIONS = { left: [0, 128], center: [128, 128], topleft: [0, 0] } as const;

const SCALERS = { bilinear: 'bilinear', bicubic: 'bicubic', lanczos3: 'lanczos', area: 'area' } as const;

/**
 * Arguments of ffmpeg's filters `scale` for a scale operation: one, or two where only one side shrinks by more than 2
 * and so has a filter of its own.
 *
 * @param size - of the frames before it
 * @throws FramerailError `E_NOT_VERIFIABLE`
 */
export function scalerArguments(operation: ScaleOperation, size: Size): Record<string, FilterValue>[] {
  const { width, height, filter: wanted = 'bilinear', linearLight = false } = operation;
  if (linearLight) throw notVerifiable('scale in linear light');
  const [farAcross, farDown] = [size.width > 2 * width, size.height > 2 * height];
  if (farAcross === farDown) return [oneScale(farAcross ? 'area' : wanted, size, { width, height })];
  const between = farAcross ? { width, height: size.height } : { width: size.width, height };
  return [oneScale('area', size, between), oneScale(wanted, between, { width, height })];
}

function oneScale(
  kind: keyof typeof SCALERS,
  from: Size,
  { width: w, height: h }: Size,
): Record<string, FilterValue> {
  const shrinks = w < from.width || h < from.height;
  if (kind === 'bilinear') return { ...(shrinks ? TWO_TAPS : CAREFUL), w, h };
  // swscale's bicubic has C = 0.6 instead of 0.5, and no `param1` with a fraction changes it in 5.1: 55 dB apart.
  return { ...CAREFUL, flags: CAREFUL.flags.replace('bilinear', SCALERS[kind]), w, h };
}
