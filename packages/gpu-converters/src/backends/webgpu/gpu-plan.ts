import { FramerailError } from '@framerail/lifecycle';
import type { ColorSpace, FrameFormat, FrameLayout } from '@framerail/media-types';
import type { BackendPlan } from '../backend.js';
import { isShaderFormat, isYcbcr, type ShaderFormat } from './gpu-layout.js';

/** A frame format that shaders can read and write. */
interface GpuFrameFormat {
  readonly layout: FrameLayout & { readonly format: ShaderFormat };
  /** What the codes mean; `undefined` for RGB. */
  readonly color: ColorSpace | undefined;
}

/** The plan of a backend, as far as shaders need it. */
export interface GpuPlan extends Omit<BackendPlan, 'source' | 'target'> {
  readonly source: GpuFrameFormat;
  readonly target: GpuFrameFormat;
}

/**
 * Takes a plan, which `planConversion` has checked, if shaders can do it.
 *
 * @throws FramerailError `E_GPU_UNSUPPORTED` for a format without shaders
 */
export function gpuPlanOf(plan: BackendPlan): GpuPlan {
  return {
    ...plan,
    source: shaderFormat('source', plan.source),
    target: shaderFormat('target', plan.target),
  };
}

function shaderFormat(name: string, { layout, color }: FrameFormat): GpuFrameFormat {
  const { format } = layout;
  if (isShaderFormat(format))
    return { layout: { ...layout, format }, color: isYcbcr(format) ? color : undefined };
  throw new FramerailError({
    code: 'E_GPU_UNSUPPORTED',
    message: `Expected RGBA, BGRA, NV12 or I420 for ${name}.layout.format but received ${format}, which has no shaders`,
    details: { format },
  });
}
