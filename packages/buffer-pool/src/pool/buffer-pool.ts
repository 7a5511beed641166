import type { AcquireOptions, EventSource, Lease, LeaseSource, Trimmable } from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';
import type { LostLease } from '../leases/leak-watch.js';
import type { FrameDescription } from '../leases/pooled-frame.js';
import type { PoolStats } from './pool-stats.js';

/** What a pool tells of. */
export type PoolEvents = {
  /** A lease was collected without having been released. Without a listener it becomes a process warning. */
  lost: LostLease;
};

/**
 * Memory on loan, within a budget.
 *
 * Requests that don't fit wait in a line by priority, then by age; nobody overtakes, so a large request
 * isn't starved by small ones behind it.
 */
export interface BufferPool extends LeaseSource, Trimmable, EventSource<PoolEvents>, Disposable {
  /**
   * Borrows memory. Its content is whatever the last borrower left.
   *
   * @param byteLength - bytes, an integer of 1 or more; counted by size class, wasting less than a fifth above 4 KiB
   * @param options - `priority` (larger first, default 0), `timeoutMs` (default: wait for ever), `signal`
   * @returns a lease that the caller releases once
   * @throws FramerailError `E_POOL_TOO_LARGE` at once if it is more than the budget; `E_POOL_BUSY` if the line
   *   is full; `E_TIMEOUT`; `E_ABORTED`; `E_POOL_CLOSED`; `E_POOL_ALLOCATION_FAILED`; `E_INVALID_ARGUMENT`
   */
  acquire(byteLength: number, options?: AcquireOptions): Promise<Lease>;
  /**
   * Borrows memory if that needs no waiting.
   *
   * @param byteLength - as for {@link BufferPool.acquire}
   * @returns a lease, or `undefined` if the budget is spent or others of priority 0 or more wait
   * @throws FramerailError `E_POOL_TOO_LARGE`, `E_POOL_CLOSED`, `E_POOL_ALLOCATION_FAILED`, `E_INVALID_ARGUMENT`
   */
  tryAcquire(byteLength: number): Lease | undefined;
  /**
   * Borrows memory for a frame. Frames of 64 KiB and more have classes of their own size.
   *
   * @param frame - layout, colour and time
   * @param options - as for {@link BufferPool.acquire}
   * @returns a frame that gives the memory back when it is disposed
   * @throws FramerailError as {@link BufferPool.acquire}
   */
  acquireFrame(frame: FrameDescription, options?: AcquireOptions): Promise<RawFrame>;
  /**
   * Rejects everybody who waits with `E_POOL_CLOSED` and gives all free memory back. The pool goes on.
   */
  flush(): void;
  /**
   * Flushes and lends no more. Memory on loan stays valid and goes back when it is released. Harmless when called twice.
   */
  close(): void;
  /** An immutable snapshot. */
  stats(): PoolStats;
}
