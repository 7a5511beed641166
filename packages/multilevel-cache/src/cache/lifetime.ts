import { expectNumber, invalidArgument } from '@framerail/lifecycle';
import type { EntryMeta } from '../tiers/byte-tier.js';

/**
 * Milliseconds by which an entry of another process may claim to be made later than now. One that is further ahead was
 * made under a clock that was wrong, and its expiry can't be believed.
 */
export const MAX_SKEW_MS = 60_000;

/** How long an entry is valid. */
export interface Lifetime {
  /** Milliseconds for which it is fresh; default: for ever. */
  readonly ttlMs?: number | undefined;
  /** Milliseconds after that in which it is handed out while it is made anew; default 0. */
  readonly staleMs?: number | undefined;
}

/**
 * Takes a length of time.
 *
 * @param name - the option's name
 * @param value - what came
 * @param min - the smallest that passes
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function expectDuration<T extends number | undefined>(name: string, value: T, min = 1): T {
  if (value === undefined || value === Number.POSITIVE_INFINITY) return value;
  return expectNumber(name, value, { min }) as T;
}

/** Takes a share from 0 to 1. @throws FramerailError `E_INVALID_ARGUMENT` */
export function expectShare(name: string, value: number): number {
  return expectNumber(name, value, { min: 0, max: 1 });
}

/** Shortens a length of time by a random part of it of up to `jitter`, so that entries made together don't end together. */
function jittered(ms: number, jitter: number, random: () => number): number {
  return jitter === 0 ? ms : Math.max(1, Math.floor(ms * (1 - jitter * random())));
}

/** The instants at which an entry made now is stale and expires. `staleMs` needs a `ttlMs`. */
export function endsOf(
  nowMs: number,
  { ttlMs, staleMs }: Lifetime,
  jitter: number,
  random: () => number,
): Pick<EntryMeta, 'expiresAtMs' | 'staleAtMs'> {
  if (ttlMs === undefined || ttlMs === Number.POSITIVE_INFINITY) return {};
  const staleAtMs = Math.floor(nowMs + jittered(ttlMs, jitter, random));
  if (staleMs === undefined || staleMs === 0) return { expiresAtMs: staleAtMs };
  if (staleMs === Number.POSITIVE_INFINITY) return { staleAtMs };
  return { staleAtMs, expiresAtMs: Math.floor(staleAtMs + staleMs) };
}

/** What a tier with a lifetime of its own says of an entry: it ends when the first of the two does. */
export function cappedMeta(
  meta: EntryMeta,
  nowMs: number,
  ttlMs: number | undefined,
  jitter: number,
  random: () => number,
): EntryMeta {
  if (ttlMs === undefined || ttlMs === Number.POSITIVE_INFINITY) return meta;
  const cap = Math.floor(nowMs + jittered(ttlMs, jitter, random));
  if (meta.expiresAtMs !== undefined && meta.expiresAtMs <= cap) return meta;
  return { ...meta, expiresAtMs: cap };
}

/** What may be done with an entry at a moment. */
export function freshness(meta: EntryMeta, nowMs: number): 'fresh' | 'stale' | 'expired' {
  const { expiresAtMs, staleAtMs } = meta;
  if (expiresAtMs === undefined && staleAtMs === undefined) return 'fresh';
  if (expiresAtMs !== undefined && nowMs >= expiresAtMs) return 'expired';
  if (meta.createdAtMs > nowMs + MAX_SKEW_MS) return 'expired';
  return staleAtMs !== undefined && nowMs >= staleAtMs ? 'stale' : 'fresh';
}

/** Most tags that an entry may have. */
const MAX_TAGS = 64;

/**
 * Takes the tags of an entry.
 *
 * @returns sorted, without repeats
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function expectTags(tags: unknown): readonly string[] {
  if (tags === undefined) return NO_TAGS;
  const isList = Array.isArray(tags) && tags.every((tag) => typeof tag === 'string' && tag.length <= 256);
  const unique = isList ? [...new Set(tags as string[])] : [];
  if (isList && unique.length <= MAX_TAGS) return Object.freeze(unique.sort());
  throw invalidArgument('tags', `a list of up to ${MAX_TAGS} strings of up to 256 code units`, tags);
}

const NO_TAGS: readonly string[] = Object.freeze([]);
