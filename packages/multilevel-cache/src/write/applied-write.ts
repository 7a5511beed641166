import type { ByteTier, StoredEntry } from '../tiers/byte-tier.js';
import type { WriteOutcome } from './write-queue.js';

/** What is done to a tier. */
export interface AppliedWrite {
  readonly key: string;
  /** The entry as the tier gets it; `undefined`: that there is none. */
  readonly entry: StoredEntry | undefined;
  /** Whether it is written only if the tier has none of its key. */
  readonly ifAbsent: boolean;
}

/** Does a write. @throws what the tier throws */
export async function applyWrite(
  tier: ByteTier,
  { key, entry, ifAbsent }: AppliedWrite,
  signal: AbortSignal,
): Promise<WriteOutcome> {
  if (entry === undefined) return (await tier.delete(key)) ? 'deleted' : 'absent';
  if (ifAbsent && (await tier.has(key))) return 'present';
  const { stored, reason } = await tier.set(key, entry, { signal });
  return stored ? 'stored' : (reason ?? 'rejected');
}
