import type { Clock, Lease } from '@framerail/lifecycle';
import type { LeaseLoader, LoadOptions } from '../cache/cache-options.js';
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
  bring(key: K, name: string, loader: LeaseLoader<K, V>, options: LoadOptions): Promise<void>;
  /** As the cache's, with a loader that may give a lease. */
  getOrLoad(key: K, loader: LeaseLoader<K, V>, options: LoadOptions): Promise<V>;
  /** As the cache's. */
  leaseOrLoad(key: K, loader: LeaseLoader<K, V>, options: LoadOptions): Promise<Lease>;
  /** Bytes that this playhead may keep from being let go, as things are. */
  share(): number;
  /** The playhead has ended. */
  ended(playhead: Playhead<V>): void;
}
