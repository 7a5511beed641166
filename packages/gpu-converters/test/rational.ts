// The formulas of BT.601, BT.709 and BT.2020 once more, straight from the standards and in BigInt fractions:
// independent of the package's own coefficients and arithmetic.
export type MatrixName = 'smpte170m' | 'bt709' | 'bt2020-ncl';

/** Kr and Kb in ten-thousandths. */
const COEFFICIENTS: Record<MatrixName, readonly [kr: bigint, kb: bigint]> = {
  smpte170m: [2990n, 1140n],
  bt709: [2126n, 722n],
  'bt2020-ncl': [2627n, 593n],
};
const ONE = 10_000n;

export const MATRICES = Object.keys(COEFFICIENTS) as MatrixName[];

export interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

/** `floor(value + 1/2)`, kept within a byte. */
export function roundToByte({ n, d }: Fraction): number {
  const doubled = 2n * n + d;
  let quotient = doubled / (2n * d);
  if (doubled % (2n * d) !== 0n && doubled < 0n) quotient -= 1n;
  return Number(quotient < 0n ? 0n : quotient > 255n ? 255n : quotient);
}

const scales = (fullRange: boolean) =>
  fullRange ? { y: 255n, c: 255n, black: 0n } : { y: 219n, c: 224n, black: 16n };

/** Luma's code before rounding, of Kr R + Kg G + Kb B in ten-thousandths of a code. */
export function lumaCode(sum: bigint, fullRange: boolean): Fraction {
  const { y, black } = scales(fullRange);
  return { n: black * 255n * ONE + y * sum, d: 255n * ONE };
}

/** The weighted sum of luma in ten-thousandths. */
export function lumaSum(matrix: MatrixName, r: bigint, g: bigint, b: bigint): bigint {
  const [kr, kb] = COEFFICIENTS[matrix];
  return kr * r + (ONE - kr - kb) * g + kb * b;
}

/**
 * Chroma's code before rounding.
 *
 * @param difference - B - Y (or R - Y) in ten-thousandths of a code, over `weight` pixels
 */
export function chromaCode(
  matrix: MatrixName,
  component: 'cb' | 'cr',
  difference: bigint,
  weight: bigint,
  fullRange: boolean,
): Fraction {
  const [kr, kb] = COEFFICIENTS[matrix];
  const span = 2n * (ONE - (component === 'cb' ? kb : kr)) * 255n * weight;
  return { n: 128n * span + scales(fullRange).c * difference, d: span };
}

/** R, G and B before rounding, of a luma code and chroma codes in sixteenths. */
export function rgbCodes(
  matrix: MatrixName,
  fullRange: boolean,
  y: bigint,
  cb16: bigint,
  cr16: bigint,
): { r: Fraction; g: Fraction; b: Fraction } {
  const [kr, kb] = COEFFICIENTS[matrix];
  const kg = ONE - kr - kb;
  const s = scales(fullRange);
  // Over the common denominator s.y · s.c · 16 · ONE.
  const d = s.y * s.c * 16n * ONE;
  const luma = 255n * (y - s.black) * s.c * 16n * ONE;
  const red = luma + 2n * (ONE - kr) * 255n * (cr16 - 2048n) * s.y;
  const blue = luma + 2n * (ONE - kb) * 255n * (cb16 - 2048n) * s.y;
  return {
    r: { n: red, d },
    g: { n: luma * ONE - kr * red - kb * blue, d: d * kg },
    b: { n: blue, d },
  };
}
