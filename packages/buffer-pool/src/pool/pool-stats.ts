import type { ClassUse } from '../blocks/class-use.js';

/** What a pool holds and has done; a snapshot. Counts run from the pool's creation. */
export interface PoolStats {
  /** The pool's name. */
  readonly name: string;
  /** The allocator's name. */
  readonly allocator: string;
  /** The budget in bytes. */
  readonly maxBytes: number;
  /** Free memory in bytes above which the pool gives memory back. */
  readonly maxFreeBytes: number;
  /** Bytes of the blocks on loan, counted by class. */
  readonly bytesInUse: number;
  /** Bytes of the free blocks. `bytesInUse + bytesFree` never exceeds `maxBytes`. */
  readonly bytesFree: number;
  /** The part of `bytesInUse` that nobody asked for: what size classes cost. */
  readonly bytesWasted: number;
  /** Largest `bytesInUse` so far. */
  readonly peakBytesInUse: number;
  /** Largest `bytesInUse + bytesFree` so far. */
  readonly peakBytes: number;
  /** Blocks on loan; a retained lease shares its block. */
  readonly leases: number;
  /** Requests that wait now. */
  readonly waiting: number;
  /** Requests that got a block that was there. */
  readonly hits: number;
  /** Requests for which a block was allocated. */
  readonly misses: number;
  /** Requests that had to wait, whatever came of it. */
  readonly waits: number;
  /** Milliseconds that ended waits took together. */
  readonly waitedMs: number;
  /** Longest wait that has ended, in milliseconds. */
  readonly longestWaitMs: number;
  /** Leases that were collected without having been released. */
  readonly lost: number;
  /** Bytes that may be on loan at present: `maxBytes`, or less while `limit` is in force. */
  readonly limitBytes: number;
  /** Most requests that ever waited at once. */
  readonly peakWaiting: number;
  /** Leases that were asked back. */
  readonly reclaims: number;
  /** Blocks that were written to after their release; looked for with `poison`. */
  readonly lateWrites: number;
  /** Blocks by class, smallest first. */
  readonly classes: readonly ClassUse[];
  /** Who has memory on loan, or had some, in no order. Names that have nothing are forgotten once there are a thousand. */
  readonly owners: readonly OwnerUse[];
}

/** What one owner has on loan. */
export interface OwnerUse {
  /** The name given with `owner`; the pool's own for requests without one. */
  readonly owner: string;
  /** Bytes of its blocks, counted by class. */
  readonly bytesInUse: number;
  /** The part of them that nobody asked for. */
  readonly bytesWasted: number;
  /** Its blocks. */
  readonly leases: number;
  /** Largest `bytesInUse` so far. */
  readonly peakBytesInUse: number;
}

/** The figures of {@link PoolStats} that only ever count up. */
export interface PoolCounters {
  hits: number;
  misses: number;
  waits: number;
  waitedMs: number;
  longestWaitMs: number;
  lost: number;
  peakBytesInUse: number;
  peakBytes: number;
  peakWaiting: number;
  reclaims: number;
  lateWrites: number;
}

/** Counters at 0. */
export function createCounters(): PoolCounters {
  return {
    hits: 0,
    misses: 0,
    waits: 0,
    waitedMs: 0,
    longestWaitMs: 0,
    lost: 0,
    peakBytesInUse: 0,
    peakBytes: 0,
    peakWaiting: 0,
    reclaims: 0,
    lateWrites: 0,
  };
}
