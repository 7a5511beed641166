import type { Lease } from '@framerail/lifecycle';
import type { CallSite } from '../leases/call-site.js';

/** The blocks of one class. */
export interface Shelf {
  readonly classBytes: number;
  /** Free blocks, the least recently used first. */
  readonly blocks: Block[];
  /** Blocks of this class on loan. */
  lent: number;
}

/** A piece of memory that a pool owns: on loan or free. */
export interface Block {
  readonly memory: Uint8Array;
  /** Where it goes when it is free. */
  readonly shelf: Shelf;
  /** Bytes of its class, which is what it costs of the budget. */
  readonly classBytes: number;
  /** The part that the present loan asked for; kept from loan to loan while the size stays the same. */
  view: Uint8Array;
  /** Bytes that the present loan asked for. */
  requestedBytes: number;
  /** Leases on it that have not been released. */
  holders: number;
  /** A lease on it was collected unreleased: somebody may still have a view, so it is never lent again. */
  lost: boolean;
  /** The present loan's lease while the leak watch has not looked at it yet. */
  newLease: Lease | undefined;
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
export function createBlock(memory: Uint8Array, shelf: Shelf): Block {
  return {
    memory,
    shelf,
    classBytes: shelf.classBytes,
    view: memory,
    requestedBytes: 0,
    holders: 0,
    lost: false,
    newLease: undefined,
    toBeWatched: false,
    acquiredAt: undefined,
  };
}
