import { type ErrorCode, FramerailError, isFramerailError } from '@framerail/lifecycle';

const CODES: readonly (readonly [RegExp, ErrorCode])[] = [
  [/\bOOM\b/, 'E_CACHE_FULL'],
  [/\b(?:READONLY|NOAUTH|WRONGPASS|NOPERM)\b/, 'E_CACHE_DENIED'],
  [/\bCROSSSLOT\b|unknown command|Unknown Redis command/i, 'E_UNSUPPORTED'],
];

/** Makes what a library or the server threw an error of the cache's; those that are one already stay as they are. */
export function redisFailure(what: string, error: unknown): FramerailError {
  if (isFramerailError(error)) return error;
  const reason = messageOf(error);
  const code = CODES.find(([pattern]) => pattern.test(reason))?.[1] ?? 'E_CACHE_UNAVAILABLE';
  return new FramerailError({ code, message: `${what}: ${reason}`, cause: error });
}

/** Whether the server refuses to write, being a replica. */
export const isReadOnly = (error: unknown): boolean => /\bREADONLY\b/.test(messageOf(error));

/** Whether the server doesn't know the script yet, or any more. */
export const isUnknownScript = (error: unknown): boolean => /\bNOSCRIPT\b/.test(messageOf(error));

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Several addresses of one host fail with an error of errors, which has no message.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error.message;
}

/** A call of a tier that is closed. */
export const tierClosed = (name: string): FramerailError =>
  new FramerailError({
    code: 'E_CACHE_CLOSED',
    message: `Expected an open tier but ${name} is closed or was never opened; open it first, and close it last`,
    details: { name },
  });
