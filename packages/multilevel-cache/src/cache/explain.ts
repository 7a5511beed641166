import type { Explanation, TierExplanation } from '../analytics/explanation.js';
import type { KeyLog } from '../analytics/key-log.js';
import type { AccessPattern } from '../prefetch/playhead-options.js';
import type { PromotionRules } from '../promotion/promotion-rule.js';
import type { MemoryTier } from '../tiers/memory/memory-tier.js';
import type { TierLane } from '../write/tier-lane.js';
import type { CacheTime } from './cache-time.js';
import type { TierStack } from './tier-stack.js';

/** What an explanation is drawn from. */
export interface ExplainedParts<V> {
  readonly key: string;
  readonly memory: MemoryTier<V> | undefined;
  readonly lanes: readonly TierLane[];
  readonly stack: TierStack<V>;
  readonly rules: PromotionRules;
  readonly log: KeyLog;
  readonly time: CacheTime;
  readonly isLoading: boolean;
  readonly hasFailed: boolean;
  readonly pattern: AccessPattern | undefined;
}

const PATTERNS = {
  sequential: 'read one after the other',
  strided: 'read in equal steps',
  loop: 'read over and over',
  random: 'read in no order',
} as const;

/** Says where a key is, and why there. */
export async function explain<V>(parts: ExplainedParts<V>): Promise<Explanation> {
  const { key, memory, lanes, stack, rules, log, time, isLoading, hasFailed, pattern } = parts;
  const entry = memory?.find(key);
  const uses = stack.usesOf(key);
  const place = rules.place(uses, entry?.meta.rawBytes || (entry?.bytes ?? 0));
  const tiers: TierExplanation[] = [];
  if (memory !== undefined) {
    const isStale = entry !== undefined && time.now() >= entry.freshUntilMs;
    const ends = entry !== undefined && entry.expiresAtMs !== Number.POSITIVE_INFINITY;
    tiers.push({
      tier: 'memory',
      state: entry === undefined ? 'absent' : isStale ? 'stale' : 'fresh',
      expiresInMs: ends ? entry.expiresAtMs - time.now() : undefined,
      bytes: entry?.bytes,
      breaker: undefined,
      isPending: false,
    });
  }
  for (const lane of lanes) tiers.push(await explainLane(lane, key));
  const belongsIn = stack.nameOf(place.tier);
  const where = tiers.filter(({ state }) => ['fresh', 'stale', 'present'].includes(state));
  const out = tiers.filter(({ state }) => state === 'unknown').map(({ tier }) => tier);
  const summary = [
    where.length === 0
      ? 'In no tier'
      : `In ${where.map(({ tier, state }) => `${tier} (${state})`).join(', ')}`,
    ...(out.length === 0 ? [] : [`${out.join(', ')} can't be asked`]),
    `used ${uses} times, belongs in ${belongsIn}`,
    ...(pattern === undefined ? [] : [PATTERNS[pattern]]),
    ...(isLoading ? ['loading'] : []),
    ...(hasFailed ? ['its last load failed'] : []),
  ].join('; ');
  return Object.freeze({
    key,
    isLoading,
    hasFailed,
    tiers: Object.freeze(tiers.map((tier) => Object.freeze(tier))),
    uses,
    belongsIn,
    rule: place.rule,
    pattern,
    history: log.describe(key),
    summary,
  });
}

async function explainLane(lane: TierLane, key: string): Promise<TierExplanation> {
  const isPending = lane.isPending(key);
  const isThere = await lane.has(key);
  const { breaker } = lane.stats();
  const isDistrusted = lane.distrusts(key);
  const state = isThere ? 'present' : isDistrusted ? 'distrusted' : lane.isOut ? 'unknown' : 'absent';
  return { tier: lane.name, state, expiresInMs: undefined, bytes: undefined, breaker, isPending };
}
