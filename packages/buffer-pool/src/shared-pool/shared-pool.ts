import type { BufferPool } from '../pool/buffer-pool.js';

/**
 * What a thread needs to take part in a shared pool. Only shared memory and plain data: it is posted to workers, any
 * number of times, and several may be in use at once.
 */
export interface SharedPoolHandle {
  /** Tells handles from other messages. */
  readonly type: 'framerail-shared-pool';
  /** The layout's version: a handle of another version is refused. */
  readonly version: number;
  /** The pool's name. */
  readonly name: string;
  /** Bookkeeping. */
  readonly control: SharedArrayBuffer;
  /** The memory that is lent. */
  readonly arena: SharedArrayBuffer;
}

/**
 * A pool that any number of threads use at once, each through an object of its own over the same memory: budget, line
 * and free memory are common. Leases are of shared memory and can be released by the thread that acquired them only.
 */
export interface SharedPool extends BufferPool {
  /** To be posted to other threads, which call `attachSharedPool` with it. */
  readonly handle: SharedPoolHandle;
  /** This thread's number among those attached, from 0 for the one that made the pool. */
  readonly thread: number;
  /**
   * Takes back what a thread held that ended without releasing it: call it when a worker has exited. Until then the thread
   * may still write to memory that this lends to others. If it ended in the middle of the pool's bookkeeping, the others
   * wait for this call: what can't be done meanwhile is done after it.
   *
   * @param thread - the number that the worker's pool has as its `thread`, and that `attachSharedPool` takes
   * @returns the leases that were taken back; 0 if the thread doesn't take part, so a second call is harmless
   * @throws FramerailError `E_INVALID_ARGUMENT` for this thread's own number or none of the pool's
   */
  recover(thread: number): number;
  /**
   * Ends this thread's part: rejects its requests with `E_POOL_DETACHED`, and makes its number free once its leases have
   * been released. The pool goes on for the others. Harmless when called twice.
   */
  detach(): void;
  /** For the thread that made the pool as `close`, for the others as `detach`. */
  [Symbol.dispose](): void;
}
