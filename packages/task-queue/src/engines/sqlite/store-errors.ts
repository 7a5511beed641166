import { type ErrorCode, FramerailError, isFramerailError } from '@framerail/lifecycle';

// Result codes of SQLite: https://sqlite.org/rescode.html
const BUSY = 5;
const LOCKED = 6;
const READ_ONLY = 8;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

/** SQLite's primary result code of an error; `undefined` for what isn't one of SQLite's. */
function resultCode(error: unknown): number | undefined {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' ? errcode & 0xff : undefined;
}

/** Whether somebody else holds the lock that was needed. */
export function isBusy(error: unknown): boolean {
  if (isFramerailError(error, 'E_QUEUE_LOCKED')) return true;
  const code = resultCode(error);
  return code === BUSY || code === LOCKED;
}

/** Whether the file's content is what is wrong. */
export function isDamage(error: unknown): boolean {
  const code = resultCode(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

const REASONS = new Map<number, readonly [code: ErrorCode, what: string]>([
  [
    BUSY,
    ['E_QUEUE_LOCKED', 'is locked by another process; see who holds it, or wait longer by busyTimeoutMs'],
  ],
  [LOCKED, ['E_QUEUE_LOCKED', 'is locked by another connection; wait longer by busyTimeoutMs']],
  [READ_ONLY, ['E_QUEUE_READ_ONLY', 'or its folder can not be written to; see their permissions']],
  [CORRUPT, ['E_QUEUE_CORRUPT', 'is damaged; it is set aside when a queue is opened there next']],
  [NOT_A_DATABASE, ['E_QUEUE_CORRUPT', 'is no database; it is set aside when a queue is opened there next']],
  [FULL, ['E_QUEUE_DISK_FULL', 'can not grow: the disk is full; make room and try again']],
  [CANNOT_OPEN, ['E_QUEUE_READ_ONLY', 'can not be opened; see the permissions of the file and its folder']],
]);

const READ_ONLY_REASON = REASONS.get(READ_ONLY);
const FULL_REASON = REASONS.get(FULL);

/** Of the system's own errors. */
const SYSTEM_REASONS = new Map([
  ['EACCES', READ_ONLY_REASON],
  ['EPERM', READ_ONLY_REASON],
  ['EROFS', READ_ONLY_REASON],
  ['ENOSPC', FULL_REASON],
  ['EDQUOT', FULL_REASON],
  ['ENOTDIR', ['E_QUEUE_PATH', 'can not be: something on its path is no folder'] as const],
  ['EEXIST', ['E_QUEUE_PATH', 'can not be: something on its path is no folder'] as const],
]);

/** The coded error of whatever a store threw. */
export function storeError(error: unknown, path: string): FramerailError {
  if (isFramerailError(error)) return error;
  const reason =
    REASONS.get(resultCode(error) ?? -1) ??
    SYSTEM_REASONS.get((error as { code?: string } | undefined)?.code ?? '');
  const [code, what] = reason ?? ['E_QUEUE_STORE' as const, 'failed'];
  const detail = error instanceof Error ? error.message : String(error);
  return new FramerailError({
    code,
    message: `Expected the queue's file ${path} to take the work but it ${what} (${detail})`,
    cause: error,
    details: { path },
  });
}

/** An error as a message between threads carries it. */
export interface ErrorText {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Takes an error apart, to be sent to another thread. */
export function errorText(error: unknown, path: string): ErrorText {
  const { code, message, details } = storeError(error, path);
  return { code, message, details };
}
