import type { AudioStreamInfo } from '@framerail/ffmpeg';
import { expectInteger, expectOneOf, FramerailError } from '@framerail/lifecycle';
import {
  BT709,
  type FrameFormat,
  type FrameLayout,
  type FrameRate,
  frameLayout,
  PIXEL_FORMATS,
} from '@framerail/media-types';
import { type AudioPlan, planAudio } from '../audio/plan-audio.js';
import type { ExportFramesOptions, ExportOperation } from '../export-options.js';
import { type Container, containerOf } from './container.js';
import { evenSize, nearestEven, type Size } from './even-size.js';
import { readFrameRate } from './frame-rate.js';
import { outputColor } from './output-color.js';
import { planOperations } from './planned-operation.js';

/** What an export of frames from memory will do. */
export interface FramesPlan {
  /** The frames as they are used: an odd last column or row may be left out of them. */
  readonly source: FrameFormat;
  /** NV12. */
  readonly target: FrameFormat;
  readonly operations: readonly ExportOperation[];
  readonly frameRate: FrameRate;
  readonly audio: AudioPlan;
  readonly container: Container;
}

/**
 * Decides what an export of frames from memory does. Frames are stretched to the size asked for, since their picture
 * is the caller's own; RGB becomes BT.709, limited range, unless `color` says otherwise.
 *
 * @param options - the caller's
 * @param format - what the first frame is
 * @param tracks - the sound's, if there is a file with some
 * @throws FramerailError `E_INVALID_ARGUMENT`, `E_ODD_SIZE`
 */
export function planFrames(
  options: ExportFramesOptions,
  format: FrameFormat,
  tracks: readonly AudioStreamInfo[],
): FramesPlan {
  const container = containerOf(options.output);
  const frameRate = readFrameRate('frameRate', options.frameRate);
  const oddSize = expectOneOf('oddSize', options.oddSize ?? 'crop', ['crop', 'pad', 'refuse']);
  const { layout, color } = format;
  const isRgb = PIXEL_FORMATS[layout.format]?.model === 'rgb';
  const wanted = wantedSize(options, layout);
  const isScaled = wanted.width !== layout.width || wanted.height !== layout.height;
  const output = evenSize(wanted, oddSize);
  if (!isScaled && (output.width > layout.width || output.height > layout.height)) throw cannotPad(layout);
  const used = isScaled ? layout : { ...layout, ...output };
  const planned = planOperations(used, output, options);
  const ycbcr = isRgb ? { ...BT709, primaries: color.primaries, transfer: color.transfer } : color;
  return {
    source: { layout: used, color },
    target: {
      layout: frameLayout({ format: 'NV12', ...planned.output }),
      color: outputColor(ycbcr, options.color),
    },
    operations: planned.operations,
    frameRate,
    audio: planAudio(
      expectOneOf('audio', options.audio ?? 'auto', ['auto', 'copy', 'aac', 'none']),
      tracks,
      container,
    ),
    container,
  };
}

function wantedSize(options: ExportFramesOptions, { width: ownWidth, height: ownHeight }: FrameLayout): Size {
  const side = (name: string, value: number | undefined): number | undefined =>
    value === undefined ? undefined : expectInteger(name, value, { min: 1, max: 65_535 });
  const width = side('width', options.width);
  const height = side('height', options.height);
  if (width !== undefined && height !== undefined) return { width, height };
  if ((width ?? ownWidth) === ownWidth && (height ?? ownHeight) === ownHeight)
    return { width: ownWidth, height: ownHeight };
  if (width !== undefined) return { width, height: nearestEven((width * ownHeight) / ownWidth) };
  return { width: nearestEven(((height as number) * ownWidth) / ownHeight), height: height as number };
}

function cannotPad({ width, height }: FrameLayout): FramerailError {
  return new FramerailError({
    code: 'E_ODD_SIZE',
    message: `Expected frames with even sides for oddSize 'pad' but received ${width}×${height}; pad them yourself, or choose 'crop' or a size`,
    details: { width, height },
  });
}
