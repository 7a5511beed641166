import type { BackendName } from '../backends/backend.js';

/** What a backend took for frames of the real plan. */
export interface BackendMeasurement {
  /** Which backend was measured. */
  readonly backend: BackendName;
  /**
   * Milliseconds a frame with as many frames in flight as in earnest: the median of several rounds. For a backend
   * that was seen to have no chance, the time of one frame alone.
   */
  readonly msPerFrame: number;
}

/** A backend that was left in mid-way. */
export interface BackendChange {
  /** The backend that failed. */
  readonly from: BackendName;
  /** The backend that took over. */
  readonly to: BackendName;
  /** Why, in a sentence. */
  readonly reason: string;
  /** The first frame, counted from 0, that the new backend did. */
  readonly atFrame: number;
}

/** Which backend does the work, and why. A snapshot. */
export interface BackendChoice {
  /** The backend now. */
  readonly backend: BackendName;
  /** Why it was chosen at first, in a sentence. */
  readonly reason: string;
  /** Empty when there was nothing to choose from. */
  readonly measurements: readonly BackendMeasurement[];
  /**
   * When they were made, as ISO 8601: for this processor, or by an earlier one of the same kind whose measurements were
   * kept; {@link BackendChoice.isRemembered} tells. Not set when nothing was measured.
   */
  readonly measuredAt?: string | undefined;
  /** Whether the measurements are kept ones. */
  readonly isRemembered: boolean;
  /** Empty unless a backend failed in mid-way. */
  readonly changes: readonly BackendChange[];
}
