/** Random numbers that are the same in every run. */
export interface Generator {
  /** An integer from 0 to `limit - 1`. */
  below(limit: number): number;
  /** An integer from `min` to `max`. */
  between(min: number, max: number): number;
  /** One of several. */
  pick<T>(choices: readonly T[]): T;
  /** Three integers from 0 to `limit - 1`, often at the ends of the range. */
  triple(limit: number): [number, number, number];
  /** Fills memory. */
  fill(bytes: Uint8Array): Uint8Array;
}

/** Mulberry32, seeded by a name. */
export function generator(seed: string): Generator {
  let state = [...seed].reduce(
    (hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x0100_0193),
    0x811c_9dc5,
  );
  const next = (): number => {
    state = (state + 0x6d2b_79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return (value ^ (value >>> 14)) >>> 0;
  };
  const below = (limit: number): number => next() % limit;
  const extreme = (limit: number): number => [0, limit - 1, below(limit), below(limit)][below(4)] as number;
  return {
    below,
    between: (min, max) => min + below(max - min + 1),
    pick: (choices) => choices[below(choices.length)] as (typeof choices)[number],
    triple: (limit) => [extreme(limit), extreme(limit), extreme(limit)],
    fill(bytes) {
      for (let index = 0; index < bytes.length; index += 1) bytes[index] = next();
      return bytes;
    },
  };
}
