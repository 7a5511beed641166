import type { ColorField, ColorSpace, Rational } from '@framerail/media-types';
import type { FfmpegColorTags } from '../color/color-names.js';

/** How far a picture has to be turned clockwise to stand upright; FFmpeg turns it while decoding. */
export type RotationDegrees = 0 | 90 | 180 | 270;

/** What a file is, as far as it concerns editing and rendering. */
export interface MediaInfo {
  /** The path that was probed. */
  readonly path: string;
  /** FFmpeg's name of the container, such as `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly formatName: string;
  /** Bytes of the file. */
  readonly sizeBytes: number;
  /** From the earliest start to the latest end of its streams, in microseconds. */
  readonly durationUs: number;
  /** Bits a second over all; `undefined` if the container doesn't tell. */
  readonly bitRate: number | undefined;
  /** The default video stream; cover art is none. `undefined` for a file of sound alone. */
  readonly video: VideoStreamInfo | undefined;
  /** All audio streams, in the container's order. */
  readonly audio: readonly AudioStreamInfo[];
  /** Video streams beside {@link video}, cover art not counted. */
  readonly otherVideoStreams: number;
}

/** A stream's place in time. */
export interface StreamTiming {
  /** The stream's number in the file, for `-map 0:index`. */
  readonly index: number;
  /**
   * When its first sample is shown, in microseconds. 0 is the start of the file's earliest stream, moved by half a frame
   * at most so that the video begins on its own grid of frames; sound may so begin a little before 0.
   */
  readonly startUs: number;
  /** From its first sample's start to its last one's end, in microseconds. */
  readonly durationUs: number;
}

/** A video stream. Sizes are in pixels. */
export interface VideoStreamInfo extends StreamTiming {
  /** FFmpeg's name of the codec, such as `h264`. */
  readonly codec: string;
  /** Profile of the codec, such as `High`; `undefined` if unknown. */
  readonly profile: string | undefined;
  /** FFmpeg's name of the decoded pixel format, such as `yuv420p10le`. */
  readonly pixelFormat: string;
  /** Bits of the widest component. */
  readonly bitDepth: number;
  /** Columns as stored: before rotation, not made square. */
  readonly codedWidth: number;
  /** Rows as stored. */
  readonly codedHeight: number;
  /** Columns that FFmpeg's decoder hands out: after rotation, pixels still not square if they aren't. */
  readonly decodedWidth: number;
  /** Rows that FFmpeg's decoder hands out. */
  readonly decodedHeight: number;
  /**
   * Columns as shown: after rotation and with square pixels. The sample aspect ratio stretches or narrows
   * the stored columns, never the rows, as players do.
   */
  readonly width: number;
  /** Rows as shown. */
  readonly height: number;
  /** Clockwise, as {@link RotationDegrees} says. */
  readonly rotationDegrees: RotationDegrees;
  /** Width over height of a stored pixel; 1/1 if unknown. */
  readonly sampleAspectRatio: Rational;
  /**
   * The nominal rate, exact. For variable rates it is the container's base rate, or, where that is no
   * picture rate (above 120), the standard rate nearest to the average.
   */
  readonly frameRate: Rational;
  /** Frames over duration, exact as the container has it. */
  readonly averageFrameRate: Rational;
  /** Whether frames are unevenly spaced: in the first packets, or by count over the whole stream. */
  readonly variableFrameRate: boolean;
  /** Frames as the container counts them, or as duration times rate; `undefined` if neither is known. */
  readonly frameCount: number | undefined;
  /** Whether {@link frameCount} was counted by reading every packet. */
  readonly frameCountExact: boolean;
  /** Whether frames are interlaced fields; nothing here deinterlaces. */
  readonly interlaced: boolean;
  /** What code values mean; complete. */
  readonly color: ColorSpace;
  /** The fields of {@link color} that no tag told. */
  readonly colorGuessed: readonly ColorField[];
  /** The tags as ffprobe words them, also those that have no name in {@link ColorSpace}. */
  readonly colorTags: FfmpegColorTags;
  /** The curve of high dynamic range, or `undefined` for SDR. */
  readonly hdr: 'pq' | 'hlg' | undefined;
  /** The container's time that counts as 0 in {@link startUs}, of all streams, in microseconds. */
  readonly timestampOriginUs: number;
  /** Whether reading can begin anywhere at once; where not, it decodes all that comes before. */
  readonly seeksExactly: boolean;
}

/** An audio stream. */
export interface AudioStreamInfo extends StreamTiming {
  /** FFmpeg's name of the codec, such as `aac`. */
  readonly codec: string;
  /** Profile of the codec, such as `LC`; `undefined` if unknown. */
  readonly profile: string | undefined;
  /** Samples a second. */
  readonly sampleRate: number;
  /** How many channels a sample has. */
  readonly channels: number;
  /** FFmpeg's name of the layout, such as `stereo`; `undefined` if unknown. */
  readonly channelLayout: string | undefined;
  /** Bits a second; `undefined` if unknown. */
  readonly bitRate: number | undefined;
  /** ISO 639 code of the container; `undefined` without one. */
  readonly language: string | undefined;
  /** Whether players take it first. */
  readonly isDefault: boolean;
}
