/** A line of the table: what became of a store after something happened to it so many times. */
export interface CrashRow {
  /** How often it happened. */
  trials: number;
  /** Stores that opened afterwards. */
  opened: number;
  /** Entries that were asked for. */
  asked: number;
  /** Answers with a wrong byte, or with a value that was replaced or deleted. */
  wrong: number;
  /** Acknowledged entries that were gone, where none may be. */
  lost: number;
  /** Damage that was found and counted. */
  corruptions: number;
}

/** A line before anything happened. */
export const emptyRow = (trials = 0): CrashRow => ({
  trials,
  opened: 0,
  asked: 0,
  wrong: 0,
  lost: 0,
  corruptions: 0,
});

/** Random whole numbers below a bound, the same for the same seed. */
export function numbersOf(seed: number): (bound: number) => number {
  let state = seed | 1;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}
