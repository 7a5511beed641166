import { type Operation, type Picture, planConversion, sizeAfter } from '@framerail/gpu-converters';
import { FramerailError, isFramerailError } from '@framerail/lifecycle';
import { type FrameFormat, frameLayout, SRGB } from '@framerail/media-types';
import type { ExportOperation } from '../export-options.js';
import type { Size } from './even-size.js';

/** Operations that were looked at one by one. */
export interface CheckedOperations {
  /** Without those that change nothing. */
  readonly operations: readonly ExportOperation[];
  /** What comes out of them. */
  readonly size: Size;
}

/** Stands for the picture of an overlay that lies in a file: only the numbers around it are looked at. */
const UNREAD: Picture = { data: new Uint8Array(4), width: 1, height: 1 };

/**
 * Checks operations as the renderer will, before any work is done, and follows the frame's size through them.
 *
 * @param operations - the caller's
 * @param from - size of the frames that they get
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function checkOperations(operations: readonly ExportOperation[], from: Size): CheckedOperations {
  let size = from;
  const kept = operations.filter((operation, index) => {
    const { isNothing, after } = checkOne(operation, index, size);
    size = after;
    return !isNothing;
  });
  return { operations: kept, size };
}

function checkOne(operation: ExportOperation, index: number, size: Size) {
  const planned: Operation =
    operation?.type === 'overlay'
      ? { ...withoutPath(operation), x: operation.x ?? 0, y: operation.y ?? 0 }
      : operation;
  const after = sizeAfter(size, [planned]);
  let steps: number;
  try {
    steps = planConversion(rgba(size), rgba(after), { operations: [planned] }).operations.length;
  } catch (error) {
    if (!isFramerailError(error)) throw error;
    const { code, cause, details } = error;
    const message = error.message.replace('operations[0]', `operations[${index}]`);
    throw new FramerailError({ code, message, cause, details });
  }
  // Where an overlay's picture lies is known only when it is read.
  const isNothing = planned.type === 'overlay' ? planned.opacity === 0 : steps === 0;
  return { isNothing, after };
}

function withoutPath(overlay: Extract<ExportOperation, { type: 'overlay' }>) {
  return { ...overlay, image: 'image' in overlay && overlay.image !== undefined ? overlay.image : UNREAD };
}

const rgba = (size: Size): FrameFormat => ({
  layout: frameLayout({ format: 'RGBA', width: size.width, height: size.height }),
  color: SRGB,
});
