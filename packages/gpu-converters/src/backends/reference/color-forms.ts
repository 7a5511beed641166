import { BAYER_8 } from '../../exact/dither.js';
import { type ExactForm, evaluateToByte } from '../../exact/exact-form.js';
import type { FixedForm } from '../../plan/work.js';

/** An affine map of three components to one, rounded and clamped. `x` and `y` are for dither: where the sample lies. */
export type ColorRow = (a: number, b: number, c: number, x: number, y: number) => number;

/** The row that an exact rational form is; 8-bit results. */
export function exactRow(form: ExactForm): ColorRow {
  return (a, b, c) => evaluateToByte(form, a, b, c);
}

/**
 * A row of a form in 32-bit integers.
 *
 * @param row - 0 to 2
 * @param largest - code
 */
export function fixedRow(form: FixedForm, row: 0 | 1 | 2, largest: number, dithered = false): ColorRow {
  const { shift, coefficients } = form;
  const [fa, fb, fc, k] = coefficients.subarray(4 * row, 4 * row + 4) as unknown as [
    number,
    number,
    number,
    number,
  ];
  const half = 1 << (shift - 1);
  return (a, b, c, x, y) => {
    const rounding = dithered ? (2 * bayer(x, y) + 1) << (shift - 7) : half;
    // The terms may leave 32 bits on the way, the sum doesn't.
    const sum = (Math.imul(fa, a) + Math.imul(fb, b) + Math.imul(fc, c) + k + rounding) | 0;
    const value = sum >> shift;
    return value < 0 ? 0 : value > largest ? largest : value;
  };
}

/** The ordered dither's entry for a sample. */
export function bayer(x: number, y: number): number {
  return BAYER_8[8 * (y & 7) + (x & 7)] as number;
}
