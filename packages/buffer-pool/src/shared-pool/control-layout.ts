/** What the arena is cut into, in bytes. */
export const PAGE_BYTES = 4096;

/** Says that a buffer is a shared pool's bookkeeping: "frml". */
export const MAGIC = 0x6c6d7266;

/** Raised whenever the meaning of a word changes: threads may run different versions of this package. */
export const VERSION = 1;

/** The largest number of threads: the lock's word has 8 bits for its owner. */
export const MAX_THREADS = 250;

/** Words of the header. Records are pointed at by the index of their first word; 0 points at nothing. */
export const HEADER = {
  magic: 0,
  version: 1,
  pages: 2,
  maxBlocks: 3,
  maxThreads: 4,
  maxWaiters: 5,
  maxOwners: 6,
  lock: 7,
  journalLength: 8,
  closed: 9,
  lowestExtent: 10,
  unusedExtents: 11,
  wild: 12,
  blocks: 13,
  oldestFree: 14,
  newestFree: 15,
  waiting: 16,
  lineFirst: 17,
  lineLast: 18,
  unusedWaiters: 19,
  /** Leases that can be asked back. */
  reclaimable: 20,
} as const;

/** Numbers of the header, as indices into the same memory seen as 64-bit floats. */
export const TOTAL = {
  agingMs: 16,
  maxFreeBytes: 17,
  limitBytes: 18,
  bytesInUse: 19,
  bytesFree: 20,
  peakBytesInUse: 22,
  peakBytes: 23,
  // Of sizes that have no record any more.
  hits: 24,
  misses: 25,
  waits: 26,
  waitedMs: 27,
  longestWaitMs: 28,
  lost: 29,
  peakWaiting: 30,
  reclaims: 31,
  lateWrites: 32,
  /** Counts loans and waits, so that equals have an order. */
  order: 33,
  /** Bytes of leases that were asked back and are still out. */
  bytesAsked: 34,
} as const;

const HEADER_WORDS = 70;

/** A stretch of pages. `below` and `above` are its neighbours in the arena, `prev` and `next` those in the list that it is in. */
export const EXTENT = {
  prev: 0,
  next: 1,
  offset: 2,
  pages: 3,
  state: 4,
  thread: 5,
  below: 6,
  above: 7,
  older: 8,
  newer: 9,
  class: 10,
  owner: 11,
  flags: 12,
  // From here on 64-bit floats.
  requested: 14,
  usedAtMs: 16,
  /** The loan's place in time; of a lease that was asked back, the bytes that are wanted. */
  order: 18,
  priority: 20,
} as const;

/** `EXTENT.state`: not a stretch at all, pages of no block, a block that can be lent, one that is. */
export const EXTENT_STATE = { unused: 0, wild: 1, free: 2, lent: 3 } as const;

/** Bits of `EXTENT.flags`. */
export const FLAG = { reclaimable: 1, askedBack: 2, forTrim: 4 } as const;

/** Blocks of one size. */
export const CLASS = {
  pages: 0,
  free: 1,
  lent: 2,
  hits: 4,
  misses: 6,
  requested: 8,
} as const;

/** Somebody whose memory is counted; the name is UTF-8. */
export const OWNER = {
  nameBytes: 0,
  leases: 1,
  bytesInUse: 2,
  requested: 4,
  peakBytesInUse: 6,
  name: 8,
} as const;

/** The longest name of an owner, in bytes of UTF-8. */
export const OWNER_NAME_BYTES = 128;

/** A thread that takes part. */
export const THREAD = { part: 0, wake: 1, settled: 2, lent: 3 } as const;

/** The low bits of `THREAD.part`; above them is how many have had the number. */
export const PART = { absent: 0, attached: 1, ended: 2, mask: 3, next: 4 } as const;

/** A request that waits, or that was decided and not yet taken note of by its thread. */
export const WAITER = {
  prev: 0,
  next: 1,
  state: 2,
  thread: 3,
  pages: 4,
  block: 5,
  owner: 6,
  flags: 7,
  key: 8,
  byteLength: 10,
  sinceMs: 12,
  priority: 14,
} as const;

/** `WAITER.state`. */
export const WAITER_STATE = { unused: 0, waiting: 1, granted: 2, flushed: 3, closed: 4 } as const;

const EXTENT_WORDS = 22;
const CLASS_WORDS = 10;
const OWNER_WORDS = OWNER.name + OWNER_NAME_BYTES / 4;
const THREAD_WORDS = 4;
const WAITER_WORDS = 16;

/** The most changes between two commits; the largest step makes about 45. */
export const JOURNAL_ENTRIES = 256;

/** Words of an entry: where, nothing, and the 64 bits of what was there. */
export const JOURNAL_ENTRY_WORDS = 4;

/** What sizes the bookkeeping. */
export interface ControlLimits {
  readonly pages: number;
  readonly maxBlocks: number;
  readonly maxThreads: number;
  readonly maxWaiters: number;
  readonly maxOwners: number;
}

/** Where the records of one kind lie. */
export interface Table {
  /** Word of the first record. */
  readonly start: number;
  /** Words of a record. */
  readonly stride: number;
  /** Records. */
  readonly count: number;
}

/** Where everything lies. */
export interface ControlLayout extends ControlLimits {
  readonly threads: Table;
  readonly extents: Table;
  readonly classes: Table;
  readonly owners: Table;
  readonly waiters: Table;
  /** Word of the journal's first entry. */
  readonly journal: number;
  /** Bytes of the whole. */
  readonly byteLength: number;
}

/** Lays the bookkeeping out. */
export function controlLayout(limits: ControlLimits): ControlLayout {
  let words = HEADER_WORDS;
  const table = (stride: number, count: number): Table => {
    const start = words;
    words += stride * count;
    return { start, stride, count };
  };
  const threads = table(THREAD_WORDS, limits.maxThreads);
  // Between blocks, and beside them, is at most one stretch of no block each.
  const extents = table(EXTENT_WORDS, 2 * limits.maxBlocks + 1);
  // One more than can have blocks, so that there is always one without to be given to a new size.
  const classes = table(CLASS_WORDS, limits.maxBlocks + 1);
  const owners = table(OWNER_WORDS, limits.maxOwners);
  const waiters = table(WAITER_WORDS, limits.maxWaiters);
  const journal = words;
  return {
    ...limits,
    threads,
    extents,
    classes,
    owners,
    waiters,
    journal,
    byteLength: 4 * (journal + JOURNAL_ENTRY_WORDS * JOURNAL_ENTRIES),
  };
}

/** The word where a record begins. */
export function recordAt(table: Table, index: number): number {
  return table.start + index * table.stride;
}
