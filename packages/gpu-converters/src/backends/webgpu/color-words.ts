import type { ChromaLocation, ColorSpace } from '@framerail/media-types';
import { type Upsampling, upsamplingTaps } from '../../exact/chroma-siting.js';
import { rgbToYcbcr } from '../../exact/rgb-to-ycbcr.js';
import { ycbcrToRgb } from '../../exact/ycbcr-to-rgb.js';
import { type WordForm, wordForm } from './word-form.js';

const BYTE_MAXIMUM = 255;
/** Interpolated chroma comes in sixteenths. */
const CHROMA_PARTS = 16;

/** How RGB becomes YCbCr of a colour, in 32-bit words. */
export interface ToYcbcrWords {
  /** On (R, G, B). */
  readonly luma: WordForm;
  /** On the weighted sums of (R, G, B). */
  readonly cb: WordForm;
  /** On the weighted sums of (R, G, B). */
  readonly cr: WordForm;
}

/**
 * The words of RGB → YCbCr at 8 bits.
 *
 * @param weight - what the weights of the pixels under a chroma sample add up to
 */
export function toYcbcrWords(color: ColorSpace, weight: number): ToYcbcrWords {
  const { luma, cb, cr } = rgbToYcbcr(color, weight);
  const most = BYTE_MAXIMUM * weight;
  return {
    luma: wordForm(luma, [BYTE_MAXIMUM, BYTE_MAXIMUM, BYTE_MAXIMUM]),
    cb: wordForm(cb, [most, most, most]),
    cr: wordForm(cr, [most, most, most]),
  };
}

/** How YCbCr of a colour becomes RGB, in 32-bit words: all on (Y, 16 Cb, 16 Cr). */
export interface ToRgbWords {
  readonly red: WordForm;
  readonly green: WordForm;
  readonly blue: WordForm;
}

/** The words of YCbCr → RGB at 8 bits. */
export function toRgbWords(color: ColorSpace): ToRgbWords {
  const { red, green, blue } = ycbcrToRgb(color);
  const chroma = BYTE_MAXIMUM * CHROMA_PARTS;
  const words = (form: typeof red): WordForm => wordForm(form, [BYTE_MAXIMUM, chroma, chroma]);
  return { red: words(red), green: words(green), blue: words(blue) };
}

/** Weights in quarters of the chroma samples before and at an even position, and at and after an odd one. */
export interface ChromaWeights {
  readonly even: readonly [number, number];
  readonly odd: readonly [number, number];
}

/** The weights of interpolated chroma along an axis, the same everywhere but for the edges, which repeat. */
export function chromaWeights(
  axis: 'across' | 'down',
  location: ChromaLocation,
  upsampling: Upsampling,
): ChromaWeights {
  // Any place with neighbours on both sides will do.
  const [sample, size] = [1, 3];
  const even = upsamplingTaps(2 * sample, size, axis, location, upsampling);
  const odd = upsamplingTaps(2 * sample + 1, size, axis, location, upsampling);
  const weightOf = ({ first, second, firstWeight }: typeof even, which: number): number =>
    (first === which ? firstWeight : 0) + (second === which ? 4 - firstWeight : 0);
  return {
    even: [weightOf(even, sample - 1), weightOf(even, sample)],
    odd: [weightOf(odd, sample), weightOf(odd, sample + 1)],
  };
}
