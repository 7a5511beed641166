import type { ColorSpace } from '@framerail/media-types';
import { lumaWeights } from '../exact/luma-weights.js';
import type { PreparedColorMatrix } from './prepared-operation.js';

/** Hue, saturation, contrast and brightness, checked; see {@link ColorOperation}. */
export interface ColorAdjustment {
  /** Degrees; default 0. */
  readonly hue?: number;
  readonly saturation: number;
  readonly contrast: number;
  readonly brightness: number;
}

/** Amounts are taken in millionths, so that 1.1 is eleven tenths and not the double nearest to it. */
const MILLION = 1_000_000n;
const FRACTION = 4096n;
/** What 16-bit kernels multiply with. */
const LARGEST_COEFFICIENT = 32_767;

/** A turn about the axis of greys, cosine and sine in millionths. */
interface Turn {
  readonly cosine: bigint;
  readonly sine: bigint;
}

const NO_TURN: Turn = { cosine: MILLION, sine: 0n };

/**
 * Makes the integer matrix of an adjustment: `contrast · saturate(turn(in)) + (1 - contrast) / 2 + brightness` on codes
 * from 0 to 255. The turn is that of the W3C's filter effects (`hueRotate`), with the matrix' own luma coefficients:
 * luma stays, R-Y and B-Y turn as the axes of a plane. Each coefficient is rounded half up to 12 fraction bits, then the
 * largest of each row is changed so that the row adds up to the contrast: grey stays exactly grey.
 *
 * @param matrix - whose luma coefficients weigh R, G and B
 * @returns none if nothing would change; two (hue and saturation, then the rest) where one would need coefficients above 8
 */
export function colorMatrices(
  { hue = 0, saturation, contrast, brightness }: ColorAdjustment,
  matrix: Exclude<ColorSpace['matrix'], 'rgb'>,
): readonly PreparedColorMatrix[] {
  const turn = turnBy(hue);
  const [color, stretch, shift] = [saturation, contrast, brightness].map(inMillionths) as [
    bigint,
    bigint,
    bigint,
  ];
  const whole = affine(turn, color, stretch, shift, matrix);
  const steps = fits(whole)
    ? [whole]
    : [affine(turn, color, MILLION, 0n, matrix), affine(NO_TURN, MILLION, stretch, shift, matrix)];
  return steps.filter((coefficients) => !isIdentityMatrix(coefficients)).map(matrixStep);
}

/** A step of twelve integers. */
export function matrixStep(coefficients: Int32Array): PreparedColorMatrix {
  return { type: 'colorMatrix', coefficients };
}

/** Whether a matrix changes nothing. */
export function isIdentityMatrix(coefficients: Int32Array): boolean {
  return coefficients.every((value, index) => value === (index % 5 === 0 ? Number(FRACTION) : 0));
}

function turnBy(degrees: number): Turn {
  const radians = ((degrees % 360) * Math.PI) / 180;
  return { cosine: inMillionths(Math.cos(radians)), sine: inMillionths(Math.sin(radians)) };
}

function affine(
  { cosine, sine }: Turn,
  saturation: bigint,
  contrast: bigint,
  brightness: bigint,
  matrix: Exclude<ColorSpace['matrix'], 'rgb'>,
): Int32Array {
  const { red, green, blue, denominator: one } = lumaWeights(matrix);
  const weights = [red, green, blue];
  // What a quarter turn adds to luma, over `one · green`: B-Y to red, -(R-Y) to blue, and to green what keeps luma.
  const quarter = [
    [-red * green, -green * green, (one - blue) * green],
    [red * red + blue * (one - red), red * green - blue * green, -red * (one - blue) - blue * blue],
    [-(one - red) * green, green * green, blue * green],
  ];
  const rowSum = roundHalfUp(contrast * FRACTION, MILLION);
  // 255 / 2 · (1 - contrast) + 255 · brightness.
  const offset = roundHalfUp(255n * FRACTION * (MILLION - contrast + 2n * brightness), 2n * MILLION);
  const coefficients = new Int32Array(12);
  for (let row = 0; row < 3; row += 1) {
    // luma + saturation · (cosine · (in - luma) + sine · quarter), over one · green · MILLION².
    const exact = weights.map((weight, column) => {
      const straight = (row === column ? one : 0n) - weight;
      const turned = cosine * straight * green + sine * ((quarter[row] as bigint[])[column] as bigint);
      return contrast * (MILLION * MILLION * weight * green + saturation * turned);
    });
    const rounded = exact.map((value) =>
      roundHalfUp(value * FRACTION, MILLION * MILLION * MILLION * one * green),
    );
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
