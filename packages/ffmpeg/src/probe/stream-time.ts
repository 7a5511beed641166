import { multiplyDivide, parseRational, type Rational } from '@framerail/media-types';
import type { FfprobeStream } from './ffprobe-json.js';

const MICROSECONDS = 1_000_000;

/** Ticks of a stream as microseconds, rounded half up from the exact value; `undefined` without ticks or time base. */
export function ticksToUs(ticks: number | undefined, timeBase: string | undefined): number | undefined {
  const base = timeBase === undefined ? undefined : parseRational(timeBase);
  if (ticks === undefined || base === undefined || base.numerator <= 0) return undefined;
  return multiplyDivide(ticks, base.numerator * MICROSECONDS, base.denominator, 'half-up');
}

/** Seconds as ffprobe prints them (`12.345000`) in microseconds; `undefined` for `N/A` and nothing. */
export function secondsToUs(text: string | undefined): number | undefined {
  const seconds = text === undefined ? undefined : parseRational(text);
  return seconds === undefined
    ? undefined
    : multiplyDivide(seconds.numerator, MICROSECONDS, seconds.denominator, 'half-up');
}

/**
 * How long a Matroska stream is by its own duration tag (`00:01:02.345000000`), in microseconds. The tag counts from
 * the file's 0, not from the stream's start.
 */
export function durationTagUs(stream: FfprobeStream): number | undefined {
  const tags = stream.tags ?? {};
  const name = Object.keys(tags).find((key) => /^DURATION(-|$)/i.test(key));
  const match = /^(\d+):(\d{2}):(\d{2}(?:\.\d{1,9})?)$/.exec(
    (name === undefined ? undefined : tags[name]) ?? '',
  );
  if (match === null) return undefined;
  const seconds = secondsToUs(match[3]);
  if (seconds === undefined) return undefined;
  const endUs = (Number(match[1]) * 3600 + Number(match[2]) * 60) * MICROSECONDS + seconds;
  return Math.max(0, endUs - (ticksToUs(stream.start_pts, stream.time_base) ?? 0));
}

/** A rate that is there and greater than 0. */
export function positiveRate(text: string | undefined): Rational | undefined {
  const rate = text === undefined ? undefined : parseRational(text);
  return rate === undefined || rate.numerator <= 0 ? undefined : rate;
}

/** A count that ffprobe prints as text. */
export function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
