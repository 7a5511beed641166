import {
  type ColorSpace,
  type FrameLayout,
  formatRational,
  PIXEL_FORMATS,
  type Rational,
} from '@framerail/media-types';
import { colorArguments } from '../color/color-names.js';
import { conversionFilters } from '../color/conversion-filters.js';
import type { Filter } from '../filter-graph/filter.js';
import { serializeFilterGraph } from '../filter-graph/serialize.js';
import { fileUrl } from '../input/input-arguments.js';

/** What comes in, and what is to be made of it. */
export interface EncodePlan {
  readonly output: string;
  readonly outputArgs: readonly string[];
  readonly layout: FrameLayout;
  readonly color: ColorSpace;
  readonly frameRate: Rational;
  readonly extraInputs: readonly string[];
  readonly globalArgs: readonly string[];
  readonly filters: readonly Filter[];
  readonly pixelFormat: string | undefined;
  readonly outputColor: ColorSpace;
}

/**
 * The arguments for ffmpeg. Colour is said twice: before the input, so that frames carry it through filters, and
 * for the output, so that encoder and container have it whatever the release takes from frames.
 */
export function encodeArguments(plan: EncodePlan): string[] {
  const { output, outputArgs, layout, color, frameRate, extraInputs, globalArgs, outputColor } = plan;
  const pixelFormat = PIXEL_FORMATS[layout.format].ffmpegName ?? '';
  const filters = encodeFilters(plan, pixelFormat);
  return [
    ...globalArgs,
    ...['-f', 'rawvideo', '-pixel_format', pixelFormat, '-video_size', `${layout.width}x${layout.height}`],
    ...['-framerate', formatRational(frameRate), ...colorArguments(color), '-i', 'pipe:0'],
    ...extraInputs,
    ...(filters.length === 0 ? [] : ['-vf', serializeFilterGraph(filters)]),
    ...forVideo(colorArguments(outputColor)),
    ...outputArgs,
    ...['-y', outputUrl(output)],
  ];
}

/** `-` is ffmpeg's own word for nothing or standard output; all else is a file. */
function outputUrl(output: string): string {
  return output === '-' ? output : fileUrl(output);
}

/** A conversion is written out only where the encoder takes another format than the frames have. */
function encodeFilters(
  { layout, color, outputColor, pixelFormat, filters }: EncodePlan,
  from: string,
): Filter[] {
  const { width, height } = layout;
  const conversion =
    pixelFormat === undefined || pixelFormat === from
      ? []
      : conversionFilters({
          from: { pixelFormat: from, color },
          to: { pixelFormat, color: outputColor },
          width,
          height,
          resizes: false,
        });
  return [...conversion, ...filters];
}

/** Keeps colour options away from the sound's encoder, which would warn of them. */
function forVideo(args: readonly string[]): string[] {
  return args.map((arg) => (arg.startsWith('-') ? `${arg}:v` : arg));
}
