/** A look-up table as `.cube` files hold it (Adobe Cube LUT Specification 1.0), ready for use. */
export interface CubeLut {
  /** From the file's TITLE, or empty. */
  readonly title: string;
  /** Entries along each side of the cube, 2 to 129. */
  readonly size: number;
  /** R, G, B of every node, red changing fastest; any finite numbers, 1.0 is white. */
  readonly entries: Float64Array;
  /** Input values of the first and the last node, for R, G and B. */
  readonly domainMin: readonly [number, number, number];
  /** See {@link CubeLut.domainMin}; above it in every channel. */
  readonly domainMax: readonly [number, number, number];
}
