import { expectOneOf } from '@framerail/lifecycle';
import { BT709, type ColorSpace } from '@framerail/media-types';
import type { OutputMatrix } from '../export-options.js';

const MATRICES: readonly OutputMatrix[] = ['smpte170m', 'bt709', 'bt2020-ncl'];

/**
 * The colour in which a source's frames are read as YCbCr. RGB sources become BT.709, limited range, because
 * their primaries are BT.709's; everything else stays what it is.
 *
 * @param color - the source's
 */
export function ycbcrColor(color: ColorSpace): ColorSpace {
  if (color.matrix !== 'rgb') return color;
  return Object.freeze({ ...BT709, primaries: color.primaries, transfer: color.transfer });
}

/**
 * The colour of the output: the source's, with the matrix and the range that were asked for. Primaries and
 * transfer are not converted and stay as tagged.
 *
 * @param source - what {@link ycbcrColor} gave
 * @param asked - the `color` option
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function outputColor(
  source: ColorSpace,
  asked: { readonly matrix?: OutputMatrix | undefined; readonly fullRange?: boolean | undefined } = {},
): ColorSpace {
  const matrix =
    asked.matrix === undefined ? source.matrix : expectOneOf('color.matrix', asked.matrix, MATRICES);
  return Object.freeze({ ...source, matrix, fullRange: asked.fullRange ?? source.fullRange });
}

/** Whether frames have to be converted to go from one to the other. */
export function isSameCode(a: ColorSpace, b: ColorSpace): boolean {
  const matrix = (color: ColorSpace) => (color.matrix === 'bt470bg' ? 'smpte170m' : color.matrix);
  return matrix(a) === matrix(b) && a.fullRange === b.fullRange && a.chromaLocation === b.chromaLocation;
}
