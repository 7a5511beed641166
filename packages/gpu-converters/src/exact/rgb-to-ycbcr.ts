import { type ColorSpace, codeRange } from '@framerail/media-types';
import { type ExactForm, roundedForm } from './exact-form.js';
import { lumaWeights } from './luma-weights.js';

/** How 8-bit R, G, B become 8-bit Y, Cb, Cr; the sums for chroma are weighted over the covered pixels. */
export interface RgbToYcbcr {
  /** Of one pixel's R, G, B. */
  readonly luma: ExactForm;
  /** Of the weighted sums of R, G and B. */
  readonly cb: ExactForm;
  /** Of the weighted sums of R, G and B. */
  readonly cr: ExactForm;
}

/**
 * The rational formulas `Y = offset + scale · (Kr R + Kg G + Kb B) / 255` and
 * `Cb = 128 + scale · (B - Y') / (2 (1 - Kb) · 255)`, Cr alike with Kr and R, as integer forms
 * (ITU-R BT.601, BT.709, BT.2020; quantisation of BT.2100-2 table 9).
 *
 * @param color - matrix (not `rgb`) and range
 * @param chromaWeight - the sum of the chroma's pixel weights: 1, 4, 8 or 16
 */
export function rgbToYcbcr(
  color: Pick<ColorSpace, 'matrix' | 'fullRange'>,
  chromaWeight: number,
): RgbToYcbcr {
  const { red, green, blue, denominator: one } = lumaWeights(color.matrix);
  const range = codeRange(8, color.fullRange);
  const lumaScale = BigInt(range.lumaScale);
  const chromaScale = BigInt(range.chromaScale);
  const chroma = (r: bigint, g: bigint, b: bigint, rest: bigint): ExactForm => {
    const d = 2n * rest * 255n * BigInt(chromaWeight);
    return roundedForm({
      a: chromaScale * r,
      b: chromaScale * g,
      c: chromaScale * b,
      k: BigInt(range.chromaOffset) * d,
      d,
    });
  };
  return Object.freeze({
    luma: roundedForm({
      a: lumaScale * red,
      b: lumaScale * green,
      c: lumaScale * blue,
      k: BigInt(range.lumaOffset) * 255n * one,
      d: 255n * one,
    }),
    cb: chroma(-red, -green, one - blue, one - blue),
    cr: chroma(one - red, -green, -blue, one - red),
  });
}
