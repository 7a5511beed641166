import type { ColorSpace, FrameFormat, FrameLayout } from '@framerail/media-types';
import type { NativeColor, NativeFrameShape, NativeImage, NativeProgramOptions } from '@framerail/native';
import type { BackendPlan } from '../backend.js';

/** Names a frame's memory in the addon's words. */
export function nativeImage(data: Uint8Array, layout: FrameLayout): NativeImage {
  const { format, width, height, planes } = layout;
  return { data, format, width, height, planes };
}

/** Names a plan in the addon's words, which are the plan's own: tables, steps and pictures go as they are. */
export function nativeProgram({
  source,
  target,
  upsampling,
  work,
  operations,
}: BackendPlan): NativeProgramOptions {
  return {
    source: nativeShape(source),
    target: nativeShape(target),
    upsampling,
    work: work.kind === 'planes' ? work : { ...work, steps: operations },
  };
}

function nativeShape({ layout, color }: FrameFormat): NativeFrameShape {
  const { format, width, height } = layout;
  return { format, width, height, color: nativeColor(color) };
}

/** RGB has no matrix; the addon wants one and doesn't use it. BT.601 has two names. */
function nativeColor({ matrix, fullRange, chromaLocation }: ColorSpace): NativeColor {
  return { matrix: nativeMatrix(matrix), fullRange, chromaLocation };
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
