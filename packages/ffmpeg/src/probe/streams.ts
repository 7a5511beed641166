import { frameCount, frameTimestampUs, parseRational, type Rational } from '@framerail/media-types';
import { describePixelFormatName } from '../color/pixel-format-name.js';
import type { FfprobeJson, FfprobeStream } from './ffprobe-json.js';
import { frameRates } from './frame-spacing.js';
import type { AudioStreamInfo, VideoStreamInfo } from './media-info.js';
import { pictureGeometry } from './picture-geometry.js';
import { count, durationTagUs, positiveRate, secondsToUs, ticksToUs } from './stream-time.js';
import { videoColor } from './video-color.js';

/** What {@link describeVideo} needs beside the stream. */
export interface VideoFacts {
  /** The container's time of its earliest stream, in microseconds. */
  readonly originUs: number;
  /** Presentation times of the first packets, in ticks. */
  readonly ticks: readonly number[];
  /** Whether those are all packets. */
  readonly complete: boolean;
  /** Packets of the whole stream, if they were counted. */
  readonly counted: number | undefined;
}

/** The video streams that are pictures in motion: no cover art, no thumbnails. The default one comes first. */
export function videoStreams(json: FfprobeJson): FfprobeStream[] {
  const isDefault = (stream: FfprobeStream): number => stream.disposition?.['default'] ?? 0;
  return (json.streams ?? [])
    .filter((stream) => stream.codec_type === 'video')
    .filter(({ disposition }) => !disposition?.['attached_pic'] && !disposition?.['timed_thumbnails'])
    .sort((a, b) => isDefault(b) - isDefault(a) || a.index - b.index);
}

/** A stream's own duration, wherever the container keeps it. */
export function streamDurationUs(stream: FfprobeStream): number | undefined {
  return ticksToUs(stream.duration_ts, stream.time_base) ?? durationTagUs(stream);
}

/** Describes a video stream whose size, codec and pixel format the caller knows to be there. */
export function describeVideo(
  stream: FfprobeStream & { width: number; height: number; codec_name: string; pix_fmt: string },
  json: FfprobeJson,
  facts: VideoFacts,
): VideoStreamInfo {
  const { width, height, codec_name: codec, pix_fmt: pixelFormat } = stream;
  const containerStartUs = ticksToUs(stream.start_pts, stream.time_base) ?? facts.originUs;
  const knownDuration = streamDurationUs(stream) ?? remainingUs(json, containerStartUs - facts.originUs);
  const rates = frameRates({
    baseRate: positiveRate(stream.r_frame_rate),
    averageRate: positiveRate(stream.avg_frame_rate),
    timeBase: parseRational(stream.time_base ?? ''),
    ticks: facts.ticks,
    complete: facts.complete,
    frames: facts.counted ?? count(stream.nb_frames),
    durationUs: knownDuration,
  });
  const frames =
    facts.counted ??
    (count(stream.nb_frames) || undefined) ??
    (knownDuration === undefined ? undefined : frameCount(knownDuration, rates.averageFrameRate));
  const { numerator, denominator } = rates.averageFrameRate;
  const durationUs = knownDuration ?? Math.round(((frames ?? 0) * denominator * 1_000_000) / numerator);
  return Object.freeze({
    index: stream.index,
    codec,
    profile: stream.profile,
    pixelFormat,
    bitDepth: describePixelFormatName(pixelFormat).bitDepth,
    ...pictureGeometry(stream, width, height),
    ...rates,
    frameCount: frames,
    frameCountExact: facts.counted !== undefined,
    interlaced: stream.field_order !== undefined && !['progressive', 'unknown'].includes(stream.field_order),
    ...alignedStart(containerStartUs, facts.originUs, rates.frameRate),
    durationUs,
    ...videoColor(stream, pixelFormat, height),
    seeksExactly: SEEKING_FORMATS.test(json.format?.format_name ?? ''),
  });
}

/** Containers whose index leads to the key frame at or before any time. */
const SEEKING_FORMATS = /\b(mov|matroska)\b/;

/**
 * Moves the origin of time by half a frame at most, so that the first frame is on the grid of frames that begins at
 * the origin. Half-way between two grid points, where the priming of AAC puts films of 24 frames a second, a
 * container's rounding to milliseconds would decide for each frame anew on which side it falls.
 */
function alignedStart(
  containerStartUs: number,
  originUs: number,
  frameRate: Rational,
): Pick<VideoStreamInfo, 'startUs' | 'timestampOriginUs'> {
  const startUs = frameTimestampUs(frameCount(containerStartUs - originUs, frameRate), frameRate);
  return { startUs, timestampOriginUs: containerStartUs - startUs };
}

/** Describes an audio stream; `undefined` if ffprobe couldn't make out what it is. */
export function describeAudio(
  stream: FfprobeStream,
  json: FfprobeJson,
  originUs: number,
): AudioStreamInfo | undefined {
  const sampleRate = count(stream.sample_rate);
  if (stream.codec_name === undefined || !sampleRate || !stream.channels) return undefined;
  const startUs = (ticksToUs(stream.start_pts, stream.time_base) ?? originUs) - originUs;
  return Object.freeze({
    index: stream.index,
    codec: stream.codec_name,
    profile: stream.profile,
    sampleRate,
    channels: stream.channels,
    channelLayout: stream.channel_layout,
    bitRate: count(stream.bit_rate),
    language: stream.tags?.['language'],
    isDefault: stream.disposition?.['default'] === 1,
    startUs,
    durationUs: streamDurationUs(stream) ?? remainingUs(json, startUs) ?? 0,
  });
}

/** What is left of the container's duration after a stream's start. */
function remainingUs(json: FfprobeJson, startUs: number): number | undefined {
  const whole = secondsToUs(json.format?.duration);
  return whole === undefined ? undefined : Math.max(0, whole - startUs);
}
