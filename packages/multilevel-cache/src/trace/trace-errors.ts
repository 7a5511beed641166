import { FramerailError } from '@framerail/lifecycle';

/** A trace that isn't what its format says. */
export function invalidTrace(trace: string, problem: string, cause?: unknown): FramerailError {
  return new FramerailError({
    code: 'E_INPUT_TRACE_INVALID',
    message: `${trace} is no trace that can be read: ${problem}`,
    cause,
    details: { trace },
  });
}

/** A trace that can't be opened. */
export function unreadableTrace(trace: string, cause: unknown): FramerailError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const isMissing = code === 'ENOENT';
  return new FramerailError({
    code: isMissing ? 'E_INPUT_NOT_FOUND' : 'E_INPUT_UNREADABLE',
    message: isMissing
      ? `Expected a trace at ${trace} but there is no such file`
      : `${trace} can't be read: ${message}`,
    cause,
    details: { trace },
  });
}

/** A trace of more requests than the caller allows. */
export function traceTooLong(trace: string, maxEvents: number): FramerailError {
  return new FramerailError({
    code: 'E_INPUT_TRACE_TOO_LONG',
    message: `Expected at most ${maxEvents} events in ${trace} but there are more; cut it, or raise maxEvents`,
    details: { trace, maxEvents },
  });
}
