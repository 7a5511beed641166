import { expectInteger, expectNumber, expectOneOf, invalidArgument } from '@framerail/lifecycle';
import { type ColorSpace, type FrameFormat, MAX_FRAME_SIDE } from '@framerail/media-types';
import { colorMatrices } from './color-adjustment.js';
import type { ColorOperation, Operation, OverlayOperation, ScaleOperation } from './operation.js';
import type { PreparedOperation } from './prepared-operation.js';

/** The most operations of one processor. */
const MAX_OPERATIONS = 64;

/** Operations as backends get them, and the size that comes of them. */
export interface PreparedOperations {
  readonly operations: readonly PreparedOperation[];
  /** Columns after all operations. */
  readonly width: number;
  /** Rows after all operations. */
  readonly height: number;
}

/**
 * Checks operations and makes integers of them; those that would change nothing are left out.
 *
 * @param operations - as the user gave them
 * @param source - the frames they are for
 * @param target - what comes of the frames; its matrix weighs colours where the source is RGB
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function prepareOperations(
  operations: readonly Operation[],
  source: FrameFormat,
  target: FrameFormat,
): PreparedOperations {
  if (!Array.isArray(operations) || operations.length > MAX_OPERATIONS) {
    throw invalidArgument('operations', `an array of at most ${MAX_OPERATIONS} operations`, operations);
  }
  const matrix = lumaMatrix(source.color, target.color);
  const prepared: PreparedOperation[] = [];
  let { width, height } = source.layout;
  for (const [index, operation] of (operations as readonly Operation[]).entries()) {
    const name = `operations[${index}]`;
    if (typeof operation !== 'object' || operation === null)
      throw invalidArgument(name, 'an operation', operation);
    switch (expectOneOf(`${name}.type`, operation.type, ['scale', 'color', 'overlay'])) {
      case 'scale': {
        const scale = checkScale(name, operation as ScaleOperation);
        if (scale.width !== width || scale.height !== height) prepared.push(scale);
        ({ width, height } = scale);
        break;
      }
      case 'color':
        prepared.push(...colorMatrices(checkColor(name, operation as ColorOperation), matrix));
        break;
      case 'overlay': {
        const overlay = checkOverlay(name, operation as OverlayOperation);
        const { x, y, image } = overlay;
        const isSeen = x < width && y < height && x + image.width > 0 && y + image.height > 0;
        if (isSeen && overlay.opacity > 0) prepared.push(overlay);
        break;
      }
    }
  }
  return { operations: prepared, width, height };
}

/** Whose luma a saturation is about: the video's own, or BT.709's where there is only RGB. */
function lumaMatrix(source: ColorSpace, target: ColorSpace): Exclude<ColorSpace['matrix'], 'rgb'> {
  if (source.matrix !== 'rgb') return source.matrix;
  return target.matrix === 'rgb' ? 'bt709' : target.matrix;
}

function checkScale(name: string, { width, height }: ScaleOperation) {
  return {
    type: 'scale' as const,
    width: expectInteger(`${name}.width`, width, { min: 1, max: MAX_FRAME_SIDE }),
    height: expectInteger(`${name}.height`, height, { min: 1, max: MAX_FRAME_SIDE }),
  };
}

function checkColor(name: string, { brightness = 0, contrast = 1, saturation = 1 }: ColorOperation) {
  return {
    brightness: expectNumber(`${name}.brightness`, brightness, { min: -1, max: 1 }),
    contrast: expectNumber(`${name}.contrast`, contrast, { min: 0, max: 4 }),
    saturation: expectNumber(`${name}.saturation`, saturation, { min: 0, max: 4 }),
  };
}

function checkOverlay(name: string, { image, x, y, opacity = 1 }: OverlayOperation) {
  if (typeof image !== 'object' || image === null) {
    throw invalidArgument(`${name}.image`, 'a picture { data, width, height }', image);
  }
  const { data } = image;
  const width = expectInteger(`${name}.image.width`, image.width, { min: 1, max: MAX_FRAME_SIDE });
  const height = expectInteger(`${name}.image.height`, image.height, { min: 1, max: MAX_FRAME_SIDE });
  if (!(data instanceof Uint8Array))
    throw invalidArgument(`${name}.image.data`, 'a Uint8Array of RGBA', data);
  if (data.byteLength !== width * height * 4) {
    throw invalidArgument(
      `${name}.image.data`,
      `the ${width * height * 4} bytes of ${width}×${height} RGBA`,
      data.byteLength,
    );
  }
  return {
    type: 'overlay' as const,
    image: { data, width, height },
    x: expectInteger(`${name}.x`, x),
    y: expectInteger(`${name}.y`, y),
    opacity: Math.floor(expectNumber(`${name}.opacity`, opacity, { min: 0, max: 1 }) * 255 + 0.5),
  };
}
