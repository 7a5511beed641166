import { type ErrorCode, FramerailError, isFramerailError } from '@framerail/lifecycle';

const CODES: Readonly<Record<string, ErrorCode>> = {
  E_STORE_DENIED: 'E_CACHE_DENIED',
  E_STORE_FULL: 'E_CACHE_FULL',
  E_STORE_TOO_LARGE: 'E_CACHE_FULL',
};
const OWN = ['E_ABORTED', 'E_INVALID_ARGUMENT'];

/** Makes what the store threw an error of the cache's. */
export function objectFailure(what: string, error: unknown): FramerailError {
  const isOurs = isFramerailError(error);
  if (isOurs && (error.code.startsWith('E_CACHE_') || OWN.includes(error.code))) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new FramerailError({
    code: (isOurs ? CODES[error.code] : undefined) ?? 'E_CACHE_UNAVAILABLE',
    message: `${what}: ${reason}`,
    cause: error,
  });
}

/** A call of a tier that is closed. */
export const tierClosed = (name: string): FramerailError =>
  new FramerailError({
    code: 'E_CACHE_CLOSED',
    message: `Expected an open tier but ${name} is closed or was never opened; open it first, and close it last`,
    details: { name },
  });
