import { type Clock, expectInteger, expectString, FramerailError, systemClock } from '@framerail/lifecycle';
import { describePixelFormatName } from '../color/pixel-format-name.js';
import { filter } from '../filter-graph/filter.js';
import { serializeFilterGraph } from '../filter-graph/serialize.js';
import type { FfmpegBinaries } from '../locate/binary.js';
import { capture } from '../process/capture.js';
import { encoderRequirements } from './encoder-requirements.js';

/** Options of {@link proveEncoder}. */
export interface ProveEncoderOptions {
  /** Whose encoder it is. */
  readonly binaries: FfmpegBinaries;
  /** FFmpeg's name, such as `libx264`. */
  readonly encoder: string;
  /** Columns of the frames; default 320. Give those of the work: hardware has limits. */
  readonly width?: number;
  /** Rows; default 180. */
  readonly height?: number;
  /** FFmpeg's name of the pixel format that the encoder is given; default `nv12`. */
  readonly pixelFormat?: string;
  /** Options of the encoder, such as `['-preset', 'slow']`. */
  readonly encoderArgs?: readonly string[];
  /** Kills what is running. */
  readonly signal?: AbortSignal;
  /** Milliseconds for encoding and for decoding, each; default 20 000. */
  readonly timeoutMs?: number;
  /** Measures the trial; default the machine's. */
  readonly clock?: Clock;
}

/** What came of trying an encoder. */
export interface EncoderProof {
  /** The encoder that was tried. */
  readonly encoder: string;
  /** Whether all frames came back as they were. */
  readonly proven: boolean;
  /** Why it isn't; `undefined` if it is. */
  readonly reason: string | undefined;
  /** How long the trial took. */
  readonly ms: number;
}

/** Luma of the frames: far enough apart that a stuck, empty or swapped picture shows. */
const LUMA = [60, 90, 120, 150, 180, 60];
const SEED_SIDE = 16;
/** How far a decoded grey may be off: a lossy encoder moves flat grey by 1 or 2. */
const TOLERANCE = 8;

/**
 * Finds out whether an encoder works here, by encoding a few grey frames, decoding them again in software and
 * looking at their values. That it is in ffmpeg's list says nothing about drivers and devices.
 *
 * @returns the proof; an encoder that doesn't work is no error
 * @throws FramerailError `E_ABORTED`, `E_INVALID_ARGUMENT`
 */
export async function proveEncoder(options: ProveEncoderOptions): Promise<EncoderProof> {
  const { encoder, clock = systemClock } = options;
  expectString('encoder', encoder);
  const since = clock.now();
  const reason = await whyNot(options);
  return Object.freeze({ encoder, proven: reason === undefined, reason, ms: clock.now() - since });
}

async function whyNot(options: ProveEncoderOptions): Promise<string | undefined> {
  const { binaries, encoder, signal, timeoutMs = 20_000 } = options;
  const run = async (what: string, args: readonly string[], input: Uint8Array): Promise<Buffer | string> => {
    try {
      const all = ['-hide_banner', '-nostdin', '-v', 'error', ...args];
      const { stdout, stderr, exitCode, signalName } = await capture({
        path: binaries.ffmpeg.path,
        args: all,
        what,
        input,
        signal,
        timeoutMs,
      });
      return exitCode === 0
        ? stdout
        : `${what} failed (${signalName ?? `exit code ${exitCode}`}): ${lastWords(stderr)}`;
    } catch (error) {
      if (error instanceof FramerailError && (error.code === 'E_TIMEOUT' || error.code === 'E_FFMPEG_FAILED'))
        return error.message;
      throw error;
    }
  };
  const encoded = await run(`Encoding with ${encoder}`, encodeArgs(options), greyFrames());
  if (typeof encoded === 'string') return encoded;
  const decoded = await run(`Decoding what ${encoder} made`, DECODE_ARGS, encoded);
  return typeof decoded === 'string' ? decoded : compare(decoded);
}

/** Small frames of even grey in I420, which ffmpeg enlarges. */
function greyFrames(): Uint8Array {
  const lumaBytes = SEED_SIDE * SEED_SIDE;
  const frames = new Uint8Array(LUMA.length * lumaBytes * 1.5).fill(128);
  for (const [index, luma] of LUMA.entries())
    frames.fill(luma, index * lumaBytes * 1.5, index * lumaBytes * 1.5 + lumaBytes);
  return frames;
}

function encodeArgs({
  encoder,
  width = 320,
  height = 180,
  pixelFormat = 'nv12',
  encoderArgs = [],
}: ProveEncoderOptions): string[] {
  expectInteger('width', width, { min: 1 });
  expectInteger('height', height, { min: 1 });
  const requirements = encoderRequirements(encoder);
  const range = describePixelFormatName(pixelFormat).fullRange ? 'pc' : 'tv';
  const filters = [
    filter('scale', { w: width, h: height, flags: 'neighbor', in_range: 'tv', out_range: range }),
    filter('format', { pix_fmts: pixelFormat }),
    ...requirements.filters,
  ];
  return [
    ...requirements.globalArgs,
    ...[
      '-f',
      'rawvideo',
      '-pixel_format',
      'yuv420p',
      '-video_size',
      `${SEED_SIDE}x${SEED_SIDE}`,
      '-framerate',
      '25',
    ],
    ...['-color_range', 'tv', '-i', 'pipe:0', '-vf', serializeFilterGraph(filters)],
    ...['-c:v', encoder, ...encoderArgs, '-strict', '-2', '-f', 'nut', 'pipe:1'],
  ];
}

const DECODE_ARGS = [
  ...[
    '-f',
    'nut',
    '-i',
    'pipe:0',
    '-vf',
    `scale=w=${SEED_SIDE}:h=${SEED_SIDE}:flags=area:out_range=tv,format=yuv420p`,
  ],
  ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p', 'pipe:1'],
];

function compare(decoded: Buffer): string | undefined {
  const lumaBytes = SEED_SIDE * SEED_SIDE;
  const frameBytes = lumaBytes * 1.5;
  if (decoded.byteLength !== LUMA.length * frameBytes) {
    return `Expected ${LUMA.length} frames but ${Math.floor(decoded.byteLength / frameBytes)} came out`;
  }
  for (const [index, luma] of LUMA.entries()) {
    const start = index * frameBytes;
    const worst = Math.max(
      ...decoded.subarray(start, start + lumaBytes).map((value) => Math.abs(value - luma)),
      ...decoded.subarray(start + lumaBytes, start + frameBytes).map((value) => Math.abs(value - 128)),
    );
    if (worst > TOLERANCE) return `Expected grey ${luma} in frame ${index} but values are up to ${worst} off`;
  }
  return undefined;
}

function lastWords(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(0, 3).join(' | ') || 'no reason given';
}
