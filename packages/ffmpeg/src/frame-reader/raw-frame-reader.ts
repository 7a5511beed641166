import type { Clock, LeaseSource } from '@framerail/lifecycle';
import type { ColorSpace, FrameLayout, PixelFormat, Rational, RawFrame } from '@framerail/media-types';
import type { Filter } from '../filter-graph/filter.js';
import type { FfmpegBinaries } from '../locate/binary.js';
import type { VideoStreamInfo } from '../probe/media-info.js';
import type { FfmpegResult } from '../run/ffmpeg-process.js';

/** Options of `openFrameReader`. */
export interface FrameReaderOptions {
  /** The programs to run. */
  readonly binaries: FfmpegBinaries;
  /** Path of the file. */
  readonly input: string;
  /** The stream to decode, as `probe` describes it. */
  readonly video: VideoStreamInfo;
  /** What frames are to be in memory; any but `RGBA16F`. */
  readonly format: PixelFormat;
  /** Columns of the frames after rotation (`video.decodedWidth`) or after {@link filters}; anything else is scaled to. */
  readonly width: number;
  /** Rows of the frames, likewise. */
  readonly height: number;
  /** Frames come at exactly this rate: repeated or left out where the source has another or none. */
  readonly frameRate: Rational;
  /**
   * What the code values of the frames mean. YCbCr sources keep their matrix, range and 4:2:0 siting, so it has to
   * be `video.color` in those; the siting is free where chroma is subsampled here, and RGB sources become this.
   */
  readonly color: ColorSpace;
  /** Where frames' memory is borrowed. */
  readonly leases: LeaseSource;
  /** Frames that are wanted at most, and expected; fewer are reported in {@link FrameReaderResult.missingFrames}. */
  readonly frames?: number;
  /** Where to begin, in microseconds on the scale of `video.startUs`; default 0. Frames' timestamps count on from it. */
  readonly startUs?: number;
  /**
   * Filters at the frame rate, before the pixel format changes: they get frames as decoded, and what they give is
   * brought to {@link width} by {@link height} where it isn't.
   */
  readonly filters?: readonly Filter[];
  /** Options for ffmpeg's input, such as `['-threads', '4']`. */
  readonly inputArgs?: readonly string[];
  /** Frames that are read ahead at most; default 2. */
  readonly maxQueued?: number;
  /** Milliseconds without a byte while one is waited for, until ffmpeg counts as stalled; default 30 000. */
  readonly stallTimeoutMs?: number;
  /** `stream` keeps to Node's streams; `auto` (default) uses the addon's pipe where there is one. */
  readonly transport?: 'auto' | 'stream';
  /** Ends the reading: the iteration rejects with `E_ABORTED`, frames that nobody took are disposed. */
  readonly signal?: AbortSignal;
  /** Tells stalls and waiting times; default the machine's. */
  readonly clock?: Clock;
}

/** How the decoding ended. ffmpeg goes on after errors in the source, so a good end may come with some. */
export interface FrameReaderResult extends FfmpegResult {
  /** Frames that were read whole. */
  readonly framesRead: number;
  /** How many of the `frames` that were asked for didn't come; 0 if none were asked for. */
  readonly missingFrames: number;
}

/** Counters of a reader, as they were when asked. */
export interface FrameReaderSnapshot {
  /** How bytes come: by the addon's pipe, or by Node's stream. */
  readonly transport: 'pipe' | 'stream';
  /** Frames that were read whole. */
  readonly frames: number;
  /** Bytes that have come. */
  readonly bytes: number;
  /** Frames that are read and not taken. */
  readonly queued: number;
  /** Milliseconds spent waiting for ffmpeg while memory was there for it. */
  readonly waitingMs: number;
}

/**
 * Decoded frames in order, for one consumer. Whoever gets a frame disposes it, which gives its lease back.
 * Breaking out of a `for await` closes the reader.
 */
export interface RawFrameReader extends AsyncIterable<RawFrame>, AsyncDisposable {
  /** How frames lie in memory: tightly packed. */
  readonly layout: FrameLayout;
  /** What their code values mean. */
  readonly color: ColorSpace;
  /** ffmpeg's process number; `undefined` if it could not be started. */
  readonly pid: number | undefined;
  /** The next frame, which the caller owns; `undefined` at the end. @throws FramerailError as {@link result} */
  read(): Promise<RawFrame | undefined>;
  /**
   * Settles when ffmpeg has ended and every frame was read. Rejects with `E_FFMPEG_FAILED`, `E_FFMPEG_STALLED`
   * (`details.stage` is `decode`), `E_INPUT_INVALID` (no frame could be decoded), `E_ABORTED` (by the signal or by
   * {@link close}), or with what the lease source rejected with.
   */
  readonly result: Promise<FrameReaderResult>;
  /** A snapshot of the counters. */
  stats(): FrameReaderSnapshot;
  /** Ends ffmpeg, disposes frames that nobody took, and waits until all of it has gone. Harmless when called twice. */
  close(): Promise<void>;
}
