import type { ByteTier, StoredEntry } from '../tiers/byte-tier.js';
import type { WriteOutcome } from './write-queue.js';

/** What is done to a tier. */
export interface AppliedWrite {
  readonly key: string;
  /** The entry as the tier gets it; `undefined`: that there is none. */
  readonly entry: StoredEntry | undefined;
  /** Whether it is written only if the tier has none of its key. */
  readonly ifAbsent: boolean;
  /** Whether it was made of what was known before, so that nothing newer may go for it. */
  readonly isDerived: boolean;
  /** Whether that is still the latest that is known. */
  readonly isLatest: () => boolean;
}

/** Does a write. @throws what the tier throws */
export async function applyWrite(
  tier: ByteTier,
  { key, entry, ifAbsent, isDerived, isLatest }: AppliedWrite,
  signal: AbortSignal,
): Promise<WriteOutcome> {
  if (entry === undefined) return (await tier.delete(key)) ? 'deleted' : 'absent';
  if (ifAbsent && (await tier.has(key))) return 'present';
  if (isDerived && !isLatest()) return 'superseded';
  const { stored, reason } = await tier.set(key, entry, { signal, ifUnchanged: isDerived });
  if (reason === 'outdated') return 'superseded';
  return stored ? 'stored' : (reason ?? 'rejected');
}
