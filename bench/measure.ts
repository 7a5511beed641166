/** What came of one of the contenders. */
export interface Timing {
  medianMs: number;
  minMs: number;
  maxMs: number;
  /** Every round's time, in the order in which they were measured. */
  samplesMs: readonly number[];
}

/**
 * Does the work once. A number that it gives back is taken as its time in milliseconds (a program that measured
 * itself); otherwise its time from call to settling counts.
 */
export type Contender = () => unknown;

/**
 * Times contenders against each other: all of them in every round, in an order that turns around from round to round,
 * so that a machine that slows down or speeds up does it to all of them. Takes the median of the rounds.
 *
 * @param contenders the work to be timed, by name
 * @param options.rounds how often each is timed, at least once
 * @param options.warmup rounds that run before and don't count; 1 when it isn't given
 */
export async function alternate<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  { rounds, warmup = 1 }: { rounds: number; warmup?: number },
): Promise<Record<Name, Timing>> {
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new RangeError(`Expected 1 round or more but received ${rounds}`);
  const names = Object.keys(contenders) as Name[];
  const samples = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = -warmup; round < rounds; round += 1) {
    const order = round % 2 === 0 ? names : names.toReversed();
    for (const name of order) {
      const ms = await time(contenders[name]);
      if (round >= 0) samples.get(name)?.push(ms);
    }
  }
  return Object.fromEntries(names.map((name) => [name, timingOf(samples.get(name) ?? [])])) as Record<
    Name,
    Timing
  >;
}

async function time(contender: Contender): Promise<number> {
  const startedMs = performance.now();
  const own = await contender();
  return typeof own === 'number' ? own : performance.now() - startedMs;
}

function timingOf(samplesMs: readonly number[]): Timing {
  return {
    medianMs: median(samplesMs),
    minMs: Math.min(...samplesMs),
    maxMs: Math.max(...samplesMs),
    samplesMs,
  };
}

/** The middle value; the mean of the two middle ones when there is an even number of them. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
