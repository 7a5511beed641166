import type { ColorSpace, FrameFormat, FrameLayout } from '@framerail/media-types';
import type { NativeColor, NativeFormat, NativeImage, NativeOperation } from '@framerail/native';
import type { PreparedOperation } from '../../operations/prepared-operation.js';

/** Names a frame's memory in the addon's words. */
export function nativeImage(data: Uint8Array, layout: FrameLayout): NativeImage {
  const { width, height, planes } = layout;
  return { data, format: nativeFormat(layout.format), width, height, planes };
}

/** Names a colour in the addon's words. RGB has no matrix; the addon wants one and doesn't use it. */
export function nativeColor({ color }: FrameFormat): NativeColor {
  const { fullRange, chromaLocation } = color;
  return { matrix: nativeMatrix(color.matrix), fullRange, chromaLocation };
}

/** Names operations in the addon's words. */
export function nativeOperations(operations: readonly PreparedOperation[]): readonly NativeOperation[] {
  return operations.map((operation) => {
    if (operation.type === 'scale' || operation.type === 'colorMatrix') return operation;
    if (operation.type !== 'overlay')
      throw new RangeError(`Expected a step that the addon has but received ${operation.type}`);
    const { data, width, height } = operation.image;
    const planes = [{ offset: 0, stride: 4 * width }];
    return { ...operation, image: { data, format: 'RGBA', width, height, planes } };
  });
}

function nativeFormat(format: FrameLayout['format']): NativeFormat {
  switch (format) {
    case 'RGBA':
    case 'BGRA':
    case 'NV12':
    case 'I420':
      return format;
    default:
      throw new RangeError(`Expected RGBA, BGRA, NV12 or I420 but received ${format}`);
  }
}

function nativeMatrix(matrix: ColorSpace['matrix']): NativeColor['matrix'] {
  switch (matrix) {
    case 'bt470bg':
      return 'smpte170m';
    case 'rgb':
      return 'bt709';
    default:
      return matrix;
  }
}
