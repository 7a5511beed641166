// Traces made of numbers, for machines without recorded ones, and for what recorded ones don't show.
import type { LoadedTrace } from '@framerail/multilevel-cache/simulator';

/** Gives a number from 0 to below 1, the same ones in every run (mulberry32). */
type Random = () => number;

/** A way of asking, by name, and the sizes at which it is worth a look. */
export interface GeneratedTrace {
  name: string;
  requests: number;
  sizes: readonly number[];
  /** @returns which entry request number `index` asks for */
  create(random: Random): (index: number) => number;
}

/** Ways of asking, each of which some policy is bad at. */
export const GENERATED: readonly GeneratedTrace[] = [
  { name: 'zipf-0.7', requests: 200_000, sizes: [500, 5000], create: (random) => zipf(50_000, 0.7, random) },
  { name: 'zipf-0.9', requests: 200_000, sizes: [500, 5000], create: (random) => zipf(50_000, 0.9, random) },
  { name: 'zipf-1.1', requests: 200_000, sizes: [100, 1000], create: (random) => zipf(50_000, 1.1, random) },
  {
    name: 'zipf-with-scans',
    requests: 200_000,
    sizes: [500, 2000],
    create(random) {
      const popular = zipf(20_000, 0.9, random);
      return (index) => (Math.floor(index / 5000) % 2 === 0 ? popular() : 1e6 + index);
    },
  },
  { name: 'scan', requests: 50_000, sizes: [500], create: () => (index) => index },
  // A little and much larger than the cache.
  { name: 'loop', requests: 100_000, sizes: [500, 900, 980], create: () => (index) => index % 1000 },
  { name: 'recency', requests: 200_000, sizes: [200, 1000], create: (random) => recency(0.8, 2000, random) },
  {
    name: 'recency-with-new',
    requests: 100_000,
    sizes: [500, 2000],
    create: (random) => recency(0.5, 1000, random),
  },
  {
    name: 'sliding-window',
    requests: 150_000,
    sizes: [300, 1000],
    create: (random) => (index) => Math.floor(index / 20) + Math.floor(random() * 800),
  },
  {
    name: 'changing-favourites',
    requests: 200_000,
    sizes: [500, 2000],
    create(random) {
      const popular = zipf(20_000, 0.9, random);
      return (index) => (popular() * 7919 + Math.floor(index / 20_000) * 4001) % 20_000;
    },
  },
  {
    name: 'loops-and-recency',
    requests: 240_000,
    sizes: [600, 1000],
    create(random) {
      const recent = recency(0.8, 900, random);
      return (index) => (Math.floor(index / 30_000) % 2 === 0 ? index % 1100 : recent());
    },
  },
  {
    name: 'favourites-and-recency',
    requests: 200_000,
    sizes: [500, 2000],
    create(random) {
      const [popular, recent] = [zipf(10_000, 1, random), recency(0.7, 1500, random)];
      return () => (random() < 0.5 ? popular() : recent());
    },
  },
  { name: 'playhead', requests: 60_000, sizes: [125, 250, 500], create: (random) => playhead(1000, random) },
];

/**
 * Makes a trace.
 *
 * @param generated which
 * @param seed the same trace for the same seed
 */
export function loadGenerated(generated: GeneratedTrace, seed: number): LoadedTrace {
  const next = generated.create(mulberry32(seed));
  const known = new Map<number, number>();
  const ids = Int32Array.from({ length: generated.requests }, (_, index) => {
    const key = next(index);
    const id = known.get(key) ?? known.size;
    known.set(key, id);
    return id;
  });
  return {
    name: generated.name,
    hasSizes: false,
    requests: ids.length,
    entries: known.size,
    ids,
    bytes: new Float64Array(ids.length).fill(1),
    counts: new Uint8Array(ids.length).fill(1),
  };
}

/** The first of `count` entries is asked for most, the n-th n^exponent times as seldom. */
function zipf(count: number, exponent: number, random: Random): () => number {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let index = 0; index < count; index += 1) {
    sum += (index + 1) ** -exponent;
    sums[index] = sum;
  }
  return () => {
    const wanted = random() * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** With a probability one of the last requests again, the later the likelier; otherwise something new. */
function recency(again: number, depth: number, random: Random): () => number {
  const asked: number[] = [];
  let fresh = 1e7;
  return () => {
    const back = Math.floor(depth * random() * random());
    const old = random() < again ? asked[Math.max(0, asked.length - 1 - back)] : undefined;
    const key = old ?? fresh++;
    asked.push(key);
    return key;
  };
}

/** An editor at a film of so many frames: plays on, scrubs back, jumps back a little, goes elsewhere. */
function playhead(frames: number, random: Random): () => number {
  let [position, left, direction] = [0, 0, 1];
  return () => {
    if (left <= 0) {
      const what = random();
      left = Math.floor(50 + random() * 150);
      direction = what >= 0.5 && what < 0.65 ? -1 : 1;
      if (what >= 0.65) position = what < 0.85 ? position - Math.floor(random() * 150) : random() * frames;
    }
    left -= 1;
    position = Math.min(frames - 1, Math.max(0, Math.floor(position) + direction));
    return position;
  };
}

function mulberry32(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
