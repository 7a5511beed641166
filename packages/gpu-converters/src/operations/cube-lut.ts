/** A look-up table as `.cube` files hold it (Adobe Cube LUT Specification 1.0), ready for use. */
export interface CubeLut {
  /** From the file's TITLE, or empty. */
  readonly title: string;
  /** 3: a cube of colours. 1: a curve for each of R, G and B. Default 3. */
  readonly dimensions?: 1 | 3;
  /** Entries along each side of the cube, 2 to 129; or of the curves, 2 to 65,536. */
  readonly size: number;
  /** R, G, B of every node, in a cube with red changing fastest; any finite numbers, 1.0 is white. */
  readonly entries: Float64Array;
  /** Input values of the first and the last node, for R, G and B; default 0. */
  readonly domainMin: readonly [number, number, number];
  /** See {@link CubeLut.domainMin}; above it in every channel; default 1. */
  readonly domainMax: readonly [number, number, number];
}

/** Most entries along each side of a cube: what backends take. */
export const MAX_CUBE_SIZE = 129;

/** Most entries of a one-dimensional table: the specification's limit. */
export const MAX_CURVE_SIZE = 65_536;

/** How many nodes a table has. */
export function nodeCount({ dimensions, size }: Pick<CubeLut, 'dimensions' | 'size'>): number {
  return dimensions === 1 ? size : size ** 3;
}
