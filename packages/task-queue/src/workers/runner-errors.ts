import { FramerailError } from '@framerail/lifecycle';
import type { WorkerEnd } from './worker-link.js';

/** There is no handler of this name. */
export function unknownTaskError(name: string, known: Iterable<string>): FramerailError {
  const names = [...known].slice(0, 20).join(', ') || 'none';
  return new FramerailError({
    code: 'E_TASK_UNKNOWN',
    message: `Expected a handler of ${name}, but the handlers are of ${names}; define one, or correct the task's name`,
    details: { name },
  });
}

/** The runner was closed. */
export const closedRunnerError = (name: string): FramerailError =>
  new FramerailError({ code: 'E_QUEUE_CLOSED', message: `The runner ${name} is closed` });

/** The handler ignored its signal, and can't be ended. */
export const abandonedError = (name: string, graceMs: number, cause: unknown): FramerailError =>
  new FramerailError({
    code: 'E_TASK_ABANDONED',
    message: `The handler of ${name} was asked to end and still runs ${graceMs} ms later; it was given up. Handlers that can't heed their signal belong into threads or children`,
    cause,
    details: { name, graceMs },
  });

/** The handler ignored its signal, and its worker was ended. */
export const endedError = (name: string, graceMs: number, cause: unknown): FramerailError =>
  new FramerailError({
    code: 'E_TASK_ENDED',
    message: `The handler of ${name} was asked to end and still ran ${graceMs} ms later; its worker was ended`,
    cause,
    details: { name, graceMs },
  });

/** The worker took more memory than it may. */
export const memoryError = (name: string, bytes: number, maxBytes: number): FramerailError =>
  new FramerailError({
    code: 'E_TASK_CRASHED',
    message: `The worker of ${name} took ${bytes} bytes of memory, more than the ${maxBytes} of maxMemoryBytes, and was ended; give it more, or smaller tasks`,
    details: { name, reason: 'memory', bytes, maxMemoryBytes: maxBytes },
  });

/** The worker died in the middle of a task. */
export function crashError(name: string, end: WorkerEnd): FramerailError {
  const { exitCode, signal, stderr, error } = end;
  const reason = end.isOutOfMemory
    ? 'memory'
    : signal !== null
      ? 'signal'
      : error === undefined
        ? 'exit'
        : 'error';
  return new FramerailError({
    code: 'E_TASK_CRASHED',
    message: `The worker died while it did ${name}: ${describeEnd(end)}`,
    cause: error,
    details: { name, reason, exitCode, signal, stderr },
  });
}

/** A worker ended before it had its handlers. */
export const startError = (module: string, end: WorkerEnd): FramerailError =>
  new FramerailError({
    code: 'E_TASK_MODULE',
    message: `A worker for ${module} ended before it was ready: ${describeEnd(end)}`,
    cause: end.error,
    details: { module, exitCode: end.exitCode, signal: end.signal, stderr: end.stderr },
  });

/** A worker took too long to get ready. */
export const startTimeoutError = (module: string, startTimeoutMs: number): FramerailError =>
  new FramerailError({
    code: 'E_TASK_MODULE',
    message: `A worker for ${module} wasn't ready after ${startTimeoutMs} ms; raise startTimeoutMs if loading the module takes that long`,
    details: { module, startTimeoutMs },
  });

function describeEnd({ exitCode, signal, error, stderr, isOutOfMemory }: WorkerEnd): string {
  const how = signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
  const hint = signal === 'SIGKILL' ? ' (somebody ended it, perhaps the system for want of memory)' : '';
  const memory = isOutOfMemory ? ', out of memory' : '';
  const said = error instanceof Error ? error.message : stderr;
  return `${how}${hint}${memory}${said === '' ? '' : `; its last words: ${said.slice(-1000)}`}`;
}
