import type { CallSite } from '../leases/call-site.js';

/** The blocks of one class. */
export interface Shelf<Memory> {
  readonly classBytes: number;
  /** Free blocks, the least recently used first. */
  readonly blocks: Block<Memory>[];
  /** Blocks of this class on loan. */
  lent: number;
}

/** A piece of memory that a pool owns: on loan or free. */
export interface Block<Memory> {
  /** Changes only when memory comes back from another thread under another object. */
  memory: Memory;
  /** Where it goes when it is free. */
  readonly shelf: Shelf<Memory>;
  /** Bytes of its class, which is what it costs of the budget. */
  readonly classBytes: number;
  /** The part that the present loan asked for; kept from loan to loan while the size stays the same. */
  view: Memory;
  /** Bytes that the present loan asked for, which the view has. */
  requestedBytes: number;
  /** Leases on it that have not been released. */
  holders: number;
  /** A lease on it was collected unreleased: somebody may still have a view, so it is never lent again. */
  lost: boolean;
  /** The present loan's lease while the leak watch has not looked at it yet. */
  newLease: object | undefined;
  /** Whether the leak watch is going to look at it. */
  toBeWatched: boolean;
  /** Where the present loan was acquired, if that was recorded. */
  acquiredAt: CallSite | undefined;
}

/**
 * Makes a block that is on loan to nobody.
 *
 * @param memory - exactly the bytes of the shelf's class
 */
export function createBlock<Memory>(memory: Memory, shelf: Shelf<Memory>): Block<Memory> {
  return {
    memory,
    shelf,
    classBytes: shelf.classBytes,
    view: memory,
    requestedBytes: shelf.classBytes,
    holders: 0,
    lost: false,
    newLease: undefined,
    toBeWatched: false,
    acquiredAt: undefined,
  };
}
