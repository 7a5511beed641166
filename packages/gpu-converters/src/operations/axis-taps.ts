/** For every position of a scaled axis: the two source positions it lies between, and the second one's weight in 256ths. */
export interface AxisTaps {
  /** Source positions, from 0. */
  readonly first: Uint16Array;
  /** Source positions: the one after, or the same at the edge. */
  readonly second: Uint16Array;
  /** 0 to 255; the first position has the rest to 256. */
  readonly weight: Uint16Array;
}

/**
 * The definition of bilinear scaling on one axis. Position `i` lies at `((2i + 1) · source / target - 1) / 2`
 * source positions, rounded half up to 256ths and kept within the source, so that centres meet centres and
 * edges meet edges.
 *
 * @param sourceSize - columns or rows, 1 to 65,535
 * @param targetSize - columns or rows, 1 to 65,535
 */
export function axisTaps(sourceSize: number, targetSize: number): AxisTaps {
  const first = new Uint16Array(targetSize);
  const second = new Uint16Array(targetSize);
  const weight = new Uint16Array(targetSize);
  const last = (sourceSize - 1) * 256;
  for (let index = 0; index < targetSize; index += 1) {
    const doubled = 2 * ((2 * index + 1) * sourceSize - targetSize) * 256;
    const position = Math.min(Math.max(Math.floor((doubled + 2 * targetSize) / (4 * targetSize)), 0), last);
    const own = position >> 8;
    first[index] = own;
    second[index] = Math.min(own + 1, sourceSize - 1);
    weight[index] = position & 255;
  }
  return { first, second, weight };
}
