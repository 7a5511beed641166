import { type Filter, filter, type VideoStreamInfo } from '@framerail/ffmpeg';
import { compareRational } from '@framerail/media-types';
import type { PlannedSource, PlannedTarget } from '../plan/export-plan.js';

/**
 * The filters that a plan's frames go through before they leave the decoder: cut or bars, and the frame that
 * rounding may leave a source short of.
 *
 * @param video - what is decoded
 * @param source - what the plan makes of it
 * @param target - for its frame count
 */
export function decodeFilters(
  video: VideoStreamInfo,
  source: PlannedSource,
  target: PlannedTarget,
): readonly Filter[] {
  const { step } = source;
  return [
    ...(mayFallShort(video, target) ? [filter('tpad', { stop: 1, stop_mode: 'clone' })] : []),
    ...(step?.type === 'crop'
      ? [filter('crop', { w: step.width, h: step.height, x: step.x, y: step.y, exact: 1 })]
      : []),
    ...(step?.type === 'pad'
      ? [
          ...blackIsBlack(video),
          filter('pad', { w: step.width, h: step.height, x: step.x, y: step.y, color: 'black' }),
        ]
      : []),
  ];
}

/** Whether frames are made out of others' times, which may round to one less than the duration holds. */
function mayFallShort(video: VideoStreamInfo, target: PlannedTarget): boolean {
  const isOwnRaster =
    !video.variableFrameRate &&
    video.startUs === 0 &&
    compareRational(video.frameRate, target.frameRate) === 0;
  return target.isCountExact && !isOwnRaster;
}

/** `pad` paints code 16 in all formats but the old full-range ones, which hold the same codes under another name. */
function blackIsBlack({ color, pixelFormat }: VideoStreamInfo): Filter[] {
  if (!color.fullRange || color.matrix === 'rgb') return [];
  const chroma = /4(?:22|44|40)/.exec(pixelFormat)?.[0] ?? '420';
  return [filter('format', { pix_fmts: `yuvj${chroma}p` })];
}
