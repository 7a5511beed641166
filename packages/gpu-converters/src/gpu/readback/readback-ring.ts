import type { Lease } from '@framerail/lifecycle';

/** What a {@link ReadbackRing} has out and has done. A snapshot. */
export interface ReadbackRingStats {
  /** Slots that there are. */
  readonly slots: number;
  /** Slots that can be had at once. */
  readonly free: number;
  /** Slots that somebody has and doesn't read yet. */
  readonly taken: number;
  /** Slots whose copy is on its way. */
  readonly reading: number;
  /** Slots whose memory is lent. */
  readonly lent: number;
  /** Slots of before a resize that go when they come back. */
  readonly draining: number;
  /** Callers that wait for a slot. */
  readonly waiting: number;
  /** Results that were lent as mapped memory. */
  readonly read: number;
  /** Results that were copied out, because all other slots were lent. */
  readonly copied: number;
  /** Reads that failed or were aborted. */
  readonly failed: number;
  /** Leases that were collected as garbage without having been released; their slots stay out. */
  readonly lost: number;
  /** Milliseconds since the oldest lease that is out was lent; 0 if none is. */
  readonly oldestLeaseMs: number;
}

/** Options of {@link ReadbackRing.acquire}. */
export interface AcquireSlotOptions {
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait; default the ring's. */
  readonly timeoutMs?: number | undefined;
}

/** What a {@link ReadbackSlot.copy} takes. */
export interface SlotCopy {
  /** Where the bytes are, a buffer with `COPY_SRC`; default the slot's own output. */
  readonly source?: GPUBuffer | undefined;
  /** Bytes, a multiple of 4; default 0. */
  readonly sourceOffset?: number | undefined;
  /** Bytes that are wanted, up to the ring's `bytes`; a multiple of 4, or up to 3 bytes less. Default all. */
  readonly byteLength?: number | undefined;
}

/** A place in the ring, for one result. Whoever has it reads it or releases it. */
export interface ReadbackSlot extends Disposable {
  /** Which of the slots this is: the same number is the same buffers, until a resize. */
  readonly index: number;
  /** Where a shader can write what is read: `STORAGE | COPY_SRC`. `undefined` unless the ring has outputs. */
  readonly output: GPUBuffer | undefined;
  /** What is copied into: `MAP_READ | COPY_DST`. */
  readonly readback: GPUBuffer;
  /**
   * Records the copy of a result into the slot.
   *
   * @throws FramerailError `E_INVALID_ARGUMENT` if it doesn't fit; `E_LEASE_RELEASED` after reading or releasing
   */
  copy(encoder: GPUCommandEncoder, copy?: SlotCopy): void;
  /**
   * Waits for the copy, which has been submitted, and lends its memory. Reads settle in the order of their calls.
   * The slot comes back to the ring when the lease has been released, or after a failure by itself.
   *
   * @returns mapped memory, not copied (with `copies` sometimes a lease of that source)
   * @throws FramerailError `E_ABORTED`; `E_GPU_DEVICE_LOST`; `E_READBACK_TIMEOUT` if the GPU takes longer than
   *   the ring's `timeoutMs`; `E_GPU_INTERNAL`; `E_CLOSED`; `E_LEASE_RELEASED` after reading or releasing
   */
  read(options?: { readonly signal?: AbortSignal | undefined }): Promise<Lease>;
  /**
   * Settles when the GPU is done with what is read, also for a reader who has given up. After {@link ReadbackSlot.read}.
   *
   * @throws the GPU's own error; never settles if the device goes
   */
  readonly finished: Promise<void>;
  /** Gives the slot back unread. Harmless after a read or a release. */
  release(): void;
  /** Takes the slot out of the ring for good: what its holder keeps beside it has failed. Instead of a release. */
  retire(): void;
}

/** Buffers through which results leave the GPU, in order and without copies. Made by `createReadbackRing`. */
export interface ReadbackRing extends AsyncDisposable {
  /** Bytes that a slot has room for. */
  readonly bytes: number;
  /**
   * Waits for a slot, first come first served.
   *
   * @throws FramerailError `E_READBACK_TIMEOUT`, with how many leases are out and since when; `E_ABORTED`;
   *   `E_GPU_DEVICE_LOST`; `E_CLOSED`; `E_GPU_INTERNAL` when all slots have failed
   */
  acquire(options?: AcquireSlotOptions): Promise<ReadbackSlot>;
  /**
   * Changes number and size of the slots. Free ones go at once, those that are out when they come back; who waits
   * gets a new one. If the new ones can't be had, nothing changes. One at a time, in the order of the calls.
   *
   * @throws FramerailError `E_GPU_BUDGET`, `E_GPU_OUT_OF_MEMORY`, `E_GPU_LIMIT`, `E_INVALID_ARGUMENT`, `E_GPU_DEVICE_LOST`
   */
  resize(size: { readonly slots?: number | undefined; readonly bytes?: number | undefined }): Promise<void>;
  /** An immutable snapshot. */
  stats(): ReadbackRingStats;
  /**
   * Refuses who waits, lets reads settle and destroys the buffers: those that are lent when their lease is released.
   * Harmless when called twice.
   */
  close(): Promise<void>;
}
