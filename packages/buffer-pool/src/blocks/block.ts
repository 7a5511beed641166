import type { CallSite } from '../leases/call-site.js';
import type { Reclaimable } from '../leases/reclaimable.js';
import type { OwnerRecord } from '../pool/owner-ledger.js';
import type { ClassUse } from './class-use.js';
import type { FreeSpan } from './idle-spans.js';

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
  reclaimable: Reclaimable | undefined;
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

/** The blocks of one class: how many are lent, and the free ones from the most to the least recently used. */
export class Shelf<Memory> {
  readonly classBytes: number;
  /** The free block that was released last. */
  newest: Block<Memory> | undefined;
  /** The free block that has been free for the longest time. */
  oldest: Block<Memory> | undefined;
  free = 0;
  lent = 0;
  hits = 0;
  misses = 0;
  /** Bytes that its present loans asked for. */
  requestedBytes = 0;
  #use: ClassUse | undefined;

  constructor(classBytes: number) {
    this.classBytes = classBytes;
  }

  /** Lays a block on top. */
  put(block: Block<Memory>): void {
    const { newest } = this;
    block.older = newest;
    if (newest === undefined) this.oldest = block;
    else newest.newer = block;
    this.newest = block;
    this.free += 1;
  }

  /** Takes a free block out. */
  remove(block: Block<Memory>): void {
    const { newer, older } = block;
    if (newer === undefined) this.newest = older;
    else newer.older = older;
    if (older === undefined) this.oldest = newer;
    else older.newer = newer;
    block.newer = undefined;
    block.older = undefined;
    this.free -= 1;
  }

  /** A snapshot; the same one while nothing changes. */
  use(): ClassUse {
    const { classBytes, lent, free, hits, misses } = this;
    const bytesWasted = lent * classBytes - this.requestedBytes;
    const last = this.#use;
    if (
      last === undefined ||
      last.lent !== lent ||
      last.free !== free ||
      last.hits !== hits ||
      last.misses !== misses ||
      last.bytesWasted !== bytesWasted
    ) {
      this.#use = Object.freeze({ classBytes, lent, free, hits, misses, bytesWasted });
    }
    return this.#use as ClassUse;
  }
}
