import type { ColorPrimaries } from '@framerail/media-types';

type Triple = readonly [number, number, number];

/** Three rows of three. */
export type Matrix3 = readonly [Triple, Triple, Triple];

type Chromaticity = readonly [x: number, y: number];

/** Red, green and blue in CIE 1931 x, y. All have D65 as their white. */
const CHROMATICITIES: Readonly<Record<ColorPrimaries, readonly [Chromaticity, Chromaticity, Chromaticity]>> =
  {
    // BT.709-6 section 1.3, BT.601-7 section 1.2 (625 and 525 lines), BT.2020-2 table 3, SMPTE EG 432-1 with D65.
    bt709: [
      [0.64, 0.33],
      [0.3, 0.6],
      [0.15, 0.06],
    ],
    bt470bg: [
      [0.64, 0.33],
      [0.29, 0.6],
      [0.15, 0.06],
    ],
    smpte170m: [
      [0.63, 0.34],
      [0.31, 0.595],
      [0.155, 0.07],
    ],
    bt2020: [
      [0.708, 0.292],
      [0.17, 0.797],
      [0.131, 0.046],
    ],
    smpte432: [
      [0.68, 0.32],
      [0.265, 0.69],
      [0.15, 0.06],
    ],
  };

const WHITE: Chromaticity = [0.3127, 0.329];

/** X, Y, Z of a chromaticity at a luminance of 1. */
const xyz = ([x, y]: Chromaticity): Triple => [x / y, 1, (1 - x - y) / y];

/** From linear R, G, B to X, Y, Z; white is at Y = 1. */
function toXyz(primaries: ColorPrimaries): Matrix3 {
  const columns = CHROMATICITIES[primaries].map(xyz) as unknown as Matrix3;
  const unscaled = transpose(columns);
  const scale = apply(invert(unscaled), xyz(WHITE));
  return unscaled.map((row) =>
    row.map((value, column) => value * (scale[column] as number)),
  ) as unknown as Matrix3;
}

/** What R, G and B of these primaries give to luminance. */
export function luminanceWeights(primaries: ColorPrimaries): Triple {
  return toXyz(primaries)[1];
}

/** From linear R, G, B of one set of primaries to those of another. White stays white. */
export function primariesMatrix(from: ColorPrimaries, to: ColorPrimaries): Matrix3 {
  return multiply(invert(toXyz(to)), toXyz(from));
}

function apply(matrix: Matrix3, [x, y, z]: Triple): Triple {
  return matrix.map(([a, b, c]) => a * x + b * y + c * z) as unknown as Triple;
}

function transpose(matrix: Matrix3): Matrix3 {
  return [0, 1, 2].map((row) => matrix.map((own) => own[row] as number)) as unknown as Matrix3;
}

function multiply(a: Matrix3, b: Matrix3): Matrix3 {
  const columns = transpose(b);
  return a.map((row) => apply(columns, row)) as unknown as Matrix3;
}

function invert(matrix: Matrix3): Matrix3 {
  const at = (row: number, column: number): number => matrix[row % 3]?.[column % 3] as number;
  // Cofactors with indices that go around have their signs already.
  const cofactor = (row: number, column: number): number =>
    at(row + 1, column + 1) * at(row + 2, column + 2) - at(row + 1, column + 2) * at(row + 2, column + 1);
  const determinant = [0, 1, 2].reduce((sum, column) => sum + at(0, column) * cofactor(0, column), 0);
  return [0, 1, 2].map((row) =>
    [0, 1, 2].map((column) => cofactor(column, row) / determinant),
  ) as unknown as Matrix3;
}
