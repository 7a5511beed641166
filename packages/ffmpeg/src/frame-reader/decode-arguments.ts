import {
  type ColorSpace,
  formatRational,
  PIXEL_FORMATS,
  type PixelFormat,
  type Rational,
} from '@framerail/media-types';
import { conversionFilters } from '../color/conversion-filters.js';
import { type Filter, filter } from '../filter-graph/filter.js';
import { serializeFilterGraph } from '../filter-graph/serialize.js';
import { inputArguments } from '../input/input-arguments.js';
import { type FfmpegBinaries, isAtLeast } from '../locate/binary.js';
import type { VideoStreamInfo } from '../probe/media-info.js';

/** What is to be decoded, and into what. */
export interface DecodePlan {
  readonly binaries: FfmpegBinaries;
  readonly input: string;
  readonly video: VideoStreamInfo;
  readonly format: PixelFormat;
  readonly width: number;
  readonly height: number;
  readonly frameRate: Rational;
  readonly color: ColorSpace;
  readonly frames: number | undefined;
  readonly startUs: number;
  readonly filters: readonly Filter[];
  readonly inputArgs: readonly string[];
}

/**
 * The arguments for ffmpeg. Timestamps stay the container's (`-copyts`), so that this file decides what counts
 * as 0, and not ffmpeg by the streams that happen to be mapped, in which releases differ.
 */
export function decodeArguments(plan: DecodePlan): string[] {
  const { binaries, input, video, format, startUs, frames, inputArgs } = plan;
  const vsync = isAtLeast(binaries.ffmpeg, 5, 1) ? '-fps_mode' : '-vsync';
  const zeroUs = video.timestampOriginUs + startUs;
  // Frames before the start are decoded too: the one that is still on screen at the start is among them.
  const seek = ['-seek_timestamp', '1', '-ss', `${zeroUs}us`, '-noaccurate_seek'];
  return [
    ...(startUs > 0 && zeroUs > 0 && video.seeksExactly ? seek : []),
    '-copyts',
    ...inputArgs,
    ...inputArguments(input),
    ...['-map', `0:${video.index}`, '-an', '-sn', '-dn'],
    ...['-vf', serializeFilterGraph(decodeFilters(plan))],
    ...[vsync, 'passthrough'],
    ...(frames === undefined ? [] : ['-frames:v', String(frames)]),
    ...['-f', 'rawvideo', '-pix_fmt', PIXEL_FORMATS[format].ffmpegName ?? '', 'pipe:1'],
  ];
}

function decodeFilters(plan: DecodePlan): Filter[] {
  const { video, format, color, width, height, frameRate, startUs, filters } = plan;
  const zeroUs = video.timestampOriginUs + startUs;
  const source = { pixelFormat: video.pixelFormat, color: video.color };
  const target = { pixelFormat: PIXEL_FORMATS[format].ffmpegName ?? '', color };
  const isFiltered = filters.length > 0;
  const isOtherSize = width !== video.decodedWidth || height !== video.decodedHeight;
  return [
    filter('setpts', { expr: `round(PTS-(${zeroUs}/1000000)/TB)` }),
    // A late start is filled with the first frame, so that sound stays where it was.
    filter('fps', { fps: formatRational(frameRate), start_time: 0, round: 'near' }),
    ...filters,
    // Whatever the filters left is brought to the size and the source's format first, which changes nothing if it
    // is there already: the conversion may then rely on both.
    ...(isFiltered ? conversionFilters({ from: source, to: source, width, height, resizes: true }) : []),
    ...conversionFilters({ from: source, to: target, width, height, resizes: !isFiltered && isOtherSize }),
  ];
}
