import type { EventSource, Lease, LeaseSource, PressureLevel, Trimmable } from '@framerail/lifecycle';
import type { FrameLayout, RawFrame } from '@framerail/media-types';
import type { Allocator } from '../allocators/allocator.js';
import type { LostLease } from '../leases/leak-watch.js';
import type { FrameDescription } from '../leases/pooled-frame.js';
import type { PoolAcquireOptions } from '../pool/acquire-options.js';
import type { BufferPool } from '../pool/buffer-pool.js';
import type { PoolStats } from '../pool/pool-stats.js';
import type { ThumbnailCache } from './thumbnail-cache.js';

/** What has a share of the budget of its own and is borrowed. */
export type BudgetKind = 'video' | 'audio';

/**
 * The steps of freeing, in their order. `unused`, the last one, is what pools hold free though it was in use a moment ago or
 * is of use to somebody important: it goes when callers would have to wait otherwise.
 */
export type FreeingStep = 'thumbnails' | 'idleAudio' | 'lowPriorityVideo' | 'caches' | 'unused';

/** A lease of a manager. */
export interface ManagedLease extends Lease {
  /** Whether it is smaller than what was asked for, because pressure stayed high; `byteLength` says how large it is. */
  readonly degraded: boolean;
}

/** A frame of a manager. */
export interface ManagedFrame extends RawFrame {
  /** Whether it has another layout than the one asked for, because pressure stayed high; `layout` says which. */
  readonly degraded: boolean;
}

/** What a request to a manager can say. */
export interface ManagedAcquireOptions extends PoolAcquireOptions {
  /** The least that is of use, in bytes; set, the caller takes a smaller buffer while pressure stays high. Default: all or nothing. */
  readonly minBytes?: number | undefined;
}

/** What a request for a frame can say. */
export interface ManagedFrameOptions extends PoolAcquireOptions {
  /** Layouts that will do while pressure stays high, the best first. Default: none. */
  readonly smallerLayouts?: readonly FrameLayout[] | undefined;
}

/** The part of the budget that one kind of memory has. */
export interface MemoryShare extends LeaseSource {
  /**
   * As a pool's, and it may give less to those that said they can use it. A request for more than the pools within the
   * share leave waits until one is closed, and holds up nobody meanwhile.
   */
  acquire(byteLength: number, options?: ManagedAcquireOptions): Promise<ManagedLease>;
  /** As a pool's, and it may give a smaller frame to those that said they can use one. */
  acquireFrame(frame: FrameDescription, options?: ManagedFrameOptions): Promise<ManagedFrame>;
  /** Of the pool behind it. */
  stats(): PoolStats;
}

/** What {@link MemoryManager.createPool} needs to know. */
export interface ManagedPoolOptions {
  /** Name for reports; the owner in snapshots. */
  readonly name: string;
  /** Whose share the pool's bytes are taken from. */
  readonly kind: BudgetKind;
  /** Bytes that are set aside for it until it is closed. */
  readonly maxBytes: number;
  /** Its priority when memory is short: pools below 0 give theirs back with `lowPriorityVideo`. From -1000 to 1000, default 0. */
  readonly priority?: number | undefined;
  /**
   * Bytes that it is lent whatever the level of pressure; what is above them waits while memory is short. At least what a
   * pipeline must hold at once to move. Default: `maxBytes`, or 0 for a priority below 0: such work stands still, save for
   * one request at a time.
   */
  readonly minBytes?: number | undefined;
  /** Default: the manager's. */
  readonly allocator?: Allocator | undefined;
}

/** How a cache takes part. */
export interface RegisterOptions {
  /** What a byte of it is worth: what making it again costs (in milliseconds, for one) by its bytes. The least valuable go first. */
  readonly valuePerByte: number | (() => number);
  /**
   * The bytes that it holds now, for the budget and for snapshots; asked for when memory is allocated, so it should cost
   * little. That it grew by itself shows at the next such request, change of level or `free`. Default: unknown, counted as 0.
   */
  readonly bytes?: (() => number) | undefined;
}

/** One holder of memory: a share or a pool, an owner that requests to them named, the thumbnails, or a cache. */
export interface MemoryUse {
  /** Its name: `video`, `audio`, `thumbnails`, a pool's, a cache's, or what `owner` said. */
  readonly owner: string;
  /** What it is. */
  readonly kind: BudgetKind | 'thumbnails' | 'cache';
  /** Bytes on loan, or in use by a cache. */
  readonly bytesInUse: number;
  /** Bytes that it holds free. */
  readonly bytesFree: number;
  /** What it may hold at present; `undefined` for owners within a share or pool, and for caches, which have limits of their own. */
  readonly maxBytes: number | undefined;
}

/** What a manager's memory is used for at one moment. */
export interface MemorySnapshot {
  /** The level that is in force. */
  readonly level: PressureLevel;
  /** The process's budget, in bytes. */
  readonly maxBytes: number;
  /** What may be held at this level, in bytes. */
  readonly limitBytes: number;
  /** What is held, in bytes: on loan, free and cached. */
  readonly bytes: number;
  /** Largest `bytes` so far. */
  readonly peakBytes: number;
  /** Requests that wait. */
  readonly waiting: number;
  /** By owner. */
  readonly uses: readonly MemoryUse[];
}

/** What a manager tells of. */
export type MemoryEvents = {
  /** The level in force changed. */
  level: { readonly level: PressureLevel; readonly previous: PressureLevel };
  /** Memory was given back. */
  freed: { readonly step: FreeingStep; readonly owner: string; readonly bytes: number };
  /** A request waits because memory is short. */
  waiting: { readonly owner: string; readonly bytes: number; readonly level: PressureLevel };
  /** A request got less than it asked for. */
  degraded: { readonly owner: string; readonly requestedBytes: number; readonly bytes: number };
  /** A lease of a share, a pool or the thumbnails was collected without having been released. Without a listener it becomes a process warning. */
  lost: LostLease;
};

/** The memory of a process: one budget, shares of it, and an order in which they are freed. Made by `createMemoryManager`. */
export interface MemoryManager extends EventSource<MemoryEvents>, Disposable {
  /** The level in force: the source's, with hysteresis. */
  readonly level: PressureLevel;
  /** Frames. */
  readonly video: MemoryShare;
  /** Sound. */
  readonly audio: MemoryShare;
  /** Small pictures, the least recently used of which go when there is no room. */
  readonly thumbnails: ThumbnailCache;
  /**
   * Makes a pool of its own within a share: for a pipeline that needs its frames whatever else happens.
   *
   * @throws FramerailError `E_MEMORY_BUDGET` if the share hasn't so many bytes left to set aside; `E_UNBOUNDED`; `E_INVALID_ARGUMENT`
   */
  createPool(options: ManagedPoolOptions): BufferPool;
  /** Bytes of a share that {@link MemoryManager.createPool} can still set aside. */
  available(kind: BudgetKind): number;
  /**
   * Takes a cache into the order of freeing. One that keeps more than the three budgets leave it, whatever it is asked, can
   * take the process over its budget: pools with nothing on loan are lent one piece even then.
   *
   * @returns takes it out again; harmless when called twice
   */
  register(trimmable: Trimmable, options: RegisterOptions): () => void;
  /**
   * Frees memory now, in the order of freeing.
   *
   * @param bytes - how much is wanted; default: all that can be given
   * @returns the bytes that went back to the system
   */
  free(bytes?: number): number;
  /** Who holds what. */
  snapshot(): MemorySnapshot;
  /** Rejects everybody who waits, gives back what is free and stops listening to the source. Harmless when called twice. */
  close(): void;
}
