import type { PoolAcquireOptions, TryAcquireOptions } from './acquire-options.js';
import type { MemoryPool } from './buffer-pool.js';

/** A `GPUBuffer` on loan; reference counted as `Lease` is. */
export interface GpuLease extends Disposable {
  /**
   * The buffer, unmapped when it is lent; may be larger than what was asked for. Its content is whatever the last
   * borrower left. The pool destroys it: a borrower must not.
   *
   * @throws FramerailError `E_LEASE_RELEASED` after release; `E_GPU_DEVICE_LOST`; what
   *   {@link GpuBufferPool.tryAcquire} couldn't know yet when it lent a new one: `E_GPU_OUT_OF_MEMORY`,
   *   `E_GPU_VALIDATION`, `E_GPU_INTERNAL`
   */
  readonly buffer: GPUBuffer;
  /** Bytes that were asked for; can be read after release. */
  readonly byteLength: number;
  /** Adds a holder, who releases the returned lease on its own. @throws FramerailError `E_LEASE_RELEASED` after release */
  retain(): GpuLease;
  /**
   * Gives this holder's share back. The GPU may still be busy with what was submitted: later submissions come after it.
   * A buffer that is still mapped, or about to be, is unmapped before it is lent again.
   *
   * @throws FramerailError `E_LEASE_RELEASED` when called twice
   */
  release(): void;
}

/**
 * `GPUBuffer`s of one usage on loan, within a budget. Made by `createGpuBufferPool`.
 *
 * When its device is lost the pool closes: those who wait and whoever asks later get `E_GPU_DEVICE_LOST`.
 */
export interface GpuBufferPool extends MemoryPool<GpuLease> {
  /**
   * As {@link MemoryPool.acquire}; a new buffer is lent when the device has said that it made it.
   *
   * @throws FramerailError as {@link MemoryPool.acquire}; `E_GPU_LIMIT` at once if it is more than the device's
   *   `maxBufferSize`; `E_GPU_DEVICE_LOST`; `E_GPU_OUT_OF_MEMORY`; `E_GPU_VALIDATION` for a usage that the device
   *   doesn't have; `E_GPU_INTERNAL`
   */
  acquire(byteLength: number, options?: PoolAcquireOptions): Promise<GpuLease>;
  /**
   * As {@link MemoryPool.tryAcquire}. Whether a new buffer is there isn't known yet: its lease's `buffer` throws once it
   * turns out not to be.
   *
   * @throws FramerailError as {@link GpuBufferPool.acquire}
   */
  tryAcquire(byteLength: number, options?: TryAcquireOptions): GpuLease | undefined;
}
