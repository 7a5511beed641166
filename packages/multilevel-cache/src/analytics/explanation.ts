import type { BreakerState } from '../breaker/circuit-breaker.js';
import type { AccessPattern } from '../prefetch/playhead-options.js';
import type { KeyUse } from './key-log.js';

/** A tier's answer about a key. */
export interface TierExplanation {
  /** The tier's name. */
  readonly tier: string;
  /** `fresh`, `stale`, `absent`; `unknown`: it can't be asked; `distrusted`: it may have an old one, which isn't used. */
  readonly state: 'fresh' | 'stale' | 'present' | 'absent' | 'unknown' | 'distrusted';
  /** Milliseconds until it expires there, where the tier tells that. */
  readonly expiresInMs: number | undefined;
  /** What it weighs there, where the tier tells that. */
  readonly bytes: number | undefined;
  /** Whether the tier is in use. */
  readonly breaker: BreakerState | undefined;
  /** Whether a write of the key waits or is under way. */
  readonly isPending: boolean;
}

/** Why a key is where it is. */
export interface Explanation {
  /** The key as tiers know it. */
  readonly key: string;
  /** Whether its loader is running now. */
  readonly isLoading: boolean;
  /** Whether a failure of its loader is remembered, so that the loader isn't called. */
  readonly hasFailed: boolean;
  /** Each tier's answer, from above. */
  readonly tiers: readonly TierExplanation[];
  /** Uses that count for promotion. */
  readonly uses: number;
  /** The highest tier that it belongs in, by its uses and its bytes where these are known. */
  readonly belongsIn: string;
  /** The place of the rule that says so in the list of `promotion`; `undefined`: none fits. */
  readonly rule: number | undefined;
  /** How keys like it follow each other, by playheads and the option `prefetch`; `undefined` if nobody looks. */
  readonly pattern: AccessPattern | undefined;
  /** How it was used until now; `undefined` if nothing is known of it any more. */
  readonly history: KeyUse | undefined;
  /** All this in a few words. */
  readonly summary: string;
}
