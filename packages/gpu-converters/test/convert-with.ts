import {
  BT709,
  type FrameFormat,
  frameLayout,
  PIXEL_FORMATS,
  type PixelFormat,
  type RawFrame,
  SRGB,
} from '@framerail/media-types';
import type { BackendPlan } from '../src/backends/backend.js';
import { planSteps } from '../src/backends/reference/plan-steps.js';
import type { Upsampling } from '../src/exact/chroma-siting.js';
import { planWork } from '../src/plan/plan-work.js';

/** All of the formats there are. */
export const FORMATS = Object.keys(PIXEL_FORMATS) as PixelFormat[];

/** A tightly packed format. */
export function formatOf(
  format: PixelFormat,
  size: { width: number; height: number },
  color: Partial<FrameFormat['color']> = {},
): FrameFormat {
  const base = PIXEL_FORMATS[format].model === 'rgb' ? SRGB : { ...BT709, ...color };
  return { layout: frameLayout({ format, ...size }), color: base };
}

/** The plan of a conversion without operations. */
export function conversionPlan(
  source: FrameFormat,
  target: FrameFormat,
  { upsampling = 'bilinear' as Upsampling, dither = 'none' as 'none' | 'ordered' } = {},
): BackendPlan {
  const work = planWork({ source, target, upsampling, dither }, []);
  return { source, target, operations: [], upsampling, work };
}

/** A frame that owns nothing. */
export function frameOf(format: FrameFormat, data: Uint8Array): RawFrame {
  return { ...format, data, timestampUs: 0, durationUs: 0, [Symbol.dispose]: () => {} };
}

/** What the reference makes of a frame's memory. */
export function carryOut(plan: BackendPlan, data: Uint8Array): Uint8Array {
  const target = new Uint8Array(plan.target.layout.byteLength);
  const steps = planSteps(plan, frameOf(plan.source, data), target);
  while (!steps.next().done);
  return target;
}
