import type { ByteTier } from '../byte-tier.js';
import { type DiskTierOptions, diskSettings } from './disk-options.js';
import { DiskTier } from './disk-tier.js';

/**
 * A tier on a disk: an append-only log of segments whose records are checksummed, and a file of its own for each large
 * value. Several processes may share a folder. A crash at any moment costs no entry that `durability` promises; what is
 * damaged is a miss, is counted, and is never given out.
 *
 * `open` rejects with `E_CACHE_FORMAT` for a folder with something else in it (a store of another version is moved
 * aside, to a folder beside it), `E_CACHE_DENIED` for one that can't be written to, `E_TIMEOUT` if another process keeps
 * writing; a call that writes with `E_CACHE_FULL` if the disk is full, and others with `E_CACHE_UNAVAILABLE`.
 *
 * @param options - where, and how much
 * @returns the tier, which is to be opened
 * @throws FramerailError `E_UNBOUNDED` without `maxBytes`, `E_INVALID_ARGUMENT` for options that are wrong
 */
export function disk(options: DiskTierOptions): ByteTier {
  return new DiskTier(diskSettings(options));
}
