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
  /**
   * Takes back what a thread held that ended without releasing it: call it when a worker exits.
   *
   * @param thread - the number that the worker's pool has as its `thread`
   * @returns the leases that were taken back
   */
  recover(thread: number): number;
  /** This thread's number among those attached, from 0 for the one that made the pool. */
  readonly thread: number;
}
