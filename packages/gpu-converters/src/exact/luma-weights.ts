import { type ColorSpace, type LumaCoefficients, MATRIX_COEFFICIENTS } from '@framerail/media-types';

/** Kr, Kg and Kb over one denominator, as integers. */
export interface LumaWeights {
  readonly red: bigint;
  readonly green: bigint;
  readonly blue: bigint;
  readonly denominator: bigint;
}

/**
 * The luma coefficients of a matrix over their common denominator.
 *
 * @param matrix - not `rgb`, which has none
 * @throws RangeError for `rgb`
 */
export function lumaWeights(matrix: ColorSpace['matrix']): LumaWeights {
  if (matrix === 'rgb') throw new RangeError('Expected a YCbCr matrix but received rgb');
  const { kr, kg, kb }: LumaCoefficients = MATRIX_COEFFICIENTS[matrix];
  const denominator = BigInt(kr.denominator) * BigInt(kg.denominator) * BigInt(kb.denominator);
  const over = ({ numerator, denominator: own }: { numerator: number; denominator: number }): bigint =>
    (BigInt(numerator) * denominator) / BigInt(own);
  return { red: over(kr), green: over(kg), blue: over(kb), denominator };
}
