import { FramerailError } from '@framerail/lifecycle';
import type { OddSize } from '../export-options.js';

/** A size in pixels. */
export interface Size {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
}

/**
 * Makes both sides even, as 4:2:0 video needs them.
 *
 * @param size - integers, 1 or more
 * @param oddSize - rounds down, up, or refuses
 * @throws FramerailError `E_ODD_SIZE` if a side is odd and that is refused, or nothing is left of it
 */
export function evenSize(size: Size, oddSize: OddSize): Size {
  const isOdd = size.width % 2 !== 0 || size.height % 2 !== 0;
  if (isOdd && oddSize === 'refuse')
    throw oddSizeError(size, "choose even sides, or the oddSize option 'crop' or 'pad'");
  const round = (side: number): number => (oddSize === 'pad' ? side + (side % 2) : side - (side % 2));
  const even = { width: round(size.width), height: round(size.height) };
  if (even.width === 0 || even.height === 0)
    throw oddSizeError(size, "there is nothing left of a single pixel: use oddSize 'pad'");
  return even;
}

/** The even number nearest to a positive value, 2 or more. */
export function nearestEven(value: number): number {
  return Math.max(2, Math.round(value / 2) * 2);
}

function oddSizeError({ width, height }: Size, advice: string): FramerailError {
  return new FramerailError({
    code: 'E_ODD_SIZE',
    message: `Expected an even width and height, as 4:2:0 video has, but received ${width}×${height}; ${advice}`,
    details: { width, height },
  });
}
