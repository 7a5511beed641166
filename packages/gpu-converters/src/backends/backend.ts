import type { LeaseSource } from '@framerail/lifecycle';
import type { FrameFormat, RawFrame } from '@framerail/media-types';
import type { Upsampling } from '../exact/chroma-siting.js';
import type { PreparedOperation } from '../operations/prepared-operation.js';
import type { Work } from '../plan/work.js';

/** The implementations that stand in the sibling folders. */
export type BackendName = 'webgpu' | 'native' | 'reference';

export type { Upsampling } from '../exact/chroma-siting.js';

/** What a backend is made for: every frame has the same way to go. */
export interface BackendPlan {
  /** What comes in; every frame given to `process` has this layout and colour. */
  readonly source: FrameFormat;
  /** What goes out; its size is the source's after all operations. */
  readonly target: FrameFormat;
  /** Done in this order on RGBA of 8 or 16 bits, rounded after each. Empty: conversion alone. */
  readonly operations: readonly PreparedOperation[];
  /** How chroma at half size becomes chroma of every pixel. */
  readonly upsampling: Upsampling;
  /** What it comes down to: planes apart, or by way of RGBA. */
  readonly work: Work;
}

/** What a backend has done. A snapshot. */
export interface BackendStats {
  /** Frames whose result was handed out. */
  readonly framesDone: number;
  /** Frames that failed or were aborted. */
  readonly framesFailed: number;
  /** Frames given to `process` that have not settled. */
  readonly inFlight: number;
  /** Results that were handed out and are not disposed yet. */
  readonly resultsOut: number;
}

/** Options of {@link FrameBackend.process}. */
export interface BackendProcessOptions {
  /** Gives the frame up. The promise settles only when the backend no longer reads the frame's memory. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Values for this frame alone: a plan of the same shape as the backend's own (`planShape` gives the same text for
   * both), such as another amount of a fade. Nothing is compiled for it. Default: the backend's own plan.
   */
  readonly plan?: BackendPlan | undefined;
  /**
   * Where this frame's result comes from. Default: the backend's own source; backends whose results lie in memory of their
   * own don't ask for any.
   */
  readonly leases?: LeaseSource | undefined;
}

/** Converts frames by one plan. All backends give the same bytes for the same plan. */
export interface FrameBackend extends AsyncDisposable {
  /** Which of the implementations this is. */
  readonly name: BackendName;
  /** Calls of `process` that can be under way at once with gain; more wait their turn inside. 1 or more. */
  readonly maxInFlight: number;
  /**
   * Converts a frame. The frame stays the caller's and must not be touched until the promise settles; the
   * result is the caller's to dispose and carries the frame's timestamp and duration. Calls settle in any order.
   *
   * @param frame - of the plan's source format
   * @throws FramerailError `E_ABORTED`; `E_CLOSED` after `close`; `E_GPU_DEVICE_LOST` when the device is gone:
   *   the frame is unharmed and can be given to another backend
   */
  process(frame: RawFrame, options?: BackendProcessOptions): Promise<RawFrame>;
  /** An immutable snapshot. */
  stats(): BackendStats;
  /**
   * Lets what is under way settle and gives back everything the backend made. Results that are out stay valid
   * until they are disposed. Harmless when called twice.
   */
  close(): Promise<void>;
}
