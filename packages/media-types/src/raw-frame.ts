import type { ColorSpace } from './color-space.js';
import type { FrameLayout } from './frame-layout.js';

/** What the bytes of a frame are: their geometry and their colour. */
export interface FrameFormat {
  /** Where its samples lie. */
  readonly layout: FrameLayout;
  /** What its samples mean. */
  readonly color: ColorSpace;
}

/**
 * A frame in the process's memory.
 *
 * Ownership: whoever holds a frame disposes it exactly once. A function that says that it takes
 * ownership disposes it, also when it fails; the caller must not touch the frame again.
 */
export interface RawFrame extends FrameFormat, Disposable {
  /** The frame's memory; `layout.planes` are offsets into it. Valid until the frame is disposed. */
  readonly data: Uint8Array;
  /** When the frame is shown, in integer microseconds from the start of the video. */
  readonly timestampUs: number;
  /** How long it is shown, in integer microseconds; 0 if unknown. */
  readonly durationUs: number;
}
