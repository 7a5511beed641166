import { invalidArgument } from '@framerail/lifecycle';
import {
  type ColorSpace,
  type FrameFormat,
  frameLayout,
  isPixelFormat,
  PIXEL_FORMATS,
  type PixelFormat,
} from '@framerail/media-types';
import type { Operation } from '../operations/operation.js';
import { sizeAfter } from '../operations/size-after.js';
import type { VideoTarget } from './video-processor.js';

/**
 * Makes a whole format of what a caller said.
 *
 * @param target - the caller's
 * @param source - the frame's
 * @param operations - checked later: where no size comes of them, the source's stands in
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function targetFormat(
  target: VideoTarget,
  source: FrameFormat,
  operations: readonly Operation[],
): FrameFormat {
  if (typeof target === 'object' && target !== null) return target;
  const format = target === 'same' ? source.layout.format : target;
  if (!isPixelFormat(format))
    throw invalidArgument('target', "a frame format { layout, color }, a pixel format or 'same'", target);
  const { width, height } = sizeAfter(source.layout, Array.isArray(operations) ? operations : []);
  return { layout: frameLayout({ format, width, height }), color: colorFor(format, source.color) };
}

/** Colour codes of the same light in a format of another model. */
function colorFor(format: PixelFormat, color: ColorSpace): ColorSpace {
  const isRgb = PIXEL_FORMATS[format].model === 'rgb';
  if (isRgb === (color.matrix === 'rgb')) return color;
  if (isRgb) return { ...color, matrix: 'rgb', fullRange: true };
  const matrix =
    color.primaries === 'bt2020' ? 'bt2020-ncl' : color.primaries === 'smpte432' ? 'bt709' : color.primaries;
  return {
    ...color,
    matrix,
    fullRange: false,
    chromaLocation: matrix === 'bt2020-ncl' ? 'topleft' : 'left',
  };
}
