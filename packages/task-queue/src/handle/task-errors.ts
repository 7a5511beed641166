import { FramerailError } from '@framerail/lifecycle';
import type { TaskFailure, TaskRecord } from '../task/task-record.js';

/** No such task. */
export const noSuchTask = (id: string): FramerailError =>
  new FramerailError({
    code: 'E_TASK_UNKNOWN',
    message: `Expected a task of this queue but received the id ${id}: it never was, or was dropped since it ended (see retention)`,
    details: { id },
  });

/** The queue was closed. */
export const closedQueueError = (what: string): FramerailError =>
  new FramerailError({ code: 'E_QUEUE_CLOSED', message: `${what}: the queue is closed` });

/** What the signal of an attempt aborts with whose lease was taken away. */
export const leaseLostError = (id: string): FramerailError =>
  new FramerailError({
    code: 'E_TASK_LEASE_LOST',
    message: `The lease of task ${id} was lost: this process was silent for too long, and somebody else does the task`,
    details: { id },
  });

/** What the signal of an attempt aborts with that somebody cancelled. */
export const cancelRequestedError = (id: string): FramerailError =>
  new FramerailError({
    code: 'E_TASK_CANCELLED',
    message: `Task ${id} was cancelled while it ran`,
    details: { id },
  });

/** The task was cancelled. */
export function cancelledError(task: Pick<TaskRecord, 'id' | 'name' | 'failures'>): FramerailError {
  const last = task.failures.at(-1);
  const why = last?.code === 'E_TASK_DEPENDENCY' ? `: ${last.message}` : '';
  return new FramerailError({
    code: 'E_TASK_CANCELLED',
    message: `Task ${task.id}, ${task.name}, was cancelled${why}`,
    details: { id: task.id, name: task.name, failures: task.failures },
  });
}

/** The task failed, and isn't tried again. */
export function failedError(
  task: Pick<TaskRecord, 'id' | 'name' | 'failures' | 'attempts'>,
  cause: unknown,
): FramerailError {
  const last = task.failures.at(-1);
  return new FramerailError({
    code: 'E_TASK_FAILED',
    message: `Task ${task.id}, ${task.name}, failed after ${task.attempts} ${task.attempts === 1 ? 'attempt' : 'attempts'}: ${last?.message ?? 'nothing is known of why'}`,
    cause: cause ?? (last === undefined ? undefined : errorOf(last)),
    details: { id: task.id, name: task.name, code: last?.code, failures: task.failures },
  });
}

/** A failure as the error that it was, as far as it was kept. */
function errorOf(failure: TaskFailure): Error {
  const error = new FramerailError({
    code: failure.code.startsWith('E_') ? (failure.code as `E_${string}`) : 'E_TASK_FAILED',
    message: failure.message,
    details: { code: failure.code, attempt: failure.attempt, atMs: failure.atMs },
  });
  if (failure.stack !== undefined) error.stack = failure.stack;
  return error;
}

const MAX_MESSAGE = 4096;
const MAX_STACK = 8192;

/** What is kept of an error. */
export function failureOf(error: unknown, attempt: number, atMs: number): TaskFailure {
  const { code, message, stack } = (typeof error === 'object' && error !== null ? error : {}) as {
    code?: unknown;
    message?: unknown;
    stack?: unknown;
  };
  return {
    attempt,
    atMs,
    code: typeof code === 'string' && code !== '' ? code.slice(0, 64) : 'E_TASK_FAILED',
    message: (typeof message === 'string' ? message : String(error)).slice(0, MAX_MESSAGE),
    stack: typeof stack === 'string' ? stack.slice(0, MAX_STACK) : undefined,
  };
}
