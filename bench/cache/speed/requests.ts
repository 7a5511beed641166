// What is asked for, in which order: the same in every run with the same seed.
import { mulberry32, zipf } from '../hit-rate/generators.ts';

/** How often which of the keys is asked for. */
export type Distribution = 'zipf' | 'uniform';

/** Keys as an editor has them: a clip, and a frame of it. */
export function keysOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `clip ${index % 97}/frame ${index}`);
}

/** So many requests of keys. Zipf's exponent is 1; which keys are the popular ones is up to chance. */
export function requestsOf(
  keys: readonly string[],
  count: number,
  distribution: Distribution,
  seed: number,
): string[] {
  const random = mulberry32(seed);
  const shuffled = keys.slice();
  for (let index = shuffled.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [shuffled[index], shuffled[other]] = [shuffled[other] as string, shuffled[index] as string];
  }
  const next =
    distribution === 'zipf' ? zipf(keys.length, 1, random) : () => Math.floor(random() * keys.length);
  return Array.from({ length: count }, () => shuffled[next()] as string);
}
