import { type Rational, rational } from './rational.js';

/** The matrices of YCbCr (non-constant luminance) under WebCodecs' names. `bt470bg` and `smpte170m` are both BT.601's. */
export type YcbcrMatrix = 'bt709' | 'bt470bg' | 'smpte170m' | 'bt2020-ncl';

/** Luma coefficients as exact fractions; Kr + Kg + Kb = 1. */
export interface LumaCoefficients {
  /** Red's share of luma. */
  readonly kr: Rational;
  /** Green's share of luma. */
  readonly kg: Rational;
  /** Blue's share of luma. */
  readonly kb: Rational;
}

const decimal = (kr: number, kb: number, denominator: number): LumaCoefficients =>
  Object.freeze({
    kr: rational(kr, denominator),
    kg: rational(denominator - kr - kb, denominator),
    kb: rational(kb, denominator),
  });

const BT601 = decimal(299, 114, 1000);

/**
 * The decimal coefficients of the standards, as exact fractions: the only place in TypeScript that holds them.
 * The Rust kernels have their own copy, because they know nothing of Node; the backends' contract holds them together.
 *
 * Sources: ITU-R BT.601-7 section 2.5.1 (0.299, 0.114), BT.709-6 section 3.2 (0.2126, 0.0722),
 * BT.2020-2 table 4 (0.2627, 0.0593); Kg is what is left to 1.
 */
export const MATRIX_COEFFICIENTS: Readonly<Record<YcbcrMatrix, LumaCoefficients>> = Object.freeze({
  bt709: decimal(2126, 722, 10_000),
  bt470bg: BT601,
  smpte170m: BT601,
  'bt2020-ncl': decimal(2627, 593, 10_000),
});

/** Code values of black, white and the chroma's middle and span for a bit depth and range. */
export interface CodeRange {
  /** Luma code of black. */
  readonly lumaOffset: number;
  /** Luma codes from black to white. */
  readonly lumaScale: number;
  /** Chroma code of no colour. */
  readonly chromaOffset: number;
  /** Chroma codes from -1/2 to +1/2. */
  readonly chromaScale: number;
  /** Largest code. */
  readonly maximum: number;
}

/**
 * Quantisation of BT.601, BT.709 and BT.2020 (BT.2100-2 table 9): limited range is 16..235 and 16..240
 * times 2^(bits - 8); full range is 0..2^bits - 1 with the middle at 2^(bits - 1).
 *
 * @param bitDepth - 8, 10, 12 or 16 bits
 * @param fullRange - whether codes use the full range
 */
export function codeRange(bitDepth: 8 | 10 | 12 | 16, fullRange: boolean): CodeRange {
  const step = 2 ** (bitDepth - 8);
  const maximum = 2 ** bitDepth - 1;
  const chromaOffset = 128 * step;
  return fullRange
    ? { lumaOffset: 0, lumaScale: maximum, chromaOffset, chromaScale: maximum, maximum }
    : { lumaOffset: 16 * step, lumaScale: 219 * step, chromaOffset, chromaScale: 224 * step, maximum };
}
