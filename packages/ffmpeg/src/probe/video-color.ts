import { type ColorSpace, guessColorSpace } from '@framerail/media-types';
import { colorFromFfmpeg, type FfmpegColorTags } from '../color/color-names.js';
import { describePixelFormatName } from '../color/pixel-format-name.js';
import type { FfprobeStream } from './ffprobe-json.js';
import type { VideoStreamInfo } from './media-info.js';

/** What a stream's tags and its pixel format say about colour, completed by guesses that are named. */
export function videoColor(
  stream: FfprobeStream,
  pixelFormat: string,
  codedHeight: number,
): Pick<VideoStreamInfo, 'color' | 'colorGuessed' | 'colorTags' | 'hdr'> {
  const colorTags: FfmpegColorTags = Object.freeze({
    range: known(stream.color_range),
    matrix: known(stream.color_space),
    transfer: known(stream.color_transfer),
    primaries: known(stream.color_primaries),
    chromaLocation: known(stream.chroma_location),
  });
  const tags = { ...colorFromFfmpeg(colorTags), ...certain(pixelFormat) };
  // A YCbCr picture has a matrix; `rgb` there is a mistake of the file.
  if (tags.matrix === 'rgb' && describePixelFormatName(pixelFormat).model !== 'rgb') delete tags.matrix;
  const { color, guessed } = guessColorSpace(tags, codedHeight);
  const hdr = color.transfer === 'pq' || color.transfer === 'hlg' ? color.transfer : undefined;
  return { color, colorGuessed: guessed, colorTags, hdr };
}

/** What the pixel format decides by itself, whatever is tagged. */
function certain(pixelFormat: string): Partial<ColorSpace> {
  const { model, chroma, fullRange } = describePixelFormatName(pixelFormat);
  if (model === 'rgb') return { matrix: 'rgb', fullRange: true, chromaLocation: 'center' };
  return {
    ...(fullRange ? { fullRange } : {}),
    ...(model === 'gray' || chroma === '444' ? { chromaLocation: 'center' as const } : {}),
  };
}

function known(tag: string | undefined): string | undefined {
  return tag === undefined || tag === 'unknown' || tag === 'unspecified' || tag === 'reserved'
    ? undefined
    : tag;
}
