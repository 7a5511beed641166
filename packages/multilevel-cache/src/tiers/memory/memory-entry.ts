import type { Lease } from '@framerail/lifecycle';
import type { EntryMeta } from '../byte-tier.js';

/** An entry of the memory tier. All have the same shape, so that reading one is quick. */
export interface MemoryEntry<V> {
  /** The value itself; `undefined` where `lease` holds its bytes. */
  value: V | undefined;
  /** Memory of a pool that holds the value. Given back when the entry goes. */
  lease: Lease | undefined;
  /** What is known of it, as the tiers below have it. */
  meta: EntryMeta;
  /** When it expires here, in milliseconds since 1970; `Infinity`: never. The earlier of stale and expired, to look at one figure only. */
  freshUntilMs: number;
  /** When it is of no use here any more. */
  expiresAtMs: number;
  /** What it weighs. */
  bytes: number;
  /** Whether a tier below was given it too, so that it needn't be demoted. */
  isBelow: boolean;
}
