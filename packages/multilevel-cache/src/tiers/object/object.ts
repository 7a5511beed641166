import type { ByteTier } from '../byte-tier.js';
import { type ObjectTierOptions, objectSettings } from './object-options.js';
import { ObjectTier } from './object-tier.js';

/**
 * A tier in an object store, such as S3 or a folder: one blob an entry, verified at each get. `open` lists what is there,
 * a thousand blobs a request, and reads one index of what their heads say. Reading asks the store, so that several
 * processes see what the others wrote and deleted; each counts what it knows, and lists again after it wrote a sixteenth
 * of `maxBytes`. So the cap holds at any moment for one process that writes, and several may be above it by as much each.
 *
 * Calls reject with `E_CACHE_UNAVAILABLE`, `E_CACHE_DENIED` or `E_CACHE_FULL`; the store's error is the `cause`.
 *
 * @param options - the store, and how much
 * @returns the tier, which is to be opened; the store stays the caller's
 * @throws FramerailError `E_UNBOUNDED` without `maxBytes`, `E_INVALID_ARGUMENT` for options that are wrong
 */
export function object(options: ObjectTierOptions): ByteTier {
  return new ObjectTier(objectSettings(options));
}
