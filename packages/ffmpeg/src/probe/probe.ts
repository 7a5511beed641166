import { checkInputFile, inputError } from '../input/check-input-file.js';
import type { FfmpegBinaries } from '../locate/binary.js';
import { type FfprobeJson, type FfprobeStream, runFfprobe } from './ffprobe-json.js';
import type { AudioStreamInfo, MediaInfo, VideoStreamInfo } from './media-info.js';
import { count, secondsToUs } from './stream-time.js';
import { describeAudio, describeVideo, streamDurationUs, videoStreams } from './streams.js';

/** Options of {@link probe}. */
export interface ProbeOptions {
  /** The programs to run. */
  readonly binaries: FfmpegBinaries;
  /** Kills what is running. */
  readonly signal?: AbortSignal;
  /** Milliseconds for each of the runs of ffprobe (at most three); default 60 000. */
  readonly timeoutMs?: number;
  /** Reads the whole file to count its video packets exactly; default false. */
  readonly countFrames?: boolean;
}

/** Packets that are looked at to see whether frames are evenly spaced: some eight seconds of film. */
const SPACING_PACKETS = 200;

/** The demuxer that takes any text for a film of a terminal. */
const TEXT_FORMATS = new Set(['tty', 'ffmetadata', 'webvtt', 'srt', 'ass']);

/**
 * Says what a media file is. Reads the headers and the first packets; the whole file only for
 * `countFrames`, or where the container tells neither a duration nor a frame count.
 *
 * @param input - path of a regular file; whatever its name looks like, it is taken for a file
 * @param options - the binaries, and limits
 * @throws FramerailError `E_INPUT_NOT_FOUND`, `E_INPUT_EMPTY`, `E_INPUT_UNREADABLE`, `E_INPUT_INVALID` (no regular
 *   file, not media, cut off, no sound and no picture that can be read), `E_TIMEOUT`, `E_ABORTED`
 */
export async function probe(input: string, options: ProbeOptions): Promise<MediaInfo> {
  const { binaries, signal, timeoutMs = 60_000, countFrames = false } = options;
  const sizeBytes = await checkInputFile(input);
  const ask = (args: readonly string[]): Promise<FfprobeJson> =>
    runFfprobe({ binaries, input, args, signal, timeoutMs });
  const json = await ask(['-show_format', '-show_streams']);
  const formatName = json.format?.format_name ?? '';
  if (TEXT_FORMATS.has(formatName))
    throw inputError('E_INPUT_INVALID', input, 'Expected a media file but received a text');
  const originUs = secondsToUs(json.format?.start_time) ?? 0;
  const streams = videoStreams(json);
  const stream = streams[0];
  const video =
    stream === undefined ? undefined : await readVideo({ input, stream, json, originUs, countFrames, ask });
  const audio = (json.streams ?? [])
    .filter(({ codec_type }) => codec_type === 'audio')
    .map((one) => describeAudio(one, json, video?.timestampOriginUs ?? originUs))
    .filter((one) => one !== undefined);
  if (video === undefined && audio.length === 0) {
    throw inputError(
      'E_INPUT_INVALID',
      input,
      'Expected a media file but found neither video nor audio in it',
    );
  }
  return Object.freeze({
    path: input,
    formatName,
    sizeBytes,
    durationUs: secondsToUs(json.format?.duration) ?? latestEnd(video, audio),
    bitRate: count(json.format?.bit_rate),
    video,
    audio: Object.freeze(audio),
    otherVideoStreams: Math.max(0, streams.length - 1),
  });
}

interface VideoReading {
  readonly input: string;
  readonly stream: FfprobeStream;
  readonly json: FfprobeJson;
  readonly originUs: number;
  readonly countFrames: boolean;
  readonly ask: (args: readonly string[]) => Promise<FfprobeJson>;
}

async function readVideo({
  input,
  stream,
  json,
  originUs,
  countFrames,
  ask,
}: VideoReading): Promise<VideoStreamInfo> {
  const { width, height, codec_name, pix_fmt } = stream;
  if (!width || !height || codec_name === undefined || pix_fmt === undefined) {
    throw inputError(
      'E_INPUT_INVALID',
      input,
      'Expected video that can be decoded but its size, codec or pixel format could not be read',
      {
        details: { stream: stream.index, codec: codec_name },
      },
    );
  }
  const select = ['-select_streams', String(stream.index)];
  const { packets = [] } = await ask([
    ...select,
    '-show_entries',
    'packet=pts',
    '-read_intervals',
    `%+#${SPACING_PACKETS}`,
  ]);
  const untold =
    streamDurationUs(stream) === undefined && json.format?.duration === undefined && !count(stream.nb_frames);
  const counted =
    countFrames || untold
      ? count(
          (await ask([...select, '-count_packets', '-show_entries', 'stream=nb_read_packets'])).streams?.[0]
            ?.nb_read_packets,
        )
      : undefined;
  return describeVideo({ ...stream, width, height, codec_name, pix_fmt }, json, {
    originUs,
    // AVI and MPEG program streams leave times out; what is there then tells nothing about spacing.
    ticks: packets.every(({ pts }) => pts !== undefined) ? packets.map(({ pts }) => pts ?? 0) : [],
    complete: packets.length < SPACING_PACKETS,
    counted,
  });
}

function latestEnd(video: VideoStreamInfo | undefined, audio: readonly AudioStreamInfo[]): number {
  return Math.max(
    0,
    ...[video, ...audio].map((one) => (one === undefined ? 0 : one.startUs + one.durationUs)),
  );
}
