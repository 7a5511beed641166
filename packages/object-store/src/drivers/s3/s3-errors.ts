import { type ErrorCode, type FramerailError, isFramerailError } from '@framerail/lifecycle';
import { preconditionFailed, storeFailure } from '../../store/store-errors.js';

const BY_NAME: Readonly<Record<string, ErrorCode>> = {
  AccessDenied: 'E_STORE_DENIED',
  InvalidAccessKeyId: 'E_STORE_DENIED',
  SignatureDoesNotMatch: 'E_STORE_DENIED',
  ExpiredToken: 'E_STORE_DENIED',
  CredentialsProviderError: 'E_STORE_DENIED',
  EntityTooLarge: 'E_STORE_TOO_LARGE',
  QuotaExceeded: 'E_STORE_FULL',
  XMinioStorageFull: 'E_STORE_FULL',
  InsufficientStorage: 'E_STORE_FULL',
  ObjectParentIsFile: 'E_STORE_KEY_CONFLICT',
  ExistingObjectIsDirectory: 'E_STORE_KEY_CONFLICT',
  XMinioParentIsObject: 'E_STORE_KEY_CONFLICT',
  XMinioObjectExistsAsDirectory: 'E_STORE_KEY_CONFLICT',
  BadDigest: 'E_STORE_UNAVAILABLE',
  RequestTimeout: 'E_STORE_UNAVAILABLE',
  SlowDown: 'E_STORE_UNAVAILABLE',
  TimeoutError: 'E_STORE_UNAVAILABLE',
  NetworkingError: 'E_STORE_UNAVAILABLE',
};

const NETWORK =
  /^(ECONN|EPIPE|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPROTO|ERR_STREAM_PREMATURE)/;

/** What the SDK throws. */
interface SdkError {
  readonly name?: string;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

/** The HTTP status of an answer that the SDK made an error of. */
export const statusOf = (error: unknown): number | undefined =>
  (error as SdkError | undefined)?.$metadata?.httpStatusCode;

/** How often the request was sent. */
export const attemptsOf = (error: unknown): number =>
  (error as SdkError | undefined)?.$metadata?.attempts ?? 1;

/** S3's name of an error, such as `NoSuchKey`. */
const nameOfError = (error: unknown): string => (error as SdkError | undefined)?.name ?? '';

/** Whether an answer says that there is no such object. */
export const isAbsent = (error: unknown): boolean =>
  statusOf(error) === 404 && nameOfError(error) !== 'NoSuchBucket';

/** Whether an answer says that a condition doesn't hold. */
export const isPreconditionFailure = (error: unknown): boolean =>
  statusOf(error) === 412 || nameOfError(error) === 'ConditionalRequestConflict';

/** Makes what the SDK threw an error of the store's; those that are one already stay as they are. */
export function s3Failure(what: string, error: unknown, key?: string): FramerailError {
  if (isFramerailError(error)) return error;
  const status = statusOf(error);
  const name = nameOfError(error);
  if (key !== undefined && isPreconditionFailure(error))
    return preconditionFailed(key, 'the version that was named, or none', undefined, error);
  const details = { ...(key === undefined ? {} : { key }), status, name };
  return storeFailure(codeOf(error, status, name), what, error, details);
}

function codeOf(error: unknown, status: number | undefined, name: string): ErrorCode {
  const named = BY_NAME[name];
  if (named !== undefined) return named;
  const code = (error as SdkError | undefined)?.code;
  if (typeof code === 'string' && NETWORK.test(code)) return 'E_STORE_UNAVAILABLE';
  if (status === undefined) return 'E_STORE_FAILED';
  if (status === 401 || status === 403) return 'E_STORE_DENIED';
  if (status === 507) return 'E_STORE_FULL';
  // A success that became an error is an answer that was cut or garbled.
  if (status === 429 || status >= 500 || status < 300) return 'E_STORE_UNAVAILABLE';
  return 'E_STORE_FAILED';
}
