import { FramerailError, isFramerailError } from '@framerail/lifecycle';
import type { Settlement, TaskLease } from '../engines/task-engine.js';
import { failureOf } from '../handle/task-errors.js';
import { backoffOf, isWorthRetrying } from './retry-options.js';
import type { RunningTask } from './running-task.js';

/** How an attempt ended, as its runner tells. */
export type RunEnd = { readonly result: string } | { readonly error: unknown };

/** What an attempt's end is made of besides. */
export interface EndRules {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** Bytes of a result as UTF-8. */
  readonly maxResultBytes: number;
  readonly random: () => number;
}

/** Milliseconds until a task is claimed again whose runner was closed. */
const CLOSED_RUNNER_MS = 1000;

/** What an engine is told of an attempt's end; `undefined`: nothing, the lease is somebody else's. */
export interface Ending {
  readonly settlement: Settlement;
  /** What the handler threw, or why it had to end. */
  readonly error: unknown;
}

/** Says what an attempt's end comes to: a result, another attempt, a dead letter, or as if it had never been. */
export function endingOf(run: RunningTask, end: RunEnd, rules: EndRules): Ending | undefined {
  const { nowMs, maxResultBytes } = rules;
  const lease: TaskLease & { readonly nowMs: number } = {
    id: run.task.id,
    token: run.task.token as number,
    nowMs,
  };
  const error = 'error' in end ? end.error : undefined;
  switch (run.ending) {
    case 'leaseLost':
      return undefined;
    case 'cancelled':
      return { settlement: { ...lease, how: 'cancel' }, error };
    case 'closing':
      return { settlement: { ...lease, how: 'release', notBeforeMs: 0 }, error };
    case 'timeout':
      return failure(run, lease, timeoutError(run.reason, error), rules);
    default:
  }
  // The runner was closed before the queue was: nobody's fault, and no attempt.
  if (isFramerailError(error, 'E_QUEUE_CLOSED'))
    return { settlement: { ...lease, how: 'release', notBeforeMs: nowMs + CLOSED_RUNNER_MS }, error };
  if ('error' in end) return failure(run, lease, error, rules);
  const { result } = end;
  // A code unit is three bytes at most.
  if (result.length * 3 > maxResultBytes && Buffer.byteLength(result) > maxResultBytes)
    return failure(run, lease, resultTooLarge(Buffer.byteLength(result), maxResultBytes), rules);
  const { id, token } = lease;
  return { settlement: { id, token, nowMs, how: 'complete', result }, error };
}

/** Back to its place in the line: this was no attempt. */
export function releaseOf(run: RunningTask, nowMs: number): Ending {
  const { id, token } = run.task;
  return {
    settlement: { id, token: token as number, nowMs, how: 'release', notBeforeMs: 0 },
    error: undefined,
  };
}

function failure(
  { task, definition }: RunningTask,
  lease: TaskLease & { readonly nowMs: number },
  error: unknown,
  { random }: EndRules,
): Ending {
  const { attempts, maxAttempts } = task;
  const { retries } = definition;
  const mayRetry = attempts < maxAttempts && isWorthRetrying(retries, error, attempts);
  const retryAtMs = mayRetry ? lease.nowMs + backoffOf(retries, attempts, random) : undefined;
  const noted = failureOf(error, attempts, lease.nowMs);
  return { settlement: { ...lease, how: 'fail', failure: noted, retryAtMs }, error };
}

function resultTooLarge(bytes: number, maxBytes: number): FramerailError {
  return new FramerailError({
    code: 'E_TASK_RESULT',
    message: `Expected a result of at most ${maxBytes} bytes as JSON but received ${bytes}; write large things to files or an object store and give their names`,
    details: { bytes, maxBytes },
  });
}

/** A timeout whose handler didn't heed it says so. */
function timeoutError(reason: unknown, ended: unknown): unknown {
  const wasForced = isFramerailError(ended, 'E_TASK_ENDED') || isFramerailError(ended, 'E_TASK_ABANDONED');
  if (!wasForced || !isFramerailError(reason)) return reason;
  const { code, message, details } = reason;
  return new FramerailError({ code, message: `${message}. ${ended.message}`, cause: ended, details });
}
