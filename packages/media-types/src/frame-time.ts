import { multiplyDivide, type Rational, type Rounding } from './rational.js';

/** Frames a second as an exact fraction greater than 0, such as 30000/1001. */
export type FrameRate = Rational;

const MICROSECONDS = 1_000_000;

/**
 * When a frame is shown, in integer microseconds rounded half up from the exact time `index / rate`.
 * Two neighbouring results may differ by one microsecond more or less than the next two: that is
 * what keeps the sum exact.
 *
 * @param index - the frame's number from 0 (negative counts before the start)
 * @param rate - frames a second, exact
 */
export function frameTimestampUs(index: number, rate: FrameRate): number {
  return multiplyDivide(index, rate.denominator * MICROSECONDS, rate.numerator, 'half-up');
}

/**
 * How long a frame is shown, in integer microseconds: the time of the next frame less its own,
 * so durations add up to timestamps without drift.
 *
 * @param index - the frame's number from 0
 * @param rate - frames a second, exact
 */
export function frameDurationUs(index: number, rate: FrameRate): number {
  return frameTimestampUs(index + 1, rate) - frameTimestampUs(index, rate);
}

/**
 * The number of the frame that is on screen at a time: the last one whose {@link frameTimestampUs}
 * is not later, so that `frameIndexAt(frameTimestampUs(i, rate), rate) === i` for every rate below 1 MHz.
 *
 * @param timestampUs - integer microseconds from the first frame
 * @param rate - frames a second, exact
 */
export function frameIndexAt(timestampUs: number, rate: FrameRate): number {
  const index = multiplyDivide(timestampUs, rate.numerator, rate.denominator * MICROSECONDS, 'floor');
  return frameTimestampUs(index + 1, rate) <= timestampUs ? index + 1 : index;
}

/**
 * How many frames a duration holds. Counted in integers: floats are off by one on long films.
 *
 * @param durationUs - integer microseconds
 * @param rate - frames a second, exact
 * @param rounding - `half-up` (default) for a duration that was itself rounded to microseconds
 */
export function frameCount(durationUs: number, rate: FrameRate, rounding: Rounding = 'half-up'): number {
  return multiplyDivide(durationUs, rate.numerator, rate.denominator * MICROSECONDS, rounding);
}
