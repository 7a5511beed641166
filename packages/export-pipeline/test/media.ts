import type { AudioStreamInfo, MediaInfo, VideoStreamInfo } from '@framerail/ffmpeg';
import { BT709, rational } from '@framerail/media-types';

/** A probe's answer about a plain HD film of ten seconds, with what a test wants different. */
export function mediaInfo(
  video: Partial<VideoStreamInfo> = {},
  audio: readonly Partial<AudioStreamInfo>[] = [{}],
): MediaInfo {
  const codedWidth = video.codedWidth ?? 1920;
  const codedHeight = video.codedHeight ?? 1080;
  return {
    path: '/film.mp4',
    formatName: 'mov,mp4,m4a,3gp,3g2,mj2',
    sizeBytes: 1_000_000,
    durationUs: 10_000_000,
    bitRate: 800_000,
    otherVideoStreams: 0,
    video: {
      index: 0,
      codec: 'h264',
      profile: 'High',
      pixelFormat: 'yuv420p',
      bitDepth: 8,
      codedWidth,
      codedHeight,
      decodedWidth: codedWidth,
      decodedHeight: codedHeight,
      width: codedWidth,
      height: codedHeight,
      rotationDegrees: 0,
      sampleAspectRatio: rational(1),
      frameRate: rational(30),
      averageFrameRate: rational(30),
      variableFrameRate: false,
      frameCount: 300,
      frameCountExact: false,
      interlaced: false,
      startUs: 0,
      durationUs: 10_000_000,
      color: BT709,
      colorGuessed: [],
      colorTags: {} as VideoStreamInfo['colorTags'],
      hdr: undefined,
      timestampOriginUs: 0,
      seeksExactly: true,
      ...video,
    },
    audio: audio.map((one, at) => ({
      index: at + 1,
      codec: 'aac',
      profile: 'LC',
      sampleRate: 48_000,
      channels: 2,
      channelLayout: 'stereo',
      bitRate: 128_000,
      language: undefined,
      isDefault: at === 0,
      startUs: 0,
      durationUs: 10_000_000,
      ...one,
    })),
  };
}
