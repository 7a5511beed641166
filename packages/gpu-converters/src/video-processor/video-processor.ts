import type { FrameFormat, PixelFormat, RawFrame } from '@framerail/media-types';
import type { BackendName } from '../backends/backend.js';
import type { InputFrame } from '../browser/incoming-frame.js';
import type { BackendChange } from '../choice/backend-choice.js';
import type { Operation } from '../operations/operation.js';
import type { ConversionOptions } from '../plan/plan-conversion.js';
import type { Explanation } from './explanation.js';

/**
 * What a frame is to become: a whole format, whose size is that after all operations; a pixel format, tightly packed,
 * of the size that comes out; or `same`: the frame's own pixel format and colour, tightly packed.
 */
export type VideoTarget = FrameFormat | PixelFormat | 'same';

/** Options of {@link VideoProcessor.process} and {@link VideoProcessor.explain}; each call may have others. */
export interface VideoProcessingOptions extends Omit<ConversionOptions, 'operations'> {
  /**
   * Default `same`. For a pixel format alone the colour is the frame's, with the matrix that it needs: full-range RGB
   * of the same primaries and curve for RGB; for a YCbCr format made of RGB the matrix of its primaries, limited.
   */
  readonly target?: VideoTarget;
}

/** What a video processor has done, and what it keeps. A snapshot. */
export interface VideoProcessorStats {
  /** Frames given to `process`. */
  readonly framesIn: number;
  /** Frames whose result was handed out. */
  readonly framesDone: number;
  /** Frames that failed, were aborted, or were under way when the processor was closed. */
  readonly framesFailed: number;
  /** Frames that are being processed, or done and waiting for an earlier one. */
  readonly inFlight: number;
  /** Frames that wait for their turn. */
  readonly waiting: number;
  /** Times that a frame, or the other frame of a transition, found its work compiled. */
  readonly hits: number;
  /** Times that it had to be compiled. */
  readonly misses: number;
  /** Compiled work that was given up for other work. */
  readonly evictions: number;
  /** Shapes that are compiled now. */
  readonly compiled: number;
  /** Bytes of GPU buffers and tables that they keep, as planned; frames are not counted. */
  readonly compiledBytes: number;
  /** Shapes by the backend that does them now. */
  readonly backends: Readonly<Partial<Record<BackendName, number>>>;
  /** Changes of backend because the GPU failed, oldest first; the latest 100. */
  readonly changes: readonly BackendChange[];
}

/** Processes frames whose formats and operations may differ from call to call. */
export interface VideoProcessor extends AsyncDisposable {
  /** Frames that are processed at once; more wait in a line. */
  readonly maxInFlight: number;
  /**
   * Processes a frame. Results come in the order of the calls. What has to be compiled is compiled once for each shape
   * (formats, layouts, colours, sizes, kinds of operations): other amounts, positions, tables and pictures compile
   * nothing. When the GPU fails, frames are done by another backend: nothing is lost.
   *
   * @param frame - taken over: it is disposed when it is no longer needed, also on failure. A browser's `VideoFrame`,
   *   `ImageBitmap` or canvas is imported when its turn comes, into memory of the lease source, and then closed
   * @param operations - done in this order; the `other` of a transition is borrowed until the promise settles
   * @param options - what the frame becomes, and how; the signal gives this frame up
   * @returns a frame with the same time, the caller's to dispose
   * @throws FramerailError `E_INVALID_ARGUMENT`, `E_UNSUPPORTED_FORMAT`, `E_UNSUPPORTED_COLOR`; `E_GPU_UNAVAILABLE`
   *   or `E_NATIVE_UNAVAILABLE` for a backend that was insisted on; `E_ABORTED`; `E_CLOSED`; `E_NATIVE_FAILED`;
   *   errors of the lease source
   */
  process(
    frame: InputFrame,
    operations?: readonly Operation[],
    options?: VideoProcessingOptions & { readonly signal?: AbortSignal | undefined },
  ): Promise<RawFrame>;
  /**
   * Says what `process` would do, without doing or compiling it.
   *
   * @param format - the frames it is about; a frame will do
   * @param operations - as for `process`; of other frames only the size is looked at
   * @param options - as for `process`
   * @throws FramerailError `E_INVALID_ARGUMENT`, `E_UNSUPPORTED_FORMAT`, `E_UNSUPPORTED_COLOR`
   */
  explain(
    format: FrameFormat,
    operations?: readonly Operation[],
    options?: VideoProcessingOptions,
  ): Explanation;
  /** An immutable snapshot. */
  stats(): VideoProcessorStats;
  /**
   * Ends all work: frames that wait or are under way reject with `E_CLOSED`. Resolves when nothing of any backend is
   * left. Results that were handed out stay valid. Harmless when called twice.
   */
  close(): Promise<void>;
}
