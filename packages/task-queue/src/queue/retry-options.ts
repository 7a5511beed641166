import { expectInteger, expectNumber, expectObject, invalidArgument } from '@framerail/lifecycle';

/** How often, and how soon, a task that failed is tried again. */
export interface RetryOptions {
  /** Attempts altogether, 1 to 1,000; default 1. */
  readonly attempts?: number | undefined;
  /** Milliseconds before the second attempt; default 1,000. */
  readonly backoffMs?: number | undefined;
  /** By what the wait grows with each further attempt, 1 or more; default 2. */
  readonly factor?: number | undefined;
  /** The longest wait, in milliseconds; default 10 minutes. */
  readonly maxMs?: number | undefined;
  /** Up to which share, 0 to 1, each wait is shortened at random, so that tasks that failed together don't come back together; default 0.2. */
  readonly jitter?: number | undefined;
  /** Whether an error is worth another attempt; default: each is. What it throws counts as no. */
  readonly retryIf?: ((error: unknown, attempt: number) => boolean) | undefined;
}

/** {@link RetryOptions} with defaults filled in. */
export type RetrySettings = { readonly [Key in keyof RetryOptions]-?: NonNullable<RetryOptions[Key]> };

const DEFAULTS: RetrySettings = Object.freeze({
  attempts: 1,
  backoffMs: 1000,
  factor: 2,
  maxMs: 600_000,
  jitter: 0.2,
  retryIf: () => true,
});

/**
 * Takes how a task is retried.
 *
 * @param retries - a number: so many further attempts after the first
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function retrySettings(retries: RetryOptions | number | undefined): RetrySettings {
  if (retries === undefined) return DEFAULTS;
  if (typeof retries === 'number')
    return { ...DEFAULTS, attempts: expectInteger('retries', retries, { min: 0, max: 999 }) + 1 };
  const given = expectObject('retries', retries, 'a number or { attempts, backoffMs, … }');
  const { attempts = 1, backoffMs = DEFAULTS.backoffMs, factor = DEFAULTS.factor } = given;
  const { maxMs = DEFAULTS.maxMs, jitter = DEFAULTS.jitter, retryIf = DEFAULTS.retryIf } = given;
  if (typeof retryIf !== 'function') throw invalidArgument('retries.retryIf', 'a function', retryIf);
  return {
    attempts: expectInteger('retries.attempts', attempts, { min: 1, max: 1000 }),
    backoffMs: expectNumber('retries.backoffMs', backoffMs, { min: 0 }),
    factor: expectNumber('retries.factor', factor, { min: 1 }),
    maxMs: expectNumber('retries.maxMs', maxMs, { min: 0 }),
    jitter: expectNumber('retries.jitter', jitter, { min: 0, max: 1 }),
    retryIf,
  };
}

/**
 * Milliseconds to wait after an attempt that failed.
 *
 * @param attempt - the one that failed; counts from 1
 * @param random - from 0 to 1
 */
export function backoffOf(retries: RetrySettings, attempt: number, random: () => number): number {
  const wait = Math.min(retries.maxMs, retries.backoffMs * retries.factor ** (attempt - 1));
  return Math.round(wait * (1 - retries.jitter * random()));
}

/** Whether the error of an attempt is worth another one. */
export function isWorthRetrying(retries: RetrySettings, error: unknown, attempt: number): boolean {
  try {
    return retries.retryIf(error, attempt);
  } catch {
    return false;
  }
}
