import type { FrameFormat } from '@framerail/media-types';
import { checkCrop } from '../operations/lower-geometry.js';
import { checkScale, fitInside } from '../operations/lower-scale.js';
import type { LetterboxOperation, Operation, ScaleFilter } from '../operations/operation.js';
import { checkFill } from '../operations/pictures.js';
import { checkList, prepareOne } from '../operations/prepare-operations.js';
import type { PlanesGeometry } from './plan-work.js';

/** A geometry, and the size that comes of it. */
export interface SizedPlanesGeometry extends PlanesGeometry {
  readonly width: number;
  readonly height: number;
  /** What it does, for labels. */
  readonly labels: readonly string[];
}

/**
 * What operations come down to if planes apart can do it: crops, then at most one scale of codes. What is between them with
 * amounts of nothing, such as a fade that hasn't begun, doesn't matter.
 *
 * @param source - the frames
 * @param target - what comes of them
 * @returns nothing if pixels are needed, or the operations aren't what they should be
 * @throws FramerailError `E_INVALID_ARGUMENT` for crops and scales
 */
export function planesGeometry(
  operations: readonly Operation[],
  source: FrameFormat,
  target: FrameFormat,
): SizedPlanesGeometry | undefined {
  checkList(operations);
  const { layout } = source;
  let part = { x: 0, y: 0, width: layout.width, height: layout.height };
  let scale: { width: number; height: number; filter: ScaleFilter } | undefined;
  for (const [index, operation] of operations.entries()) {
    const name = `operations[${index}]`;
    const size = scale ?? part;
    if (operation?.type === 'crop' && scale === undefined) {
      const crop = checkCrop(name, operation, part);
      part = { ...crop, x: part.x + crop.x, y: part.y + crop.y };
    } else if (operation?.type === 'scale' || operation?.type === 'letterbox') {
      const checked = checkScale(name, operation);
      // Bars are pixels.
      if (operation.type === 'letterbox' && hasBars(name, operation, size)) return undefined;
      if (checked.width === size.width && checked.height === size.height) continue;
      if (scale !== undefined || checked.linearLight) return undefined;
      scale = checked;
    } else if (!isIdle(operation)) {
      return undefined;
    } else {
      const here = { ...source, layout: { ...layout, width: size.width, height: size.height } };
      if (prepareOne(name, operation, { source: here, target, depth: 8 }).length > 0) return undefined;
    }
  }
  const { width, height, filter } = scale ?? { ...part, filter: 'bilinear' as const };
  const isCropped = part.width !== layout.width || part.height !== layout.height;
  const labels = [...(isCropped ? ['crop'] : []), ...(scale === undefined ? [] : ['scale'])];
  return { part, filter, width, height, labels };
}

function hasBars(name: string, box: LetterboxOperation, size: { width: number; height: number }): boolean {
  if (box.fill !== undefined) checkFill(`${name}.fill`, box.fill);
  const inner = fitInside(size, box);
  return inner.width !== box.width || inner.height !== box.height;
}

/** Whether an operation looks as if it changed nothing, without the work of preparing it. */
function isIdle(operation: Operation): boolean {
  switch (operation?.type) {
    case 'color': {
      const { exposure = 0, gamma = 1, hue = 0, saturation = 1, contrast = 1, brightness = 0 } = operation;
      return [exposure, hue, brightness, gamma - 1, saturation - 1, contrast - 1].every(
        (amount) => amount === 0,
      );
    }
    case 'fade':
    case 'dissolve':
    case 'wipe':
      return operation.amount === 0;
    case 'overlay':
      return operation.opacity === 0;
    case 'rotate':
      return operation.degrees === 0;
    default:
      return false;
  }
}
