import type { CacheTime } from '../cache/cache-time.js';
import { freshness } from '../cache/lifetime.js';
import type { ByteTier, TierEntry } from '../tiers/byte-tier.js';
import type { Distrust } from './distrust.js';
import type { TierGuard } from './tier-guard.js';

/** Entries of a tier that may be handed out. It ends where the tier fails, or takes too long for one. */
export async function* entriesOfTier(
  tier: ByteTier,
  guard: TierGuard,
  distrust: Distrust,
  time: CacheTime,
): AsyncGenerator<TierEntry> {
  const opened = await guard.run('entries', async () => tier.entries()[Symbol.asyncIterator]());
  if (!opened.ok) return;
  const entries = opened.value;
  try {
    for (;;) {
      const next = await guard.run('entries', () => entries.next());
      if (!next.ok || next.value.done === true) return;
      const { key, meta } = next.value.value;
      if (distrust.covers(key) || distrust.coversTags(meta.tags)) continue;
      if (freshness(meta, time.now()) !== 'expired') yield next.value.value;
    }
  } finally {
    // One that hangs isn't waited for.
    void entries.return?.().then(IGNORE, IGNORE);
  }
}

const IGNORE = (): void => {};
