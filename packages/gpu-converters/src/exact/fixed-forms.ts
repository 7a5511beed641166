import { type ColorSpace, codeRange } from '@framerail/media-types';
import type { WorkDepth } from '../operations/prepared-operation.js';
import type { FixedForm } from '../plan/work.js';
import { HALF_FRACTION_BITS } from './half-float.js';
import { lumaWeights } from './luma-weights.js';

const largestOf = (depth: WorkDepth): bigint => (depth === 8 ? 255n : 65_535n);

/**
 * The inverse matrix in 32-bit integers, for what isn't 8 bits on both sides: within 1/50 of an 8-bit step, 1/50,000 of
 * a 16-bit step, or for half floats 1/120 of their shortest, 2^-24, of the rational formula of `ycbcr-to-rgb.ts`. Greys have R = G = B, the
 * rounded value of the formula; black and white are 0 and 1.
 *
 * @param bits - of the source's codes
 * @param depth - of the pixels, or `half` for half floats at once
 */
export function loadForm(
  color: Pick<ColorSpace, 'matrix' | 'fullRange'>,
  bits: 8 | 10,
  depth: WorkDepth | 'half',
): FixedForm {
  const { red, green, blue, denominator: one } = lumaWeights(color.matrix);
  const range = codeRange(bits, color.fullRange);
  const [lumaScale, chromaScale] = [BigInt(range.lumaScale), BigInt(range.chromaScale)];
  const shift = { 8: 21, 16: 13, half: HALF_FRACTION_BITS }[depth];
  const hasFractions = depth !== 8;
  const white =
    (depth === 'half' ? 1n : largestOf(depth)) << BigInt(shift + (hasFractions ? FRACTION_BITS : 0));
  const luma = roundedQuotient(white, lumaScale);
  // Over the sixteenths that chroma comes in.
  const over = (numerator: bigint, denominator: bigint): bigint =>
    roundedQuotient(white * numerator, denominator * chromaScale * 16n);
  const rows = [
    [luma, 0n, over(2n * (one - red), one)],
    [luma, over(-2n * blue * (one - blue), one * green), over(-2n * red * (one - red), one * green)],
    [luma, over(2n * (one - blue), one), 0n],
  ] as const;
  const [lumaOffset, middle] = [BigInt(range.lumaOffset), BigInt(range.chromaOffset) * 16n];
  // What rounding luma's factor can take away from white: a half must not fall below itself. Half floats have black at 0.
  const bias = depth === 'half' ? 0n : (lumaScale + 1n) / 2n;
  return fixedForm(
    shift,
    rows.map(([y, cb, cr]) => [y, cb, cr, bias - y * lumaOffset - (cb + cr) * middle]),
    hasFractions,
  );
}

/** Of {@link FixedForm.fractions}. */
const FRACTION_BITS = 16;

/**
 * The matrix in 32-bit integers, for what isn't 8 bits on both sides. Black, white and greys are exact, halves round
 * up; the rest is the rational formula of `rgb-to-ycbcr.ts` rounded, but for values up to 1/80 of a code below a half.
 *
 * At 16 bits factors have 8 fraction bits more than `shift`: see {@link FixedForm}.
 *
 * @param bits - of the target's codes
 * @param depth - of the pixels
 * @param chromaWeight - what the weights of chroma's pixels add up to; at 16 bits the mean is taken before, so 1
 */
export function storeForm(
  color: Pick<ColorSpace, 'matrix' | 'fullRange'>,
  bits: 8 | 10,
  depth: WorkDepth,
  chromaWeight: number,
): FixedForm {
  const { red, green, blue, denominator: one } = lumaWeights(color.matrix);
  const range = codeRange(bits, color.fullRange);
  const shift = bits === 8 ? 22 : 20;
  const extraBits = depth === 8 ? 0n : 8n;
  const unit = 1n << (BigInt(shift) + extraBits);
  const largest = largestOf(depth);
  const row = (
    scale: number,
    parts: readonly bigint[],
    denominator: bigint,
    offset: number,
    pixels: number,
  ): bigint[] => {
    const over = denominator * largest;
    const factors = parts.map((part) => roundedQuotient(BigInt(scale) * part * unit, over));
    const sum = parts.reduce((total, part) => total + part, 0n);
    // The largest takes up the rounding of all, so that grey stays grey.
    const rest = roundedQuotient(BigInt(scale) * sum * unit, over) - factors.reduce((a, b) => a + b, 0n);
    const most = parts.reduce(
      (best, part, index) => (abs(part) > abs(parts[best] as bigint) ? index : best),
      0,
    );
    factors[most] = (factors[most] as bigint) + rest;
    // What the factors' rounding can take away, or cutting off the extra bits: a half must not fall below itself.
    const bias = ((3n * largest * BigInt(pixels)) >> (extraBits + 1n)) + 2n;
    return [...factors, (BigInt(offset) << BigInt(shift)) + bias];
  };
  const weight = 2n * BigInt(chromaWeight);
  const chroma = (parts: readonly bigint[], rest: bigint): bigint[] =>
    row(range.chromaScale, parts, weight * rest, range.chromaOffset, chromaWeight);
  return fixedForm(shift, [
    row(range.lumaScale, [red, green, blue], one, range.lumaOffset, 1),
    chroma([-red, -green, one - blue], one - blue),
    chroma([one - red, -green, -blue], one - red),
  ]);
}

function fixedForm(shift: number, rows: readonly (readonly bigint[])[], hasFractions = false): FixedForm {
  const all = rows.flat();
  if (!hasFractions)
    return Object.freeze({ shift, coefficients: Int32Array.from(all, Number), fractions: undefined });
  return Object.freeze({
    shift,
    // Cut down, so that fractions aren't negative.
    coefficients: Int32Array.from(all, (value) => Number(value >> BigInt(FRACTION_BITS))),
    fractions: Uint16Array.from(all, (value) => Number(BigInt.asUintN(FRACTION_BITS, value))),
  });
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

/** Rounded half up; `denominator` greater than 0. */
function roundedQuotient(numerator: bigint, denominator: bigint): bigint {
  const doubled = 2n * numerator + denominator;
  const quotient = doubled / (2n * denominator);
  return doubled < 0n && doubled % (2n * denominator) !== 0n ? quotient - 1n : quotient;
}
