import { invalidArgument } from '@framerail/lifecycle';
import { compareRational, parseRational, type Rational, rational } from '@framerail/media-types';

/** Decimals by which people call the NTSC family, and what they mean. */
const NTSC: Readonly<Record<string, number>> = {
  '23.976': 24_000,
  '23.98': 24_000,
  '29.97': 30_000,
  '47.952': 48_000,
  '47.95': 48_000,
  '59.94': 60_000,
  '119.88': 120_000,
};

const STANDARD_RATES: readonly Rational[] = [
  rational(24_000, 1001),
  rational(24),
  rational(25),
  rational(30_000, 1001),
  rational(30),
  rational(48),
  rational(50),
  rational(60_000, 1001),
  rational(60),
  rational(120_000, 1001),
  rational(120),
];

const FASTEST = rational(1000);
const SLOWEST = rational(1, 1000);

/**
 * Reads a frame rate as people write it: `25`, `'30000/1001'`, an exact fraction; `29.97` and its like are taken
 * for the NTSC rates that they abbreviate.
 *
 * @param name - the option's name, for the message
 * @param value - what came
 * @throws FramerailError `E_INVALID_ARGUMENT` if it is no rate from 1/1000 to 1000
 */
export function readFrameRate(name: string, value: number | string | Rational): Rational {
  const text = typeof value === 'object' ? `${value?.numerator}/${value?.denominator}` : String(value).trim();
  const ntsc = NTSC[text];
  const rate = ntsc === undefined ? parseRational(text) : rational(ntsc, 1001);
  if (rate === undefined || compareRational(rate, SLOWEST) < 0 || compareRational(rate, FASTEST) > 0) {
    throw invalidArgument(name, 'frames a second from 1/1000 to 1000, such as 25 or 30000/1001', text);
  }
  return rate;
}

/**
 * The constant rate at which a source is read. A constant source keeps its exact rate. A variable one gets its
 * nominal rate where that is one a camera has (at most 120 and less than twice the average), because its frames
 * lie on that raster; else, as with screen recordings, whose nominal rate is only the clock's, the slowest
 * standard rate that is not below the average.
 *
 * @param video - what the probe told
 */
export function constantRate(video: {
  readonly frameRate: Rational;
  readonly averageFrameRate: Rational;
  readonly variableFrameRate: boolean;
}): Rational {
  const { frameRate, averageFrameRate, variableFrameRate } = video;
  if (!variableFrameRate) return frameRate;
  const twice = rational(averageFrameRate.numerator * 2, averageFrameRate.denominator);
  const isCamera = compareRational(frameRate, rational(120)) <= 0 && compareRational(frameRate, twice) < 0;
  if (isCamera && compareRational(frameRate, averageFrameRate) >= 0) return frameRate;
  return STANDARD_RATES.find((rate) => compareRational(rate, averageFrameRate) >= 0) ?? rational(120);
}
