import { type ErrorCode, type FramerailError, isFramerailError } from '@framerail/lifecycle';
import { storeFailure } from '../../store/store-errors.js';

const CODES: Readonly<Record<string, ErrorCode>> = {
  EACCES: 'E_STORE_DENIED',
  EPERM: 'E_STORE_DENIED',
  EROFS: 'E_STORE_DENIED',
  ENOSPC: 'E_STORE_FULL',
  EDQUOT: 'E_STORE_FULL',
  EFBIG: 'E_STORE_FULL',
  EMFILE: 'E_STORE_UNAVAILABLE',
  ENFILE: 'E_STORE_UNAVAILABLE',
  EAGAIN: 'E_STORE_UNAVAILABLE',
  EBUSY: 'E_STORE_UNAVAILABLE',
  ESTALE: 'E_STORE_UNAVAILABLE',
  ETIMEDOUT: 'E_STORE_UNAVAILABLE',
};

/** The system's name of a failure, such as `ENOENT`. */
export const errnoOf = (error: unknown): string | undefined =>
  (error as NodeJS.ErrnoException | undefined)?.code;

/** Makes what the file system threw an error of the store's; those that are one already stay as they are. */
export function fileFailure(what: string, error: unknown): FramerailError {
  if (isFramerailError(error)) return error;
  const errno = errnoOf(error) ?? '';
  return storeFailure(CODES[errno] ?? 'E_STORE_FAILED', what, error, { errno });
}

/** Runs something with files, and gives its failures the store's codes. */
export async function withFiles<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileFailure(what, error);
  }
}
