import type { Clock } from '@framerail/lifecycle';
import type { LoadContext, LoadOptions } from '../cache/cache-options.js';
import type { Playhead } from './playhead-options.js';

/** What a playhead needs of its cache. */
export interface PlayheadHost<K, V> {
  readonly clock: Clock;
  /** The name of a key. @throws FramerailError */
  nameOf(key: K): string;
  /** What memory has under a name weighs; `undefined` if it has nothing. */
  bytesOf(name: string): number | undefined;
  /** Keeps an entry from being let go. @returns undoes it */
  pin(name: string): (() => void) | undefined;
  /** Whether it is being loaded. */
  isLoading(name: string): boolean;
  /** Brings a value to memory. */
  bring(
    key: K,
    name: string,
    loader: (context: LoadContext<K>) => V | PromiseLike<V>,
    options: LoadOptions,
  ): Promise<void>;
  /** As the cache's. */
  getOrLoad(
    key: K,
    loader: (context: LoadContext<K>) => V | PromiseLike<V>,
    options: LoadOptions,
  ): Promise<V>;
  /** Bytes that this playhead may keep from being let go, as things are. */
  share(): number;
  /** The playhead has ended. */
  ended(playhead: Playhead<V>): void;
}
