import { type ErrorCode, FramerailError, isFramerailError } from '@framerail/lifecycle';

const CODES: Readonly<Record<string, ErrorCode>> = {
  EACCES: 'E_CACHE_DENIED',
  EPERM: 'E_CACHE_DENIED',
  EROFS: 'E_CACHE_DENIED',
  ENOTDIR: 'E_CACHE_FORMAT',
  ENOSPC: 'E_CACHE_FULL',
  EDQUOT: 'E_CACHE_FULL',
  EFBIG: 'E_CACHE_FULL',
};

/** The system's name of a failure, such as `ENOENT`. */
export const errnoOf = (error: unknown): string | undefined =>
  (error as NodeJS.ErrnoException | undefined)?.code;

/** Makes what the file system threw an error of the cache's; those that are one already stay as they are. */
export function diskFailure(what: string, error: unknown): FramerailError {
  if (isFramerailError(error)) return error;
  const errno = errnoOf(error) ?? '';
  return new FramerailError({
    code: CODES[errno] ?? 'E_CACHE_UNAVAILABLE',
    message: `${what}: ${error instanceof Error ? error.message : String(error)}`,
    cause: error,
    details: { errno },
  });
}

/** A call of a tier that is closed. */
export const tierClosed = (name: string): FramerailError =>
  new FramerailError({
    code: 'E_CACHE_CLOSED',
    message: `Expected an open tier but ${name} is closed or was never opened; open it first, and close it last`,
    details: { name },
  });

/** What lies at the path is no disk tier's. */
export const notAStore = (path: string, found: string): FramerailError =>
  new FramerailError({
    code: 'E_CACHE_FORMAT',
    message: `Expected an empty folder, or one of a disk tier, at ${path} but found ${found}; give another path`,
    details: { path },
  });
