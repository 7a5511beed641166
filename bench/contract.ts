/** What a benchmark is given. */
export interface BenchContext {
  /** A line about what is going on; it goes to stderr, because stdout belongs to the result. */
  log(text: string): void;
  /** Seed for everything random, so that runs can be compared; `--seed N`. */
  seed: number;
  /** How many rounds each figure is the median of; `--rounds N`. */
  rounds: number;
  /** `--quick`: the bench only shows that it works, in a minute or less; its figures are not worth keeping. */
  quick: boolean;
}

/** One measured figure, beside the same figure of others, measured in the same run. */
export interface BenchResult {
  /** What was measured, for example `rgba-to-nv12-4k`. */
  id: string;
  /** Unit of the value and of the peers, for example `ms/frame`. */
  unit: string;
  value: number;
  /** The others' values by name. */
  peers: Record<string, number>;
}

/** What has to hold, as data. A benchmark whose claims don't hold has still run. */
export interface BenchClaim {
  id: string;
  value: number;
  /** Unit of the value and the limit; `ratio` for one figure over another. */
  unit: string;
  op: '<=' | '>=';
  limit: number;
}

/** What a benchmark gives back. */
export interface BenchOutcome {
  results: BenchResult[];
  claims: BenchClaim[];
  /** What the machine has beside what the runner tells, such as its GPU. */
  machine?: Record<string, unknown>;
  /** Versions of what took part, besides those that the runner adds (framerail, node, ffmpeg, addon). */
  versions?: Record<string, string>;
}

/**
 * A file `bench/NAME.ts` has one of these as its default export, and is run by `npm run bench -- NAME`. If it exports
 * `PARTS`, benches by name, each is run by itself by `npm run bench -- NAME PART`.
 */
export type Bench = (context: BenchContext) => Promise<BenchOutcome>;
