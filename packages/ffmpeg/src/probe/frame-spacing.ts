import {
  compareRational,
  multiplyDivide,
  type Rational,
  rational,
  rationalToNumber,
} from '@framerail/media-types';

/** What is known of when a stream's frames come. */
export interface FrameSpacing {
  /** `r_frame_rate`: the coarsest grid that all timestamps fit. */
  readonly baseRate: Rational | undefined;
  /** `avg_frame_rate`. */
  readonly averageRate: Rational | undefined;
  /** Seconds a tick. */
  readonly timeBase: Rational | undefined;
  /** Presentation times in ticks of the first packets, in the order in which they were read. */
  readonly ticks: readonly number[];
  /** Whether {@link ticks} are all there are. */
  readonly complete: boolean;
  /** Frames as the container counts them. */
  readonly frames: number | undefined;
  readonly durationUs: number | undefined;
}

/** The nominal rate, and whether frames keep to it. */
export interface FrameRates {
  readonly frameRate: Rational;
  readonly averageFrameRate: Rational;
  readonly variableFrameRate: boolean;
}

/** H.264 and HEVC allow 16 frames to be read before the one that is shown first. */
const REORDER_DEPTH = 16;
/** A base rate above this is a clock, not a picture rate. */
const HIGHEST_NOMINAL_RATE = 120;
/** Rates of broadcast, film and screens. */
const STANDARD_RATES = [
  [10, 1],
  [12, 1],
  [15, 1],
  [24_000, 1001],
  [24, 1],
  [25, 1],
  [30_000, 1001],
  [30, 1],
  [48, 1],
  [50, 1],
  [60_000, 1001],
  [60, 1],
  [100, 1],
  [120_000, 1001],
  [120, 1],
].map(([numerator, denominator]) => rational(numerator ?? 1, denominator));
const FALLBACK_RATE = rational(25);

/**
 * Finds the nominal rate and whether frames are evenly spaced. Even spacing at the average rate wins over
 * the base rate, which is the field rate of some interlaced files.
 */
export function frameRates(spacing: FrameSpacing): FrameRates {
  const average = spacing.averageRate ?? spacing.baseRate ?? FALLBACK_RATE;
  const base = spacing.baseRate ?? average;
  const even = [base, average].find((rate) => hasEvenTicks(spacing, rate) && keepsCount(spacing, rate));
  if (even !== undefined) return { frameRate: even, averageFrameRate: average, variableFrameRate: false };
  const nominal = rationalToNumber(base) > HIGHEST_NOMINAL_RATE ? nearestStandardRate(average) : base;
  return { frameRate: nominal, averageFrameRate: average, variableFrameRate: true };
}

/** The standard rate with the smallest ratio to another one; a rate above all of them is the highest. */
function nearestStandardRate(rate: Rational): Rational {
  const distance = (other: Rational): number =>
    Math.abs(Math.log(rationalToNumber(other) / rationalToNumber(rate)));
  return STANDARD_RATES.reduce((best, other) => (distance(other) < distance(best) ? other : best));
}

/** Neighbours may differ from the rate's interval by rounding to ticks (1.5 at most) or by 2 %. */
function hasEvenTicks({ ticks, complete, timeBase }: FrameSpacing, rate: Rational): boolean {
  const sorted = [...ticks].sort((a, b) => a - b);
  const settled = complete ? sorted : sorted.slice(0, -REORDER_DEPTH);
  if (settled.length < 2 || timeBase === undefined || timeBase.numerator <= 0) return true;
  const interval = 1 / rationalToNumber(rate) / rationalToNumber(timeBase);
  const tolerance = Math.max(1.5, interval * 0.02);
  return settled
    .slice(1)
    .every((tick, index) => Math.abs(tick - (settled[index] ?? tick) - interval) <= tolerance);
}

/** Over the whole stream the count may be off by 1 % or by two frames, as a last frame of another length makes it. */
function keepsCount({ frames, durationUs, averageRate }: FrameSpacing, rate: Rational): boolean {
  if (frames !== undefined && durationUs !== undefined && durationUs > 0) {
    const expected = multiplyDivide(durationUs, rate.numerator, rate.denominator * 1_000_000, 'half-up');
    return Math.abs(frames - expected) <= Math.max(2, expected / 100);
  }
  if (averageRate === undefined || compareRational(averageRate, rate) === 0) return true;
  return Math.abs(rationalToNumber(averageRate) / rationalToNumber(rate) - 1) <= 0.01;
}
