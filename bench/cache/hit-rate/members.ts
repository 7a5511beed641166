// Members of families as traces, with sizes of caches to try them at.
import type { LoadedTrace } from '@framerail/multilevel-cache/simulator';
import { between, FAMILIES } from './families.ts';
import { mulberry32, type Random, traceOf } from './generators.ts';

/** A trace, and the sizes at which it is worth a look. */
export interface MemberTrace {
  trace: LoadedTrace;
  sizes: readonly number[];
}

/** Shares of what a trace asks for again and again that a cache may have room for, the least and the most. */
const [LEAST_SHARE, MOST_SHARE] = [0.02, 1.3];
const LEAST_ENTRIES = 10;
/** What entries weigh: 1 in half of the members. */
const WEIGHTS: readonly ((random: Random) => { mean: number; bytesOf(key: number): number } | undefined)[] = [
  () => undefined,
  () => undefined,
  () => undefined,
  // Log-uniform, whatever the key.
  (random) => {
    const most = between(random, 10, 2000);
    return { mean: (1000 * (most - 1)) / Math.log(most), bytesOf: (key) => 1000 * most ** chance(key) };
  },
  // Thumbnails and frames.
  (random) => {
    const [large, share] = [between(random, 20, 1000), 0.02 + 0.3 * random()];
    const bytesOf = (key: number): number => (chance(key) < share ? 12_000 * large : 12_000);
    return { mean: 12_000 * (1 - share + share * large), bytesOf };
  },
  // What is asked for most is small, or large: keys of families count up from there.
  (random) => {
    const sign = random() < 0.5 ? 0.3 : -0.3;
    const bytesOf = (key: number): number => 100_000 * (1 + (key % 100_000)) ** sign * (0.5 + chance(key));
    return { mean: bytesOf(1000), bytesOf };
  },
];

/**
 * Makes a member of a family.
 *
 * @param family its name
 * @param seed the same member for the same seed
 * @param count how many sizes to try it at
 */
export function loadMember(family: string, seed: number, count: number): MemberTrace {
  const random = mulberry32(seed);
  // Seeds that follow each other begin alike.
  for (let skip = 0; skip < 8; skip += 1) random();
  const { requests, scale, next } = FAMILIES[family]?.(random) ?? { requests: 0, scale: 1, next: () => 0 };
  const weights = WEIGHTS[Math.floor(random() * WEIGHTS.length)]?.(random);
  const bytesOf = weights && ((key: number): number => Math.ceil(weights.bytesOf(key)));
  const sizes = Array.from({ length: count }, (_, index) => {
    const share = LEAST_SHARE * (MOST_SHARE / LEAST_SHARE) ** ((index + random()) / count);
    return Math.ceil(Math.max(LEAST_ENTRIES, share * scale) * (weights?.mean ?? 1));
  });
  return { trace: traceOf(`${family} ${seed}`, requests, next, bytesOf), sizes };
}

/** From 0 to below 1, always the same for a key. */
function chance(key: number): number {
  return mulberry32(Math.imul(key + 1, 0x9e37_79b1))();
}
