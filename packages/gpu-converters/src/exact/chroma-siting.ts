import type { ChromaLocation } from '@framerail/media-types';

/** How chroma at half size becomes chroma for every pixel: the nearest sample, or weights by the siting in sixteenths. */
export type Upsampling = 'nearest' | 'bilinear';

/** Weighted neighbours of a chroma sample on one axis of the luma grid: offsets from the even position and weights. */
export interface DownsamplingTaps {
  readonly offsets: readonly number[];
  readonly weights: readonly number[];
  /** Sum of the weights. */
  readonly total: number;
}

const BOX: DownsamplingTaps = Object.freeze({ offsets: [0, 1], weights: [1, 1], total: 2 });
const TENT: DownsamplingTaps = Object.freeze({ offsets: [-1, 0, 1], weights: [1, 2, 1], total: 4 });

/**
 * Which pixels a chroma sample of 4:2:0 is the mean of. The sample of chroma column `c` stands at luma columns
 * `2c + offset`; rows alike. Offsets beyond the picture repeat its edge.
 */
export function downsamplingTaps(location: ChromaLocation): {
  across: DownsamplingTaps;
  down: DownsamplingTaps;
} {
  return {
    across: isCosited(location, 'across') ? TENT : BOX,
    down: isCosited(location, 'down') ? TENT : BOX,
  };
}

/** The two chroma samples that a luma position lies between, and their weights in quarters. */
export interface UpsamplingTaps {
  readonly first: number;
  readonly second: number;
  /** 0 to 4; the second sample has the rest to 4. */
  readonly firstWeight: number;
}

/**
 * The chroma samples for a luma column or row.
 *
 * @param position - luma column or row, from 0
 * @param size - chroma columns or rows; samples beyond repeat the edge
 * @param axis - `across` for columns, `down` for rows
 */
export function upsamplingTaps(
  position: number,
  size: number,
  axis: 'across' | 'down',
  location: ChromaLocation,
  upsampling: Upsampling,
): UpsamplingTaps {
  const own = position >> 1;
  const isOdd = (position & 1) === 1;
  const next = Math.min(own + 1, size - 1);
  if (upsampling === 'nearest') return { first: own, second: own, firstWeight: 4 };
  if (isCosited(location, axis)) return { first: own, second: next, firstWeight: isOdd ? 2 : 4 };
  if (isOdd) return { first: own, second: next, firstWeight: 3 };
  return { first: Math.max(own - 1, 0), second: own, firstWeight: 1 };
}

/** Whether chroma samples lie on luma samples along an axis, and not between two of them. */
export function isCosited(location: ChromaLocation, axis: 'across' | 'down'): boolean {
  return axis === 'across' ? location !== 'center' : location === 'topleft';
}
