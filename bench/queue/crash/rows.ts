/** A line of the table: what became of tasks when processes were killed so many times. */
export interface CrashRow {
  /** Processes that were killed while tasks ran. */
  kills: number;
  /** Tasks whose adding was acknowledged. */
  acknowledged: number;
  /** Those that aren't completed in the end, where all have to be. */
  lost: number;
  /** Tasks whose completion was taken more than once. */
  twice: number;
  /** Attempts, by task and number, that began more than once: each has a token of its own. */
  begunTwice: number;
  /** Tasks that began again after their attempt was killed. */
  begunAgain: number;
  /** Milliseconds from each kill after which acknowledged tasks were left to the next time that one of them began. */
  readonly restartsMs: number[];
}

/** A line before anything happened. */
export const emptyRow = (): CrashRow => ({
  kills: 0,
  acknowledged: 0,
  lost: 0,
  twice: 0,
  begunTwice: 0,
  begunAgain: 0,
  restartsMs: [],
});

/** Random whole numbers below a bound, the same for the same seed. */
export function numbersOf(seed: number): (bound: number) => number {
  let state = seed | 1;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}
