import type { VideoStreamInfo } from '@framerail/ffmpeg';
import { invertRational, type Rational } from '@framerail/media-types';
import type { Size } from './even-size.js';

/**
 * The picture that ffmpeg decodes after it has turned it upright, in stored pixels, which need not be square.
 *
 * @param video - what the probe told
 */
export function storedPicture(video: VideoStreamInfo): { readonly stored: Size; readonly pixelAspect: Rational } {
  const { codedWidth, codedHeight, rotationDegrees, sampleAspectRatio } = video;
  const isTurned = rotationDegrees === 90 || rotationDegrees === 270;
  if (!isTurned) return { stored: { width: codedWidth, height: codedHeight }, pixelAspect: sampleAspectRatio };
  return { stored: { width: codedHeight, height: codedWidth }, pixelAspect: invertRational(sampleAspectRatio) };
}
