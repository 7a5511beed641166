import { invalidArgument } from '@framerail/lifecycle';
import {
  type ColorSpace,
  type FrameFormat,
  frameLayout,
  isPixelFormat,
  MAX_FRAME_SIDE,
  PIXEL_FORMATS,
  type PixelFormat,
} from '@framerail/media-types';
import type { Operation } from '../operations/operation.js';
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
  const { width, height } = sizeAfter(source.layout, operations);
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

interface Size {
  readonly width: number;
  readonly height: number;
}

function sizeAfter(from: Size, operations: readonly Operation[]): Size {
  if (!Array.isArray(operations)) return from;
  const size = (operations as readonly Operation[]).reduce(sizeAfterOne, {
    width: from.width,
    height: from.height,
  });
  const isSide = (side: number): boolean => Number.isInteger(side) && side >= 1 && side <= MAX_FRAME_SIDE;
  return isSide(size.width) && isSide(size.height) ? size : from;
}

function sizeAfterOne(size: Size, operation: Operation): Size {
  switch (operation?.type) {
    case 'scale':
    case 'letterbox':
    case 'crop':
      return { width: operation.width, height: operation.height };
    case 'pad': {
      const { left = 0, top = 0, right = 0, bottom = 0 } = operation;
      return { width: size.width + left + right, height: size.height + top + bottom };
    }
    case 'rotate':
      return operation.degrees % 180 === 0 ? size : { width: size.height, height: size.width };
    default:
      return size;
  }
}
