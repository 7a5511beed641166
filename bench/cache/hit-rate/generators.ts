// What made-up traces are put together from.
import type { LoadedTrace } from '@framerail/multilevel-cache/simulator';

/** Gives a number from 0 to below 1. */
export type Random = () => number;

/** The first of `count` entries is asked for most, the n-th n^exponent times as seldom. */
export function zipf(count: number, exponent: number, random: Random): () => number {
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
export function recency(again: number, depth: number, random: Random): () => number {
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
export function playhead(frames: number, random: Random): () => number {
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

/** The same numbers for the same seed, in every run. */
export function mulberry32(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Puts a trace together.
 *
 * @param name its name
 * @param requests how many
 * @param next which entry request number `index` asks for
 * @param bytesOf what an entry weighs, if entries have sizes
 */
export function traceOf(
  name: string,
  requests: number,
  next: (index: number) => number,
  bytesOf?: (key: number) => number,
): LoadedTrace {
  const known = new Map<number, number>();
  const bytes = new Float64Array(requests).fill(1);
  const ids = Int32Array.from({ length: requests }, (_, index) => {
    const key = next(index);
    if (bytesOf !== undefined) bytes[index] = bytesOf(key);
    const id = known.get(key) ?? known.size;
    known.set(key, id);
    return id;
  });
  const counts = new Uint8Array(requests).fill(1);
  return { name, hasSizes: bytesOf !== undefined, requests, entries: known.size, ids, bytes, counts };
}
