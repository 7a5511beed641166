import { FramerailError } from '@framerail/lifecycle';
import { inputError } from '../input/check-input-file.js';
import { inputArguments } from '../input/input-arguments.js';
import type { FfmpegBinaries } from '../locate/binary.js';
import { capture } from '../process/capture.js';

/** A stream in ffprobe's JSON, as far as it is read here. Every field may be missing. */
export interface FfprobeStream {
  readonly index: number;
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly profile?: string;
  readonly pix_fmt?: string;
  readonly width?: number;
  readonly height?: number;
  readonly sample_aspect_ratio?: string;
  readonly field_order?: string;
  readonly r_frame_rate?: string;
  readonly avg_frame_rate?: string;
  readonly time_base?: string;
  readonly start_pts?: number;
  readonly duration_ts?: number;
  readonly nb_frames?: string;
  readonly nb_read_packets?: string;
  readonly bit_rate?: string;
  readonly sample_rate?: string;
  readonly channels?: number;
  readonly channel_layout?: string;
  readonly color_range?: string;
  readonly color_space?: string;
  readonly color_transfer?: string;
  readonly color_primaries?: string;
  readonly chroma_location?: string;
  readonly disposition?: Readonly<Record<string, number>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly side_data_list?: readonly { readonly side_data_type?: string; readonly rotation?: number }[];
}

/** A packet in ffprobe's JSON. */
interface FfprobePacket {
  readonly pts?: number;
}

/** What ffprobe prints as JSON. */
export interface FfprobeJson {
  readonly streams?: readonly FfprobeStream[];
  readonly packets?: readonly FfprobePacket[];
  readonly format?: {
    readonly format_name?: string;
    readonly start_time?: string;
    readonly duration?: string;
    readonly bit_rate?: string;
    readonly tags?: Readonly<Record<string, string>>;
  };
}

/** Options of {@link runFfprobe}. */
export interface FfprobeOptions {
  readonly binaries: FfmpegBinaries;
  readonly input: string;
  /** What to show, such as `-show_streams`. */
  readonly args: readonly string[];
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
}

/**
 * Runs ffprobe on a file.
 *
 * @throws FramerailError `E_INPUT_INVALID` if FFmpeg can't open it, `E_ABORTED`, `E_TIMEOUT`, `E_FFMPEG_NOT_FOUND`, `E_FFMPEG_FAILED`
 */
export async function runFfprobe(options: FfprobeOptions): Promise<FfprobeJson> {
  const { binaries, input, args, signal, timeoutMs } = options;
  const { stdout, stderr, exitCode, signalName } = await capture({
    path: binaries.ffprobe.path,
    args: ['-hide_banner', '-v', 'error', '-of', 'json', ...args, ...inputArguments(input)],
    what: `Probing ${JSON.stringify(input)}`,
    signal,
    timeoutMs,
    maxBytes: 64 * 1024 * 1024,
  });
  if (exitCode === undefined) {
    throw new FramerailError({
      code: 'E_FFMPEG_FAILED',
      message: `ffprobe was ended by ${signalName}`,
      details: { signal: signalName, stderr: stderr.slice(-4000) },
    });
  }
  if (exitCode !== 0) throw notMedia(input, stderr);
  return JSON.parse(stdout.toString('utf8')) as FfprobeJson;
}

function notMedia(input: string, stderr: string): FramerailError {
  const words = stderr
    .split('\n')
    .map((line) => line.replace(/^\[[^\]]*\] /, '').trim())
    .filter((line) => line !== '');
  const truncated = words.some((line) => line.includes('moov atom not found'));
  const why = truncated
    ? 'its index is missing (moov atom not found): it is cut off or was never finished'
    : (words.at(-1) ?? 'no reason given');
  return inputError('E_INPUT_INVALID', input, `Expected a media file but ffprobe refused it, ${why}`, {
    details: { stderr: stderr.slice(-4000), truncated },
  });
}
