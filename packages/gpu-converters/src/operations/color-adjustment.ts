import type { ColorSpace } from '@framerail/media-types';
import { lumaWeights } from '../exact/luma-weights.js';
import type { PreparedColorMatrix } from './prepared-operation.js';

/** Brightness, contrast and saturation, checked; see {@link ColorOperation}. */
export interface ColorAdjustment {
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
}

/** Amounts are taken in millionths, so that 1.1 is eleven tenths and not the double nearest to it. */
const MILLION = 1_000_000n;
const FRACTION = 4096n;
/** What 16-bit kernels multiply with. */
const LARGEST_COEFFICIENT = 32_767;

/**
 * Makes the integer matrix of an adjustment: `contrast · saturate(in) + (1 - contrast) / 2 + brightness` on codes
 * from 0 to 255. Each coefficient is rounded half up to 12 fraction bits, then the largest of each row is changed
 * so that the row adds up to the contrast: grey stays exactly grey.
 *
 * @param matrix - whose luma coefficients weigh R, G and B
 * @returns none if nothing would change; two (saturation, then the rest) where one would need coefficients above 8
 */
export function colorMatrices(
  { brightness, contrast, saturation }: ColorAdjustment,
  matrix: Exclude<ColorSpace['matrix'], 'rgb'>,
): readonly PreparedColorMatrix[] {
  const whole = affine(inMillionths(saturation), inMillionths(contrast), inMillionths(brightness), matrix);
  const steps = fits(whole)
    ? [whole]
    : [
        affine(inMillionths(saturation), MILLION, 0n, matrix),
        affine(MILLION, inMillionths(contrast), inMillionths(brightness), matrix),
      ];
  return steps
    .filter((coefficients) => !isIdentity(coefficients))
    .map((coefficients) => ({ type: 'colorMatrix', coefficients }));
}

function affine(
  saturation: bigint,
  contrast: bigint,
  brightness: bigint,
  matrix: Exclude<ColorSpace['matrix'], 'rgb'>,
): Int32Array {
  const { red, green, blue, denominator } = lumaWeights(matrix);
  const weights = [red, green, blue];
  const rowSum = roundHalfUp(contrast * FRACTION, MILLION);
  // 255 / 2 · (1 - contrast) + 255 · brightness.
  const offset = roundHalfUp(255n * FRACTION * (MILLION - contrast + 2n * brightness), 2n * MILLION);
  const coefficients = new Int32Array(12);
  for (let row = 0; row < 3; row += 1) {
    const exact = weights.map(
      (weight, column) =>
        contrast * ((MILLION - saturation) * weight + (row === column ? saturation * denominator : 0n)),
    );
    const rounded = exact.map((value) => roundHalfUp(value * FRACTION, MILLION * MILLION * denominator));
    const largest = exact.reduce(
      (best, value, column) => (magnitude(value) > magnitude(exact[best] as bigint) ? column : best),
      0,
    );
    rounded[largest] = (rounded[largest] as number) + rowSum - rounded.reduce((sum, value) => sum + value, 0);
    coefficients.set([...rounded, offset], 4 * row);
  }
  return coefficients;
}

function inMillionths(amount: number): bigint {
  return BigInt(Math.floor(amount * Number(MILLION) + 0.5));
}

function roundHalfUp(numerator: bigint, denominator: bigint): number {
  const doubled = 2n * numerator + denominator;
  const quotient = doubled / (2n * denominator);
  return Number(doubled < 0n && doubled % (2n * denominator) !== 0n ? quotient - 1n : quotient);
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function fits(coefficients: Int32Array): boolean {
  return coefficients.every((value, index) => index % 4 === 3 || Math.abs(value) <= LARGEST_COEFFICIENT);
}

function isIdentity(coefficients: Int32Array): boolean {
  return coefficients.every((value, index) => value === (index % 5 === 0 ? Number(FRACTION) : 0));
}
