import { type ColorSpace, codeRange } from '@framerail/media-types';
import { type ExactForm, roundedForm } from './exact-form.js';
import { lumaWeights } from './luma-weights.js';

/** How 8-bit Y and chroma in sixteenths become 8-bit R, G, B. All are forms of Y, 16·Cb, 16·Cr. */
export interface YcbcrToRgb {
  readonly red: ExactForm;
  readonly green: ExactForm;
  readonly blue: ExactForm;
}

const SIXTEENTHS = 16n;

/**
 * The inverse of {@link rgbToYcbcr}'s rational formulas, rounded once:
 * `R = 255/scaleY · (Y - offset) + 2 (1 - Kr) · 255/scaleC · (Cr - 128)`, B alike with Kb and Cb, and
 * `G = (Y' - Kr R - Kb B) / Kg` of the R and B that are neither rounded nor clamped.
 *
 * @param color - matrix (not `rgb`) and range
 */
export function ycbcrToRgb(color: Pick<ColorSpace, 'matrix' | 'fullRange'>): YcbcrToRgb {
  const { red, green, blue, denominator: one } = lumaWeights(color.matrix);
  const range = codeRange(8, color.fullRange);
  const lumaScale = BigInt(range.lumaScale);
  const chromaScale = BigInt(range.chromaScale);
  const offset = BigInt(range.lumaOffset);
  const middle = BigInt(range.chromaOffset) * SIXTEENTHS;
  // Over d: luma takes `y` a code, chroma takes `cb` and `cr` a sixteenth of a code.
  const form = (y: bigint, cb: bigint, cr: bigint, d: bigint): ExactForm =>
    roundedForm({ a: y, b: cb, c: cr, k: -y * offset - (cb + cr) * middle, d });
  const d = lumaScale * chromaScale * SIXTEENTHS * one;
  const y = 255n * chromaScale * SIXTEENTHS * one;
  const span = 2n * 255n * lumaScale;
  return Object.freeze({
    red: form(y, 0n, span * (one - red), d),
    green: form(y * green, -span * blue * (one - blue), -span * red * (one - red), d * green),
    blue: form(y, span * (one - blue), 0n, d),
  });
}
