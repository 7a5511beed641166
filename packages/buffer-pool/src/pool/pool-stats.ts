import type { ClassUse } from '../blocks/free-blocks.js';

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
  /** Blocks by class, smallest first. */
  readonly classes: readonly ClassUse[];
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
  };
}
