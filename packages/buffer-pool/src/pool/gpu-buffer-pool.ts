import type { MemoryPool } from './buffer-pool.js';

/** A `GPUBuffer` on loan; reference counted as {@link @framerail/lifecycle!Lease} is. */
export interface GpuLease extends Disposable {
  /** The buffer; may be larger than what was asked for. @throws FramerailError `E_LEASE_RELEASED` after release */
  readonly buffer: GPUBuffer;
  /** Bytes that were asked for; can be read after release. */
  readonly byteLength: number;
  /** Adds a holder, who releases the returned lease on its own. @throws FramerailError `E_LEASE_RELEASED` after release */
  retain(): GpuLease;
  /** Gives this holder's share back. The buffer must not be mapped. @throws FramerailError `E_LEASE_RELEASED` when called twice */
  release(): void;
}

/** `GPUBuffer`s of one usage on loan, within a budget. Made by `createGpuBufferPool`. */
export type GpuBufferPool = MemoryPool<GpuLease>;
