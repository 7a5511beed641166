import { FramerailError } from '@framerail/lifecycle';

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
