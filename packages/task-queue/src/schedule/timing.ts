import { expectNumber, expectObject, invalidArgument } from '@framerail/lifecycle';
import { Cron } from 'croner';

/** When a task is added again and again: either way. */
export interface Timing {
  /** Milliseconds from one to the next, 1 or more; the first is added at once. */
  readonly everyMs?: number | undefined;
  /** A cron pattern, of five fields, or six with seconds first. */
  readonly cron?: string | undefined;
  /** The IANA time zone of the pattern, such as `Europe/Zurich`; default: that of the process. */
  readonly timeZone?: string | undefined;
}

/** Takes a timing. @throws FramerailError `E_INVALID_ARGUMENT` */
export function expectTiming(timing: Timing): Timing {
  const { everyMs, cron, timeZone } = expectObject('timing', timing, '{ everyMs } or { cron }');
  if ((everyMs === undefined) === (cron === undefined))
    throw invalidArgument('timing', 'either everyMs or cron', timing);
  if (timeZone !== undefined && cron === undefined)
    throw invalidArgument('timeZone', 'nothing without a cron pattern', timeZone);
  if (everyMs !== undefined) return { everyMs: expectNumber('everyMs', everyMs, { min: 1, max: 8.64e15 }) };
  patternOf(cron as string, timeZone);
  return timeZone === undefined ? { cron } : { cron, timeZone };
}

/**
 * When the next one is due, in milliseconds since 1970, later than now. Those that were missed meanwhile are left out.
 *
 * @param lastMs - when the last one was due; `undefined`: there was none
 * @returns `undefined`: never again
 */
export function nextAfter(timing: Timing, nowMs: number, lastMs: number | undefined): number | undefined {
  if (timing.everyMs !== undefined) {
    if (lastMs === undefined) return nowMs;
    // On the grid of the first one, so that it doesn't drift.
    const steps = Math.max(1, Math.floor((nowMs - lastMs) / timing.everyMs) + 1);
    return Math.ceil(lastMs + steps * timing.everyMs);
  }
  return patternOf(timing.cron as string, timing.timeZone)
    .nextRun(new Date(nowMs))
    ?.getTime();
}

function patternOf(cron: string, timeZone: string | undefined): Cron {
  if (typeof cron !== 'string') throw invalidArgument('cron', 'a cron pattern', cron);
  try {
    const pattern = new Cron(cron, {
      paused: true,
      ...(timeZone === undefined ? {} : { timezone: timeZone }),
    });
    // A time zone that doesn't exist is noticed here, not at the first run.
    pattern.nextRun();
    return pattern;
  } catch (error) {
    const failure = invalidArgument('cron', 'a cron pattern, and a time zone that exists', {
      cron,
      timeZone,
    });
    failure.cause = error;
    throw failure;
  }
}
