import { MAX_FRAME_SIDE } from '@framerail/media-types';
import type { Operation } from './operation.js';

/**
 * The size of a frame after operations, for planning. It checks nothing: an operation from which no size from 1 to
 * 65,535 comes leaves the size as it was, and is refused when a conversion is planned.
 *
 * @param size - of the frame that goes in, in pixels
 * @param operations - in order
 */
export function sizeAfter(
  size: { readonly width: number; readonly height: number },
  operations: readonly Operation[],
): { readonly width: number; readonly height: number } {
  const isSide = (side: number): boolean => Number.isInteger(side) && side >= 1 && side <= MAX_FRAME_SIDE;
  let now = { width: size.width, height: size.height };
  for (const operation of operations) {
    const next = afterOne(now, operation);
    if (isSide(next.width) && isSide(next.height)) now = next;
  }
  return now;
}

function afterOne(size: { width: number; height: number }, operation: Operation) {
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
