// Traces made of numbers, for machines without recorded ones, and for what recorded ones don't show.
import type { LoadedTrace } from '@framerail/multilevel-cache/simulator';
import { mulberry32, playhead, type Random, recency, traceOf, zipf } from './generators.ts';

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
  return traceOf(generated.name, generated.requests, next);
}
