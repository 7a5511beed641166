import type { Lease, Trimmable } from '@framerail/lifecycle';

/** Pictures by key, bounded by bytes; the least recently used go first. */
export interface ThumbnailCache extends Trimmable {
  /** Bytes that it may hold. */
  readonly maxBytes: number;
  /** Bytes that it holds, counted by size class. */
  readonly bytes: number;
  /** Pictures that it holds. */
  readonly size: number;
  /**
   * Keeps a copy of a picture, in the place of one of the same key, and lets the least recently used go to make room.
   *
   * @param key - any string that is not empty
   * @param picture - copied before this returns
   * @returns whether it was kept: not if it is larger than the cache may be at the present level of pressure
   * @throws FramerailError `E_INVALID_ARGUMENT`, `E_POOL_CLOSED`
   */
  set(key: string, picture: Uint8Array): boolean;
  /** A picture, as a lease of its own that the caller releases: it stays whole though the cache lets it go. `undefined` if there is none. */
  get(key: string): Lease | undefined;
  /** Whether there is such a picture; doesn't count as a use. */
  has(key: string): boolean;
  /** Lets a picture go. @returns whether there was one */
  delete(key: string): boolean;
  /** Lets all go. */
  clear(): void;
}
