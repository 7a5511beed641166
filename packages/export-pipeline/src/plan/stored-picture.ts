import type { VideoStreamInfo } from '@framerail/ffmpeg';
import { invertRational, type Rational } from '@framerail/media-types';
import type { Size } from './even-size.js';

/**
 * The picture that ffmpeg decodes after it has turned it upright, in stored pixels, which need not be square.
 *
 * @param video - what the probe told
 */
export function storedPicture(video: VideoStreamInfo): {
  readonly stored: Size;
  readonly pixelAspect: Rational;
} {
  const isTurned = video.rotationDegrees === 90 || video.rotationDegrees === 270;
  return {
    stored: { width: video.decodedWidth, height: video.decodedHeight },
    pixelAspect: isTurned ? invertRational(video.sampleAspectRatio) : video.sampleAspectRatio,
  };
}
