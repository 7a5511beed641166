import { parseRational, type Rational, rational } from '@framerail/media-types';
import type { FfprobeStream } from './ffprobe-json.js';
import type { RotationDegrees, VideoStreamInfo } from './media-info.js';

/** The sizes of a picture on its way to the screen. */
export type PictureGeometry = Pick<
  VideoStreamInfo,
  | 'codedWidth'
  | 'codedHeight'
  | 'decodedWidth'
  | 'decodedHeight'
  | 'width'
  | 'height'
  | 'rotationDegrees'
  | 'sampleAspectRatio'
>;

/** Works the sizes out. The caller knows that width and height are there. */
export function pictureGeometry(
  stream: FfprobeStream,
  codedWidth: number,
  codedHeight: number,
): PictureGeometry {
  const rotationDegrees = clockwiseRotation(stream);
  const sampleAspectRatio = aspectOf(stream);
  const { numerator, denominator } = sampleAspectRatio;
  const square = Math.max(1, Math.floor((2 * codedWidth * numerator + denominator) / (2 * denominator)));
  const upright = rotationDegrees === 0 || rotationDegrees === 180;
  return {
    codedWidth,
    codedHeight,
    rotationDegrees,
    sampleAspectRatio,
    ...(upright
      ? { decodedWidth: codedWidth, decodedHeight: codedHeight, width: square, height: codedHeight }
      : { decodedWidth: codedHeight, decodedHeight: codedWidth, width: codedHeight, height: square }),
  };
}

/**
 * FFmpeg's angle counts the other way round, from -180 to 180 and may have decimals. It turns frames by 90 degrees
 * when within one degree of that, and by any other angle inside the frame's own size.
 */
function clockwiseRotation(stream: FfprobeStream): RotationDegrees {
  const matrix = stream.side_data_list?.find((data) => data.side_data_type === 'Display Matrix');
  const tagged = matrix?.rotation === undefined ? Number(stream.tags?.['rotate'] ?? 0) : -matrix.rotation;
  if (!Number.isFinite(tagged)) return 0;
  const clockwise = ((tagged % 360) + 360) % 360;
  const nearest = Math.round(clockwise / 90) * 90;
  if (Math.abs(clockwise - nearest) >= 1) return 0;
  return (nearest % 360) as RotationDegrees;
}

function aspectOf(stream: FfprobeStream): Rational {
  const aspect = parseRational(stream.sample_aspect_ratio ?? '');
  return aspect === undefined || aspect.numerator <= 0 ? rational(1) : aspect;
}
