import type { RawFrame } from '@framerail/media-types';
import type { BackendStats } from '../backends/backend.js';
import type { InputFrame } from '../browser/incoming-frame.js';
import type { BackendChoice } from '../choice/backend-choice.js';

/** What a processor has done. A snapshot. */
export interface ProcessorStats {
  /** Frames given to `process`. */
  readonly framesIn: number;
  /** Frames whose result was handed out. */
  readonly framesDone: number;
  /** Frames that failed, were aborted, or were under way when the processor was closed. */
  readonly framesFailed: number;
  /** Frames that are being converted, or done and waiting for an earlier one. */
  readonly inFlight: number;
  /** Frames that wait for their turn. */
  readonly waiting: number;
  /** The present backend's own figures. */
  readonly backend: BackendStats;
}

/** Converts frames of one format to another, by the fastest backend, in order. */
export interface FrameProcessor extends AsyncDisposable {
  /** Which backend works, and why; a snapshot. */
  readonly choice: BackendChoice;
  /** Frames that are converted at once. Give it so many without waiting for the first; more wait in a line. */
  readonly maxInFlight: number;
  /**
   * Converts a frame. Results come in the order of the calls. When the backend fails on the GPU's side, frames
   * are done by another one: nothing is lost.
   *
   * @param frame - of the source format; taken over: it is disposed when it is no longer needed, also on failure. A
   *   browser's `VideoFrame`, `ImageBitmap` or canvas is imported when its turn comes (`importedFormat` tells its format;
   *   the memory is the lease source's), and then closed
   * @param options - the signal gives this frame up
   * @returns a frame of the target format with the same time, the caller's to dispose
   * @throws FramerailError `E_INVALID_ARGUMENT` for another format; `E_ABORTED`; `E_CLOSED`; `E_NATIVE_FAILED`;
   *   `E_POOL_CLOSED` and other errors of the lease source
   */
  process(frame: InputFrame, options?: { readonly signal?: AbortSignal | undefined }): Promise<RawFrame>;
  /** An immutable snapshot. */
  stats(): ProcessorStats;
  /**
   * Ends all work: frames that wait or are under way reject with `E_CLOSED`, results not yet handed out go
   * back. Resolves when nothing of the backend is left. Results that were handed out stay valid. Harmless when called twice.
   */
  close(): Promise<void>;
}
