import type { Lease } from '@framerail/lifecycle';
import type { LoadContext, SetOptions } from '../cache/cache-options.js';

/** Positions that are played over and over, both inclusive. */
export interface LoopRange {
  /** The first position, an integer of 0 or more. */
  readonly start: number;
  /** The last position, at least `start`. */
  readonly end: number;
}

/** Where a playhead is, and where it goes. What isn't given stays as it was. */
export interface PlayheadMove {
  /** Position, 0 to below `length`; what lies outside is taken to the nearest end. Fractions say when the next position is due. */
  readonly position?: number | undefined;
  /**
   * Positions that pass in the time of one, -1 being backward and 0 standing still; `undefined` as the first value: by
   * what the moves show. What the moves show counts in any case once there were a few.
   */
  readonly rate?: number | undefined;
  /** What is played over and over; `null`: nothing. Loops that aren't told are noticed at their second turn. */
  readonly loop?: LoopRange | null | undefined;
}

/** What is loaded for a playhead. */
export interface PlayheadLoadContext<K> extends LoadContext<K> {
  /** Which position it is. */
  readonly position: number;
}

/** Options of `cache.playhead`. Lifetime, cost and tags are those of what it loads. */
export interface PlayheadOptions<K, V> extends PlayheadMove, SetOptions {
  /** How many positions there are, 1 or more: frames of a film, or chunks of its sound. */
  readonly length: number;
  /** The key of a position, an integer from 0 to `length` - 1; `undefined` where there is nothing to fetch. */
  readonly keyAt: (position: number) => K | undefined;
  /**
   * Makes the value of a position, or gives memory on loan that holds it, as `leaseOrLoad`'s. Its signal aborts when the
   * playhead went elsewhere and nobody else waits.
   */
  readonly loader: (context: PlayheadLoadContext<K>) => V | Lease | PromiseLike<V | Lease>;
  /** Positions that are fetched ahead and kept there, 1 or more; default 240. */
  readonly window?: number | undefined;
  /** Bytes that these may weigh; default, and most: half of what the memory tier holds, which all playheads share. */
  readonly maxBytes?: number | undefined;
  /** Loads that run at once, 1 or more; default 8. Until the first value came, two. */
  readonly concurrency?: number | undefined;
}

/** How positions follow each other. */
export type AccessPattern = 'sequential' | 'strided' | 'loop' | 'random';

/** What a playhead did until now. */
export interface PlayheadStats {
  /** Where it is. */
  readonly position: number;
  /** Positions from one move to the next, backward below 0; 0 if that can't be told. */
  readonly step: number;
  /** How its positions follow each other. */
  readonly pattern: AccessPattern;
  /** Positions in its window that memory has, and that aren't let go. */
  readonly held: number;
  /** What these weigh. */
  readonly heldBytes: number;
  /** Loads that run. */
  readonly running: number;
  /** Loads that gave a value. */
  readonly fetched: number;
  /** Loads that failed. They aren't tried again until the position comes into the window anew. */
  readonly failed: number;
  /** Loads that were given up because the playhead went elsewhere. */
  readonly aborted: number;
}

/** Fetches what will be asked for next, and keeps it until it was. Ends with `Symbol.dispose`, or with the cache. */
export interface Playhead<V> extends Disposable {
  /** Where it is. */
  readonly position: number;
  /**
   * Tells where the playhead is now. Fetches what lies ahead, gives up what doesn't any more, and returns at once.
   *
   * @param move - position, rate, loop
   * @throws FramerailError `E_INVALID_ARGUMENT` for what is no number or no range
   */
  move(move: PlayheadMove): void;
  /**
   * Moves to a position and gives its value, as the cache's `getOrLoad`.
   *
   * @param position - where to
   * @param options - a signal that ends the wait
   * @throws as `getOrLoad`, and `E_INVALID_ARGUMENT` for a position without a key
   */
  get(position: number, options?: { readonly signal?: AbortSignal | undefined }): Promise<V>;
  /**
   * Moves to a position and gives its bytes without a copy, as the cache's `leaseOrLoad`: the caller releases the lease.
   *
   * @param position - where to
   * @param options - a signal that ends the wait
   * @throws as `leaseOrLoad`, and `E_INVALID_ARGUMENT` for a position without a key
   */
  lease(position: number, options?: { readonly signal?: AbortSignal | undefined }): Promise<Lease>;
  /** Figures as they are now. */
  stats(): PlayheadStats;
}
