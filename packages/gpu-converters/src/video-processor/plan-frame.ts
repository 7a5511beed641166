import { type FrameFormat, frameLayout, type RawFrame } from '@framerail/media-types';
import type { Operation } from '../operations/operation.js';
import type { ConversionPlan } from '../plan/conversion-plan.js';
import { planConversion } from '../plan/plan-conversion.js';
import { resolveOtherFrames } from './other-frames.js';
import { targetFormat } from './target-format.js';
import type { VideoProcessingOptions } from './video-processor.js';

/** The other frame of a transition, on its way to be a picture. */
export interface PlannedPicture {
  readonly frame: RawFrame;
  /** What stands for its pixels in the frame's plan. */
  readonly standIn: Uint8Array;
  /** To RGBA, tightly packed; not set where it is that already. */
  readonly plan: ConversionPlan | undefined;
}

/** All that is planned for one frame. */
export interface PlannedFrame {
  readonly plan: ConversionPlan;
  /** To be made before. */
  readonly pictures: readonly PlannedPicture[];
}

/**
 * Plans a frame and the other frames that are mixed into it; those whose mixing changes nothing are left alone.
 *
 * @throws FramerailError as `planConversion`
 */
export function planFrame(
  source: FrameFormat,
  operations: readonly Operation[],
  { target = 'same', ...options }: VideoProcessingOptions,
): PlannedFrame {
  const { operations: resolved, pending } = resolveOtherFrames(operations);
  const to = targetFormat(target, source, operations);
  const plan = planConversion(source, to, { ...options, operations: resolved });
  const isMixed = (data: Uint8Array): boolean =>
    plan.operations.some((step) => step.type === 'mix' && step.image.data === data);
  const pictures = pending
    .filter(({ standIn }) => isMixed(standIn.data))
    .map(({ frame, standIn }) => ({
      frame,
      standIn: standIn.data,
      plan: pictureConversion(frame, to, options),
    }));
  return { plan, pictures };
}

/** To the colours that the frame's own pixels have when they are mixed. */
function pictureConversion(
  { layout, color }: RawFrame,
  to: FrameFormat,
  options: Omit<VideoProcessingOptions, 'target'>,
): ConversionPlan | undefined {
  const { width, height } = layout;
  const rgba: FrameFormat = {
    layout: frameLayout({ format: 'RGBA', width, height }),
    color: { ...to.color, matrix: 'rgb', fullRange: true },
  };
  const plan = planConversion({ layout, color }, rgba, options);
  const [plane] = layout.planes;
  const isTight = layout.format === 'RGBA' && plane?.offset === 0 && plane.stride === 4 * width;
  return isTight && plan.operations.length === 0 ? undefined : plan;
}
