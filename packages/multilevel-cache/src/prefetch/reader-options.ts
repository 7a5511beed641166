import type { Lease } from '@framerail/lifecycle';
import type { SetOptions } from '../cache/cache-options.js';
import type { PlayheadLoadContext } from './playhead-options.js';

/** Where a key stands among others. */
export interface KeyPosition {
  /** What it is a part of, such as a clip at a size. */
  readonly stream: string;
  /** Its place there, an integer of 0 or more. */
  readonly index: number;
}

/**
 * The option `prefetch` of a cache: who reads keys one after the other, or every so many-th, forward or backward, is
 * recognised at the fourth, several readers among each other too, and served ahead. Lifetime, cost and tags are those of
 * what is loaded.
 */
export interface ReaderOptions<K, V> extends SetOptions {
  /** Makes a value, or gives memory on loan that holds it. Where there is none it throws, which nobody is told. */
  readonly loader: (context: PlayheadLoadContext<K>) => V | Lease | PromiseLike<V | Lease>;
  /** Where a key stands; `undefined` if nowhere. Default, for keys that are strings: the number that it ends in. */
  readonly positionOf?: ((key: K) => KeyPosition | undefined) | undefined;
  /** The key of a position; `undefined` beyond the end. Given together with `positionOf`. */
  readonly keyAt?: ((stream: string, index: number) => K | undefined) | undefined;
  /** Keys that are fetched ahead of each reader, 1 or more; default 16. */
  readonly ahead?: number | undefined;
  /** Bytes that these may weigh for each reader; default, and most: its share of half of the memory tier. */
  readonly maxBytes?: number | undefined;
  /** Loads that run at once for each reader, 1 or more; default 4. */
  readonly concurrency?: number | undefined;
  /** Readers that are followed at once, 1 to 64; default 8. */
  readonly maxReaders?: number | undefined;
}
