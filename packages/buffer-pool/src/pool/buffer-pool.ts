import type { EventSource, Lease, LeaseSource, Trimmable } from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';
import type { LostLease } from '../leases/leak-watch.js';
import type { FrameDescription } from '../leases/pooled-frame.js';
import type { PoolAcquireOptions, TryAcquireOptions } from './acquire-options.js';
import type { PoolStats } from './pool-stats.js';

/** Memory that was written to after its release; found by `poison`. */
export interface LateWrite {
  /** The pool's name. */
  readonly pool: string;
  /** Offset of the first byte that isn't as it was left, in bytes. */
  readonly offset: number;
  /** Bytes of the block. */
  readonly byteLength: number;
  /** Stack of the release before the write, with `leakDetection: 'full'`. */
  readonly releasedAt: string | undefined;
}

/** What a pool tells of. Without a listener, each becomes a process warning. */
export type PoolEvents = {
  /** A lease was collected without having been released. */
  lost: LostLease;
  /** Memory was written to after its release. */
  lateWrite: LateWrite;
};

/** What pools of all kinds of memory have in common. `L` is the lease that they give. */
export interface MemoryPool<L> extends Trimmable, EventSource<PoolEvents>, Disposable {
  /**
   * Borrows memory. Its content is whatever the last borrower left.
   *
   * @param byteLength - bytes, an integer of 1 or more; counted by size class, wasting less than a fifth above 4 KiB
   * @param options - priority, owner, layout, `onReclaim`, `timeoutMs` (default: wait for ever; 0 fails at once), `signal`
   * @returns a lease that the caller releases once
   * @throws FramerailError `E_POOL_TOO_LARGE` at once if it is more than the budget; `E_POOL_BUSY` if the line
   *   is full; `E_TIMEOUT`; `E_ABORTED`; `E_POOL_CLOSED`; `E_POOL_ALLOCATION_FAILED`; `E_INVALID_ARGUMENT`
   */
  acquire(byteLength: number, options?: PoolAcquireOptions): Promise<L>;
  /**
   * Borrows memory if that needs no waiting. Makes no garbage: the lease's object is used again, but not before 8192
   * others of the pool were released, until when it is refused as any released lease is; never with
   * `leakDetection: 'full'`, nor once a frame was made of it.
   *
   * @param byteLength - as for {@link MemoryPool.acquire}
   * @param options - priority, owner, layout, `onReclaim`
   * @returns a lease, or `undefined` if the budget is spent or somebody waits who comes first
   * @throws FramerailError `E_POOL_TOO_LARGE`, `E_POOL_CLOSED`, `E_POOL_ALLOCATION_FAILED`, `E_INVALID_ARGUMENT`
   */
  tryAcquire(byteLength: number, options?: TryAcquireOptions): L | undefined;
  /**
   * Lends no more than so many bytes until further notice: how a memory manager makes callers wait. Free memory above it
   * goes back at once; what is on loan stays. While nothing is on loan the next request is served though it is larger,
   * so that work goes on.
   *
   * @param bytes - 0 to `maxBytes`
   */
  limit(bytes: number): void;
  /** Rejects everybody who waits with `E_POOL_CLOSED` and gives all free memory back. The pool goes on. */
  flush(): void;
  /** Flushes and lends no more. Memory on loan stays valid and goes back when it is released. Harmless when called twice. */
  close(): void;
  /** An immutable snapshot; cheap enough for every frame of a display. */
  stats(): PoolStats;
}

/**
 * Bytes on loan, within a budget.
 *
 * Requests that don't fit wait in a line by priority and age; nobody overtakes the first, so a large request
 * isn't starved by small ones behind it.
 */
export interface BufferPool extends MemoryPool<Lease>, LeaseSource {
  /** As {@link MemoryPool.acquire}. */
  acquire(byteLength: number, options?: PoolAcquireOptions): Promise<Lease>;
  /**
   * Borrows memory for a frame. Frames have classes of their own size to the page; plain requests of such a size use
   * these too, for tightly packed frames of 720p, 1080p, UHD, DCI 4K and 8K and the pool's `layouts` from
   * the start, for others once a frame was asked for.
   *
   * @param frame - layout, colour and time
   * @param options - as for {@link MemoryPool.acquire}
   * @returns a frame that gives the memory back when it is disposed
   * @throws FramerailError as {@link MemoryPool.acquire}
   */
  acquireFrame(frame: FrameDescription, options?: PoolAcquireOptions): Promise<RawFrame>;
}
