import { FramerailError, isFramerailError } from '@framerail/lifecycle';

/** What Redis answers while it can't do anything for now: it starts, a replica takes over, a script runs too long. */
const PASSING = /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|NOREPLICAS|UNBLOCKED) /;

/** What ioredis says when there is no connection, or it was lost before the answer came. */
const LOST =
  /Connection is closed|Stream isn't writeable|max retries per request|Command timed out|Socket closed/i;

const SYSTEM = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
]);

/** Whether it makes sense to make the call again soon. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    PASSING.test(error.message) ||
    LOST.test(error.message) ||
    SYSTEM.has((error as { code?: string }).code ?? '')
  );
}

/** The coded error of whatever a call threw. */
export function redisError(error: unknown, patienceMs: number): FramerailError {
  if (isFramerailError(error)) return error;
  const detail = error instanceof Error ? error.message : String(error);
  if (isPassing(error))
    return new FramerailError({
      code: 'E_QUEUE_UNREACHABLE',
      message: `Expected Redis to answer within ${patienceMs} ms but it did not (${detail}); what was asked for may have been done or not. See that it runs and can be reached, or wait longer by patienceMs`,
      cause: error,
    });
  if (/^(OOM|MISCONF) /.test(detail) || detail.includes('OOM command not allowed'))
    return new FramerailError({
      code: 'E_QUEUE_DISK_FULL',
      message: `Expected Redis to have room but it takes no more (${detail}); raise maxmemory or make room on its disk, and prune final tasks`,
      cause: error,
    });
  if (/^(NOAUTH|WRONGPASS|NOPERM) /.test(detail))
    return new FramerailError({
      code: 'E_QUEUE_ACCESS',
      message: `Expected Redis to let this client in but it refused (${detail}); see the user, the password and what the user may do`,
      cause: error,
    });
  return new FramerailError({
    code: 'E_QUEUE_STORE',
    message: `Expected Redis to take the work but it failed (${detail})`,
    cause: error,
  });
}
