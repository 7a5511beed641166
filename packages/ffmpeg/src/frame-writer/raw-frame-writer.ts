import type { Clock } from '@framerail/lifecycle';
import type { ColorSpace, FrameLayout, Rational, RawFrame } from '@framerail/media-types';
import type { Filter } from '../filter-graph/filter.js';
import type { FfmpegBinaries } from '../locate/binary.js';
import type { FfmpegResult } from '../run/ffmpeg-process.js';
import type { FfmpegProgress } from '../run/progress.js';

/** Options of `openFrameWriter`. */
export interface FrameWriterOptions {
  /** The programs to run. */
  readonly binaries: FfmpegBinaries;
  /** Path of the file to write; one that is there is replaced. `-` is passed on as it is, for `-f null -`. */
  readonly output: string;
  /** Encoder, container, maps: all that stands before the output in ffmpeg's arguments. */
  readonly outputArgs: readonly string[];
  /** Format and size of the frames. Those with padding are packed on the way, at the cost of a copy. */
  readonly layout: FrameLayout;
  /** What the frames' code values mean; goes into the encoder's stream and the container. */
  readonly color: ColorSpace;
  /** Exact. */
  readonly frameRate: Rational;
  /** More inputs, such as `['-i', 'file:sound.wav']`; the frames are input 0. */
  readonly extraInputs?: readonly string[];
  /** Options that come first, such as a hardware device's; see `encoderRequirements`. */
  readonly globalArgs?: readonly string[];
  /** Filters before the encoder, such as `hwupload`. By default frames reach the encoder as they are. */
  readonly filters?: readonly Filter[];
  /**
   * FFmpeg's name of the pixel format that the encoder is to get, if not that of the frames; converted without a
   * change of range or matrix. Without it ffmpeg picks one if the encoder doesn't take the frames'.
   */
  readonly pixelFormat?: string;
  /** What the encoded values mean; differs from {@link color} only where RGB becomes YCbCr. Default {@link color}. */
  readonly outputColor?: ColorSpace;
  /** Frames that may wait for ffmpeg; `write` resolves when there are fewer. Default 2. */
  readonly maxQueued?: number;
  /** Milliseconds in which ffmpeg takes nothing of what is queued, or doesn't finish, until it counts as stalled. Default 30 000. */
  readonly stallTimeoutMs?: number;
  /** `stream` keeps to Node's streams; `auto` (default) uses the addon's pipe where there is one. */
  readonly transport?: 'auto' | 'stream';
  /** Called with each of ffmpeg's reports, about twice a second. */
  readonly onProgress?: (progress: FfmpegProgress) => void;
  /** Kills ffmpeg and rejects everything with `E_ABORTED`. What was written of the output stays; remove it. */
  readonly signal?: AbortSignal;
  /** Tells stalls and waiting times; default the machine's. */
  readonly clock?: Clock;
}

/** Counters of a writer, as they were when asked. */
export interface FrameWriterSnapshot {
  /** How bytes get to ffmpeg: by splicing pages, by writing into the addon's pipe, or by Node's stream. */
  readonly transport: 'splice' | 'write' | 'stream';
  /** Frames that ffmpeg has taken. */
  readonly frames: number;
  /** Bytes that ffmpeg has taken. */
  readonly bytes: number;
  /** Frames that were given and not taken. */
  readonly queued: number;
  /** Milliseconds spent waiting for ffmpeg while bytes were there for it. */
  readonly waitingMs: number;
}

/** Takes frames and has them encoded. Disposing it without `finish` aborts. */
export interface RawFrameWriter extends AsyncDisposable {
  /** ffmpeg's process number; `undefined` if it could not be started. */
  readonly pid: number | undefined;
  /**
   * Gives a frame, and takes ownership of it: it is disposed when ffmpeg has taken its bytes, or on failure. Resolves
   * when another frame may be given.
   *
   * @throws FramerailError `E_INVALID_ARGUMENT` for a frame of another format, size or colour, `E_WRITER_FINISHED`,
   *   `E_FFMPEG_FAILED`, `E_FFMPEG_STALLED`, `E_ABORTED`, `E_ENCODER_NOT_FOUND`, `E_OUTPUT_FULL`, `E_OUTPUT_UNWRITABLE`
   */
  write(frame: RawFrame): Promise<void>;
  /** Ends the input and waits until ffmpeg has written the output. @throws FramerailError as {@link write} */
  finish(): Promise<FfmpegResult>;
  /** Kills ffmpeg, disposes what is queued, and waits until all has gone. Harmless when it has ended. */
  abort(reason?: unknown): Promise<void>;
  /** A snapshot of the counters. */
  stats(): FrameWriterSnapshot;
}
