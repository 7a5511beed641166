/**
 * Hears that an entry was let go.
 *
 * @param key - the entry's key
 * @param bytes - what it weighed
 * @param slot - the place it had, see {@link EvictionPolicy.find}; 0 if it never had one
 */
export type OnEvict<K> = (key: K, bytes: number, slot: number) => void;

/**
 * Decides which entries a tier keeps. Sized in bytes: an entry weighs what it was given with. A policy keeps keys and
 * weights only, never values. What it holds never weighs more than `maxBytes`, whatever is called in whatever order.
 * Its methods must not be called from within `evict`.
 *
 * Each entry has a slot, a small integer that is its own until it is let go: a tier that keeps its values in an array
 * by slot needs no table of its own. Contract suite: `evictionContract` in `./testing`.
 */
export interface EvictionPolicy<K> {
  /** Such as `w-tinylfu`. */
  readonly name: string;
  /** Bytes that it may hold. After a `resize` below what is pinned, that which is pinned, until it is unpinned. */
  readonly maxBytes: number;
  /** Entries that it may hold, whatever they weigh. */
  readonly maxEntries: number;
  /** Bytes that it holds. */
  readonly bytes: number;
  /** Entries that it holds. */
  readonly size: number;
  /** Whether there is such an entry. Not a use. */
  has(key: K): boolean;
  /** The slot of an entry, 1 or more; 0 if there is none. Not a use. */
  find(key: K): number;
  /** A use of an entry. @returns its slot, 1 or more; 0 if there is none, which is counted as a miss of the key */
  touch(key: K): number;
  /** A use of an entry that has this slot, which the caller knows to be there. */
  touchSlot(slot: number): void;
  /** As `touchSlot` for the first `count` of `slots`, in their order; an entry may be used more than once. */
  touchSlots(slots: Uint32Array, count: number): void;
  /**
   * Takes a new entry, or a new weight of one that is there, which is a use.
   *
   * @param key - any value that is a key of a `Map`
   * @param bytes - what it weighs, 0 or more
   * @param cost - what making it again costs, in any unit, the same for all; 0: unknown
   * @param evict - called for each entry that is let go, the new one among them if it isn't kept
   * @returns its slot, 1 or more; 0 if it isn't kept, and then an earlier entry of the key is gone too
   * @throws FramerailError `E_INVALID_ARGUMENT` if `bytes` or `cost` is no finite number of 0 or more
   */
  set(key: K, bytes: number, cost: number, evict: OnEvict<K>): number;
  /** Takes an entry out, pinned or not. @returns the slot it had; 0 if there was none */
  delete(key: K): number;
  /** From now on the entry must not be let go, until it was unpinned as often as it was pinned. @returns whether it is there */
  pin(key: K): boolean;
  /** Undoes one {@link EvictionPolicy.pin}; entries for which a `resize` left no room go now. */
  unpin(key: K, evict: OnEvict<K>): void;
  /**
   * Changes the size, letting go what doesn't fit.
   *
   * @param maxBytes - an integer of 0 or more
   * @param evict - called for each entry that is let go
   * @throws FramerailError `E_INVALID_ARGUMENT` if `maxBytes` is no integer of 0 or more
   */
  resize(maxBytes: number, evict: OnEvict<K>): void;
  /** Keys from about the next to go to about the last, for tests and reports. */
  keys(): Iterable<K>;
  /** Lets go of everything, pins included, and forgets what it learnt. */
  clear(): void;
}

/** What every policy is made with. */
export interface EvictionOptions<K> {
  /** Bytes that it may hold; an integer of 1 or more. */
  readonly maxBytes: number;
  /** Entries that it may hold; default and most: 2^24 − 1, the most that a `Map` takes. */
  readonly maxEntries?: number | undefined;
  /** Gives a 32-bit integer for a key; needed for keys that are no string, number or bigint. */
  readonly hash?: ((key: K) => number) | undefined;
}
