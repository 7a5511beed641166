import { BAYER_8 } from '../../exact/dither.js';
import { type ExactForm, evaluateToByte } from '../../exact/exact-form.js';
import { fixedToHalf } from '../../exact/half-float.js';
import type { FixedForm } from '../../plan/work.js';

/** An affine map of three components to one, rounded and clamped. `x` and `y` are for dither: where the sample lies. */
export type ColorRow = (a: number, b: number, c: number, x: number, y: number) => number;

/** The row that an exact rational form is; 8-bit results. */
export function exactRow(form: ExactForm): ColorRow {
  return (a, b, c) => evaluateToByte(form, a, b, c);
}

/** Options of {@link fixedRow}. */
export interface FixedRowOptions {
  /** The row of the form. */
  readonly row: 0 | 1 | 2;
  /** Largest result. */
  readonly largest: number;
  /** Whether rounding goes by where the sample lies. */
  readonly dithered?: boolean;
  /** Whether the components are pixels of 16 bits, for which factors have 8 bits more. */
  readonly wide?: boolean;
}

/** A row of a form in 32-bit integers: terms may leave them on the way, sums don't. */
export function fixedRow(form: FixedForm, options: FixedRowOptions): ColorRow {
  const { row, largest, dithered = false, wide = false } = options;
  const { shift, coefficients } = form;
  const [fa, fb, fc, k] = coefficients.subarray(4 * row, 4 * row + 4) as unknown as [
    number,
    number,
    number,
    number,
  ];
  const half = 1 << (shift - 1);
  const products = (a: number, b: number, c: number): number =>
    (Math.imul(fa, a) + Math.imul(fb, b) + Math.imul(fc, c)) | 0;
  const sum = wide
    ? (a: number, b: number, c: number): number =>
        products(a >> 8, b >> 8, c >> 8) + (products(a & 255, b & 255, c & 255) >> 8)
    : products;
  return (a, b, c, x, y) => {
    const rounding = dithered ? (2 * bayer(x, y) + 1) << (shift - 7) : half;
    const value = (sum(a, b, c) + k + rounding) >> shift;
    return value < 0 ? 0 : value > largest ? largest : value;
  };
}

/** A row of a form with fractions: the sum, and what is left of it, in 65,536ths. */
function fineSum({ coefficients, fractions }: FixedForm, row: 0 | 1 | 2) {
  const four = (numbers: ArrayLike<number>): readonly [number, number, number, number] => {
    const at = (index: number): number => numbers[4 * row + index] as number;
    return [at(0), at(1), at(2), at(3)];
  };
  const [fa, fb, fc, k] = four(coefficients);
  const [la, lb, lc, lk] = four(fractions ?? new Uint16Array(12));
  return {
    low: (a: number, b: number, c: number): number => la * a + lb * b + lc * c + lk,
    sum: (a: number, b: number, c: number, low: number): number =>
      (Math.imul(fa, a) + Math.imul(fb, b) + Math.imul(fc, c) + k + (low >>> 16)) | 0,
  };
}

/** A row of a form that loads pixels of 16 bits. */
export function fineRow(form: FixedForm, row: 0 | 1 | 2): ColorRow {
  const { low, sum } = fineSum(form, row);
  const half = 1 << (form.shift - 1);
  return (a, b, c) => {
    const value = (sum(a, b, c, low(a, b, c)) + half) >> form.shift;
    return value < 0 ? 0 : value > 65_535 ? 65_535 : value;
  };
}

/** A row of a form that loads half floats. */
export function halfRow(form: FixedForm, row: 0 | 1 | 2): ColorRow {
  const { low, sum } = fineSum(form, row);
  const white = 1 << form.shift;
  return (a, b, c) => {
    const rest = low(a, b, c);
    const value = sum(a, b, c, rest) | Number((rest & 65_535) !== 0);
    return fixedToHalf(value < 0 ? 0 : value > white ? white : value);
  };
}

/** The ordered dither's entry for a sample. */
export function bayer(x: number, y: number): number {
  return BAYER_8[8 * (y & 7) + (x & 7)] as number;
}
