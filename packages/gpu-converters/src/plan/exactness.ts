import { codeRange, type FrameFormat, PIXEL_FORMATS } from '@framerail/media-types';
import { lumaWeights } from '../exact/luma-weights.js';
import type { PreparedOperation, Taps } from '../operations/prepared-operation.js';
import { TAPS_ONE } from '../operations/taps.js';
import { RESAMPLED_BITS, type WorkOptions } from './plan-work.js';
import type { PixelsWork, PlaneMap, PlanesWork, Work } from './work.js';

/** How near a plan comes to the rational formulas; see {@link ConversionPlan}. */
export interface Exactness {
  readonly exact: boolean;
  readonly largestErrorCodes: number | undefined;
}

const UNKNOWN: Exactness = { exact: false, largestErrorCodes: undefined };
const EXACT: Exactness = { exact: true, largestErrorCodes: 0.5 };

/** Bounds of `fixed-forms.ts`, proved by its tests: codes of the target, and shares of an 8-bit or 16-bit step. */
const STORE_FORM_CODES = 1 / 80;
const LOAD_FORM_STEPS = { 8: 1 / 50, 16: 1 / 50_000 } as const;
/** In steps of the smallest half floats, the shortest there are. */
const LOAD_FORM_HALFS = 1 / 120;

/** Judges a plan. */
export function exactnessOf(
  { source, target }: Pick<WorkOptions, 'source' | 'target'>,
  operations: readonly PreparedOperation[],
  work: Work,
): Exactness {
  if (work.kind === 'planes') return planesExactness(work, source, target);
  // Moving pixels rounds nothing.
  if (operations.some(({ type }) => type !== 'place')) return UNKNOWN;
  return pixelsExactness(work, source, target);
}

function planesExactness(
  { components, dithered }: PlanesWork,
  source: FrameFormat,
  target: FrameFormat,
): Exactness {
  const worst = components.map((component, index) => planeError(component, index > 0, source, target));
  if (worst.includes(undefined)) return UNKNOWN;
  // Dither adds up to a code where rounding adds a half, to codes cut down to 64ths.
  const largest = Math.max(...(worst as number[])) + (dithered ? 0.5 + 1 / 64 : 0);
  return largest <= 0.5 ? EXACT : { exact: false, largestErrorCodes: largest };
}

function planeError(
  { horizontal, vertical, codes }: PlaneMap,
  isChroma: boolean,
  source: FrameFormat,
  target: FrameFormat,
): number | undefined {
  const resampled = [horizontal, vertical].filter((axis) => 'weights' in axis);
  // Sitings have weights of quarters, which the sums hold exactly; a filter's are rounded.
  if (!resampled.every(hasQuarters)) return undefined;
  const bits = PIXEL_FORMATS[source.layout.format].bitDepth;
  // Two fraction bits an axis; what is recoded has 12 bits in between.
  if (codes === undefined || 2 * resampled.length <= RESAMPLED_BITS - bits) return 0.5;
  const scaleOf = ({ layout, color }: FrameFormat): number => {
    const range = codeRange(PIXEL_FORMATS[layout.format].bitDepth, color.fullRange);
    return isChroma ? range.chromaScale : range.lumaScale;
  };
  return (0.5 / 2 ** (RESAMPLED_BITS - bits)) * (scaleOf(target) / scaleOf(source)) + 0.5;
}

const hasQuarters = ({ weights }: Taps): boolean => weights.every((weight) => weight % (TAPS_ONE / 4) === 0);

function pixelsExactness(work: PixelsWork, source: FrameFormat, target: FrameFormat): Exactness {
  const pixel = loadedError(work, source);
  const model = PIXEL_FORMATS[target.layout.format].model;
  const bits = PIXEL_FORMATS[target.layout.format].bitDepth;
  if (model === 'rgb') return rgbExactness(work, pixel, source, bits);
  const range = codeRange(bits, target.color.fullRange);
  const { red, blue, denominator } = lumaWeights(target.color.matrix);
  const [kr, kb] = [Number(red) / Number(denominator), Number(blue) / Number(denominator)];
  // Errors of the channels, times the magnitudes of a row: luma's add up to 1, Cb's to 1/2 + 1/2 with B - Y over 2 (1 - Kb).
  const chroma = Math.max((1 - kb + (1 - kb)) / (2 * (1 - kb)), (1 - kr + (1 - kr)) / (2 * (1 - kr)));
  const mean = work.storeDepth === 16 ? 0.5 / 65_535 : 0;
  const carried = Math.max(pixel * range.lumaScale, (pixel + mean) * range.chromaScale * chroma);
  const form = work.store === undefined ? 0 : STORE_FORM_CODES;
  if (carried === 0 && form === 0) return EXACT;
  return { exact: false, largestErrorCodes: carried + form + (work.dithered ? 1 : 0.5) };
}

/** How far pixels may be from what the source's codes mean, as a share of white. */
function loadedError({ loadDepth, load }: PixelsWork, { layout }: FrameFormat): number {
  const { model, bitDepth } = PIXEL_FORMATS[layout.format];
  const steps = loadDepth === 8 ? 255 : 65_535;
  if (model === 'rgb') return bitDepth === 16 ? 0.5 / steps : 0;
  return (0.5 + (load === undefined ? 0 : LOAD_FORM_STEPS[loadDepth])) / steps;
}

function rgbExactness(
  work: PixelsWork,
  pixel: number,
  { layout }: FrameFormat,
  bits: 8 | 10 | 16,
): Exactness {
  const { model, bitDepth } = PIXEL_FORMATS[layout.format];
  if (bits === 16) {
    // Half floats are copied, or are the nearest to what 8-bit codes mean; else they are rounded twice.
    if (model === 'rgb') return EXACT;
    // Pixels of 16 bits have fewer steps than half floats where it is dark.
    return work.loadsHalfs ? { exact: false, largestErrorCodes: 0.5 + LOAD_FORM_HALFS } : UNKNOWN;
  }
  if (work.storeDepth === 8) {
    if (model === 'rgb' || work.load === undefined) return EXACT;
    return { exact: false, largestErrorCodes: 0.5 + LOAD_FORM_STEPS[8] };
  }
  if (pixel === 0 && bitDepth === 8 && !work.dithered) return EXACT;
  return { exact: false, largestErrorCodes: pixel * 255 + (work.dithered ? 1 : 0.5) };
}
