import type { CallSite } from '../leases/call-site.js';
import type { Reclaimable } from '../leases/reclaim-list.js';
import type { OwnerRecord } from '../pool/owner-ledger.js';
import type { FreeSpan } from './idle-spans.js';
import type { Shelf } from './shelf.js';

/** A piece of memory that a pool owns: on loan or free. Lists run through blocks, so that moving one makes no garbage. */
export interface Block<Memory> {
  /** Changes only when memory comes back from another thread under another object. */
  memory: Memory;
  /** Where it goes when it is free. */
  readonly shelf: Shelf<Memory>;
  /** Bytes of its class, which is what it costs of the budget. */
  readonly classBytes: number;
  /** The free block of its shelf that was released next after it. */
  newer: Block<Memory> | undefined;
  /** The free block of its shelf that was released just before it. */
  older: Block<Memory> | undefined;
  /** When it came free. */
  freed: FreeSpan;
  /** Where the last release of its last loan was, if that was recorded. */
  releasedAt: CallSite | undefined;
  /** Whether it was filled when it came free, to find late writes. */
  poisoned: boolean;

  /** The part that the present loan asked for; kept from loan to loan while the size stays the same. */
  view: Memory;
  /** Bytes that the present loan asked for, which the view has. */
  requestedBytes: number;
  /** Leases on it that have not been released. */
  holders: number;
  /** Priority of the present or last loan. */
  priority: number;
  /** Who has or had it on loan. */
  owner: OwnerRecord | undefined;
  /** Where the present loan was acquired, if that was recorded. */
  acquiredAt: CallSite | undefined;
  /** How the present loan is asked back, if it can be and hasn't been. */
  reclaimable: Reclaimable<Memory> | undefined;
  /** Bytes that are counted as asked back with it. */
  askedBytes: number;
  /** Somebody wants its memory for the system: it is freed when it comes home. */
  leaves: boolean;
  /** A lease on it was collected unreleased: somebody may still have a view, so it is never lent again. */
  lost: boolean;

  /** The present loan's lease while the leak watch has not let go of it. */
  newLease: object | undefined;
  /** The number of the present loan among those that are watched. */
  loan: number;
  /** Whether the leak watch is going to look at it. */
  toBeWatched: boolean;
  /** The next one that the leak watch is going to look at. */
  nextWatched: Block<Memory> | undefined;
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
    newer: undefined,
    older: undefined,
    freed: { endMs: 0 },
    releasedAt: undefined,
    poisoned: false,
    view: memory,
    requestedBytes: shelf.classBytes,
    holders: 0,
    priority: 0,
    owner: undefined,
    acquiredAt: undefined,
    reclaimable: undefined,
    askedBytes: 0,
    leaves: false,
    lost: false,
    newLease: undefined,
    loan: 0,
    toBeWatched: false,
    nextWatched: undefined,
  };
}
