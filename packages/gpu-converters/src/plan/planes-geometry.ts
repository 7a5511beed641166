import type { FrameLayout } from '@framerail/media-types';
import { checkCrop } from '../operations/lower-geometry.js';
import { checkScale, fitInside } from '../operations/lower-scale.js';
import type { Operation, ScaleFilter } from '../operations/operation.js';
import { checkList } from '../operations/prepare-operations.js';
import type { PlanesGeometry } from './plan-work.js';

/** A geometry, and the size that comes of it. */
export interface SizedPlanesGeometry extends PlanesGeometry {
  readonly width: number;
  readonly height: number;
  /** What it does, for labels. */
  readonly labels: readonly string[];
}

/**
 * What operations come down to if planes apart can do it: crops, then at most one scale of codes.
 *
 * @returns nothing if pixels are needed, or the operations aren't what they should be
 * @throws FramerailError `E_INVALID_ARGUMENT` for crops and scales
 */
export function planesGeometry(
  operations: readonly Operation[],
  layout: Pick<FrameLayout, 'width' | 'height'>,
): SizedPlanesGeometry | undefined {
  checkList(operations);
  let part = { x: 0, y: 0, width: layout.width, height: layout.height };
  let scale: { width: number; height: number; filter: ScaleFilter } | undefined;
  for (const [index, operation] of operations.entries()) {
    const name = `operations[${index}]`;
    if (operation?.type === 'crop' && scale === undefined) {
      const crop = checkCrop(name, operation, part);
      part = { ...crop, x: part.x + crop.x, y: part.y + crop.y };
    } else if (operation?.type === 'scale' || operation?.type === 'letterbox') {
      const checked = checkScale(name, operation);
      const size = scale ?? part;
      if (operation.type === 'letterbox') {
        // Bars are pixels.
        const inner = fitInside(size, checked);
        if (operation.fill !== undefined || inner.width !== checked.width || inner.height !== checked.height)
          return undefined;
      }
      if (checked.width === size.width && checked.height === size.height) continue;
      if (scale !== undefined || checked.linearLight) return undefined;
      scale = checked;
    } else return undefined;
  }
  const { width, height, filter } = scale ?? { ...part, filter: 'bilinear' as const };
  const isCropped = part.width !== layout.width || part.height !== layout.height;
  const labels = [...(isCropped ? ['crop'] : []), ...(scale === undefined ? [] : ['scale'])];
  return { part, filter, width, height, labels };
}
