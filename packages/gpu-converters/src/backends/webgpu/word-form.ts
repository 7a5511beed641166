import type { ExactForm } from '../../exact/exact-form.js';

/** Three coefficients and a bias. */
export type Terms = readonly [bigint, bigint, bigint, bigint];

/**
 * An {@link ExactForm} as numbers for shader arithmetic in 32-bit words (`shaders/exact`): an estimate in fixed
 * point that is the true quotient or one less, and integers whose remainder decides which.
 */
export interface WordForm {
  /** In fixed point with `shift` fraction bits. */
  readonly estimate: Terms;
  readonly shift: number;
  /** The true terms times `divisor`. */
  readonly exact: Terms;
  readonly divisor: bigint;
  /** Added to the result so that it is never negative. */
  readonly offset: bigint;
  /** Whether the remainder needs two limbs of 16 bits and more. */
  readonly wide: boolean;
}

const NARROW_DIVISOR_LIMIT = 1n << 31n;
const WIDE_DIVISOR_LIMIT = 1n << 46n;
/** Bound of variables and results of a wide form, so that the sum of its low limbs stays inside an i32. */
const WIDE_VALUE_LIMIT = 1n << 12n;

/**
 * Computes a form's words and proves their bounds.
 *
 * With true value `v` and estimate `e` in units of the result: every rounded coefficient leads the sum astray
 * by a known amount at most, which the bias takes off, so that `v - 1/4 <= e <= v` and the floor of `e` is
 * that of `v` or one less. The remainder then lies in `0 .. 2 * divisor - 1`.
 *
 * @param form - what is to be computed, floor and all
 * @param maxima - largest value of each variable; the smallest is 0
 * @throws RangeError if 32-bit words can't hold it
 */
export function wordForm(form: ExactForm, maxima: readonly [number, number, number]): WordForm {
  const [a, b, c, bias, divisor] = [form.a, form.b, form.c, form.k, form.d].map(BigInt) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const terms = [a, b, c].map((k, index) => ({ k, maximum: BigInt(maxima[index] as number) }));
  const extremes = terms.map(({ k, maximum }) => k * maximum);
  const smallest = extremes.reduce((sum, one) => (one < 0n ? sum + one : sum), bias);
  const largest = extremes.reduce((sum, one) => (one > 0n ? sum + one : sum), bias);
  // At least 1/4 everywhere, so that an estimate a quarter too small isn't negative.
  const offset = 4n * smallest >= divisor ? 0n : ceilDivide(divisor - 4n * smallest, 4n * divisor);
  const maximum = (largest + offset * divisor) / divisor;
  const shift = 32 - maximum.toString(2).length;
  const wide = divisor > NARROW_DIVISOR_LIMIT;
  const values = [...terms.map((term) => term.maximum), maximum];
  if (
    shift < 0 ||
    (wide && (divisor > WIDE_DIVISOR_LIMIT || values.some((one) => one >= WIDE_VALUE_LIMIT)))
  ) {
    throw tooLarge(divisor);
  }
  const one = 1n << BigInt(shift);
  const estimate = terms.map(({ k }) => floorDivide(2n * k * one + divisor, 2n * divisor));
  const error = terms.reduce(
    (sum, { k, maximum: most }, index) =>
      sum + absolute((estimate[index] as bigint) * divisor - k * one) * most,
    0n,
  );
  if (4n * (2n * error + divisor) > one * divisor) throw tooLarge(divisor);
  const exactBias = bias + offset * divisor;
  return {
    estimate: [...(estimate as [bigint, bigint, bigint]), floorDivide(exactBias * one - error, divisor)],
    shift,
    exact: [a, b, c, exactBias],
    divisor,
    offset,
    wide,
  };
}

const tooLarge = (divisor: bigint): RangeError =>
  new RangeError(`Expected a form that 32-bit words can hold but received one with divisor ${divisor}`);

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

const ceilDivide = (a: bigint, b: bigint): bigint => -floorDivide(-a, b);

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n ? quotient - 1n : quotient;
}
