import type { AcquireOptions } from '@framerail/lifecycle';
import type { FrameLayout } from '@framerail/media-types';

/** Why a pool asks for a lease back. */
export interface ReclaimRequest {
  /** The pool's name. */
  readonly pool: string;
  /** `waiting`: a request of a higher priority waits for memory; `trim`: memory is wanted back by `trim`. */
  readonly reason: 'waiting' | 'trim';
  /** Bytes that are still wanted, this lease's among them. */
  readonly bytes: number;
}

/** What a request without waiting can say. */
export interface TryAcquireOptions {
  /** Who comes first, and who is asked to give back last: larger numbers. From -1000 to 1000, default 0. */
  readonly priority?: number | undefined;
  /** Whose memory this is, for `stats().owners`; default the pool's name. */
  readonly owner?: string | undefined;
  /** What the memory is for: a frame, whose size gets a class of its own. It must fit into the bytes asked for. */
  readonly layout?: FrameLayout | undefined;
  /**
   * Makes this a lease that can be asked back: called at most once, synchronously, when its memory is wanted by a
   * request of a higher priority or by `trim` with a `maxPriority` that covers it. Lowest priority first, then the oldest.
   * The holder releases when it can; within the call is best. Who still has to get the lease from a promise is called
   * when it has it. What it throws becomes a warning. Not called while the memory has other holders. A callback that
   * holds the lease keeps it from being found lost.
   */
  readonly onReclaim?: ((request: ReclaimRequest) => void) | undefined;
}

/** What a request can say. */
export interface PoolAcquireOptions extends TryAcquireOptions, AcquireOptions {
  /**
   * Who waits first: larger numbers before smaller ones, from -1000 to 1000, default 0. Waiting counts: after each
   * `agingMs` of the pool a request has gained 1, so nobody starves.
   */
  readonly priority?: number | undefined;
}
